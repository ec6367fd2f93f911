// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/import/json_outline.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// How much of a file is looked at, in bytes and lines. HNS networks of a large node put `Subnets` some ten thousand
/// bytes behind the start of an object.
inline constexpr std::size_t kSampleBytes = 256 * 1024;
inline constexpr std::size_t kSampleLines = 2000;

/// The beginning of a file, prepared for the tests that say what it is.
class Sample {
  public:
    /// `path` within its bundle, with `/` or `\`; `bytes` as they were, the whole file or a beginning of it.
    Sample(std::string_view path, std::string_view bytes);
    // lines and outlines point into the text
    Sample(const Sample&) = delete;
    Sample& operator=(const Sample&) = delete;

    /// Lower case, `/` between the parts.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The last part of the path.
    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    /// Whether the name ends so: name_ends(".log").
    [[nodiscard]] bool name_ends(std::string_view ending) const noexcept;

    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
    /// Bytes that no text has.
    [[nodiscard]] bool binary() const noexcept { return binary_; }
    /// As UTF-8; empty when binary.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// Without line ends; blank lines are there.
    [[nodiscard]] const std::vector<std::string_view>& lines() const noexcept { return lines_; }
    /// The JSON values that begin at the beginning of a line.
    [[nodiscard]] const std::vector<JsonOutline>& json() const noexcept { return json_; }
    /// Nothing but blanks, or empty JSON containers: then only the name can tell.
    [[nodiscard]] bool says_nothing() const noexcept { return says_nothing_; }

    /// The column names of every PowerShell table in the text, lower case: `Name  Type` above `----  ----`.
    [[nodiscard]] const std::vector<std::set<std::string, std::less<>>>& tables() const noexcept { return tables_; }
    /// The names of every `Name : value` line, lower case, blanks around them removed.
    [[nodiscard]] const std::set<std::string, std::less<>>& list_names() const noexcept { return list_names_; }
    /// The columns of comma separated values with a header, as Export-Csv and /fo csv write it; lower case.
    [[nodiscard]] const std::set<std::string, std::less<>>& csv_columns() const noexcept { return csv_columns_; }

  private:
    void split_lines();
    void find_tables();
    void find_list_names();
    void find_csv_columns();

    std::string path_;
    std::string_view name_;
    std::string_view bytes_;
    std::string text_;
    std::vector<std::string_view> lines_;
    std::vector<JsonOutline> json_;
    std::vector<std::set<std::string, std::less<>>> tables_;
    std::set<std::string, std::less<>> list_names_;
    std::set<std::string, std::less<>> csv_columns_;
    bool binary_ = false;
    bool says_nothing_ = false;
};

}  // namespace kwd::collectors
