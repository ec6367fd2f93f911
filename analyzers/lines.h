// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace kwd::analyzers {

/// Walks over the lines of a decoded text. LF, CRLF and a lone CR before LF all end a line; the last line needs no end,
/// and an empty rest after the last end is no line.
class Lines {
  public:
    explicit Lines(std::string_view text) noexcept : rest_(text) {}

    /// Goes to the next line: false when there is none.
    [[nodiscard]] bool next() noexcept {
        if (rest_.empty()) {
            return false;
        }
        const std::size_t end = rest_.find('\n');
        line_ = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
        while (line_.ends_with('\r')) {
            line_.remove_suffix(1);
        }
        ++number_;
        return true;
    }

    [[nodiscard]] std::string_view text() const noexcept { return line_; }  ///< without its end
    [[nodiscard]] std::size_t number() const noexcept { return number_; }   ///< counted from 1
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }  ///< everything behind the line

  private:
    std::string_view rest_;
    std::string_view line_;
    std::size_t number_ = 0;
};

}  // namespace kwd::analyzers
