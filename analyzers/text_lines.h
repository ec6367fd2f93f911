// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/words.h"
#include "snapshot/document.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// A document's text as lines, without their ends and trailing blanks. Line numbers count from 1, as places do.
class TextLines {
  public:
    /// Decodes the content; what was lost on the way becomes a note.
    TextLines(const snapshot::Document& document, Analysis& out);
    TextLines(const TextLines&) = delete;
    TextLines& operator=(const TextLines&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
    /// The i-th line from 0; empty beyond the end, so that readers may look ahead.
    [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
        return i < lines_.size() ? lines_[i] : std::string_view{};
    }
    /// Everything from the i-th line on.
    [[nodiscard]] std::string_view from(std::size_t i) const noexcept;
    /// The index of the line that holds this byte of from(0).
    [[nodiscard]] std::size_t line_of(std::size_t byte) const noexcept;

  private:
    std::string text_;
    std::vector<std::string_view> lines_;
};

/// The command behind a prompt of Windows, `PS C:\> Get-NetRoute`, `C:\k>netsh int ipv6 show subinterfaces`; empty
/// where there is none.
[[nodiscard]] std::string_view echoed_command(std::string_view line) noexcept;
/// The text trimmed; NULL when nothing is left.
[[nodiscard]] std::optional<std::string> text_or_null(std::string_view text);
/// The parts between any of the separators, trimmed; empty ones are left out.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text, std::string_view separators = " \t");
/// The words as one text with commas between them; nullopt when there are none.
[[nodiscard]] std::optional<std::string> comma_list(const std::vector<std::string>& words);

}  // namespace kwd::analyzers
