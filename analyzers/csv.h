// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// Reads comma separated values (RFC 4180) record by record; quoted fields may hold line ends.
class CsvReader {
  public:
    explicit CsvReader(std::string_view text) : text_(text) {}

    struct Record {
        std::vector<std::string> fields;
        std::size_t begin;  ///< its first byte in the text
        std::size_t end;    ///< the byte behind it
    };
    /// The next record; blank lines are skipped. nullopt at the end.
    [[nodiscard]] std::optional<Record> next();

  private:
    [[nodiscard]] std::string quoted_field();

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace kwd::analyzers
