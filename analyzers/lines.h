// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kwd::analyzers {

/// A line of a text without its end.
struct Line {
    std::size_t number;  ///< counted from 1
    std::string_view text;
};

/// Walks over the lines of a decoded text as places count them (snapshot/place.h): LF ends a line, carriage returns
/// before it go with it, and one alone, as progress bars have it, ends none.
class Lines {
  public:
    explicit Lines(std::string_view text) noexcept : rest_(text) {}

    [[nodiscard]] std::optional<Line> next() noexcept {
        if (rest_.empty()) {
            return std::nullopt;
        }
        const std::size_t end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
        while (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        return Line{++number_, line};
    }

  private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

}  // namespace kwd::analyzers
