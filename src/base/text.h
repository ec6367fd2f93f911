// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd {

/// A text as UTF-8, and how it was understood.
struct DecodedText {
    std::string utf8;
    std::string encoding;            ///< `utf-8`, `utf-16le`, `windows-1252`, `cp932`, …; several joined by `, `
    std::vector<std::string> notes;  ///< for a person: what was guessed, mixed or damaged
    bool lossy = false;              ///< something could not be decoded and stands as U+FFFD
};

/// Decodes a text of unknown encoding. Never fails, drops nothing but byte order marks, and takes linear time.
///
/// Reads UTF-8 and UTF-16 with and without byte order mark, 8-bit text in the code page that guess_code_page() finds,
/// and files in which these follow one another, as PowerShell's `>>` makes them. UTF-8 and 8-bit lines may even
/// alternate: a program that logs what another one printed does that.
[[nodiscard]] DecodedText decode_text(std::string_view bytes);

/// One line of a text, without its end.
struct TextLine {
    std::size_t number = 0;     ///< from 1
    std::size_t offset = 0;     ///< of its first byte in the text
    std::string_view text;      ///< at most LineReader's limit, cut between characters
    std::size_t cut_bytes = 0;  ///< how much of the line is beyond the limit
};

/// Longer lines are handed out cut. HNS writes whole object lists on one line, so the limit is large.
inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20;

/// Reads UTF-8 text line by line. A line ends at LF, CR LF, CR CR LF (Windows programs that translate twice) or a CR
/// alone, and at the end of the text if anything stands there. U+0085 and U+2028 end no line.
class LineReader {
  public:
    explicit LineReader(std::string_view text, std::size_t max_line_bytes = kMaxLineBytes) noexcept
        : text_(text), max_line_bytes_(max_line_bytes) {}

    /// The next line; nullopt behind the last.
    [[nodiscard]] std::optional<TextLine> next() noexcept;

  private:
    std::string_view text_;
    std::size_t max_line_bytes_;
    std::size_t offset_ = 0;
    std::size_t number_ = 0;
};

/// Calls `visit(const TextLine&)` for each line.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
    LineReader lines(text);
    while (const auto line = lines.next()) {
        visit(*line);
    }
}

}  // namespace kwd
