// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include "base/code_page.h"
#include "base/text_segments.h"
#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd {
namespace {

constexpr std::string_view kUtf8 = "utf-8";
constexpr std::string_view kMarkUtf8 = "\xef\xbb\xbf";
/// How much text that is no UTF-8 is looked at to guess its code page.
constexpr std::size_t kSampleBytes = 65536;

/// How one line of 8-bit text is to be read.
enum class LineKind { ascii, utf8, damaged_utf8, other };

constexpr bool is_double_byte(CodePage page) noexcept {
    return page == CodePage::cp932 || page == CodePage::cp936 || page == CodePage::cp949 || page == CodePage::cp950;
}

struct Utf8Census {
    std::size_t sound = 0;   ///< well-formed sequences of more than one byte
    std::size_t longer = 0;  ///< those of more than two
    std::size_t broken = 0;  ///< bytes in no such sequence
};

Utf8Census census_of(std::string_view text) noexcept {
    Utf8Census census;
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        census.sound += length > 1 ? 1 : 0;
        census.longer += length > 2 ? 1 : 0;
        census.broken += length == 0 ? 1 : 0;
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return census;
}

bool is_mostly_utf8(std::string_view text) noexcept {
    const Utf8Census census = census_of(text);
    return census.sound > 0 && census.sound >= 2 * census.broken;
}

LineKind kind_of(std::string_view line) noexcept {
    if (is_utf8(line)) {
        return is_ascii(line) ? LineKind::ascii : LineKind::utf8;
    }
    return is_mostly_utf8(line) ? LineKind::damaged_utf8 : LineKind::other;
}

/// The same, once the code page of the other lines is known: some pairs of an East Asian one are well-formed UTF-8 of
/// two bytes, while the characters of those languages take three.
LineKind kind_of(std::string_view line, CodePage page) noexcept {
    const LineKind kind = kind_of(line);
    const bool is_doubtful = kind != LineKind::ascii && kind != LineKind::other && is_double_byte(page);
    return is_doubtful && census_of(line).longer == 0 ? LineKind::other : kind;
}

/// The first bytes of a text that are the end of a UTF-8 sequence, and the last ones that begin one: what remains of a
/// character where a log was cut.
std::size_t cut_at_start(std::string_view text) noexcept {
    const auto end =
        std::find_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length <= 3 ? length : 0;
}

std::size_t cut_at_end(std::string_view text) noexcept {
    for (std::size_t length = 1; length <= std::min<std::size_t>(3, text.size()); ++length) {
        const auto byte = static_cast<unsigned char>(text[text.size() - length]);
        if (byte >= 0xc2 && byte <= 0xf4) {
            return length;
        }
        if ((byte & 0xc0U) != 0x80U) {
            return 0;
        }
    }
    return 0;
}

/// Cuts off the first line with its LF.
std::string_view take_line(std::string_view& text) noexcept {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline == std::string_view::npos ? newline : newline + 1);
    text.remove_prefix(line.size());
    return line;
}

class Decoder {
  public:
    DecodedText decode(std::string_view bytes) && {
        const auto segments = split_by_width(bytes);
        text_.utf8.reserve(bytes.size());
        for (const TextSegment& segment : segments) {
            if (segment.width == TextWidth::bytes) {
                add_bytes(segment.text);
            } else {
                add_utf16(segment);
            }
        }
        if (segments.size() > 1) {
            text_.notes.emplace_back("its parts have different encodings");
        }
        if (broken_ > 0) {
            text_.lossy = true;
            text_.notes.push_back(fmt::format("{} broken characters stand as U+FFFD", broken_));
        }
        const auto nuls = std::count(text_.utf8.begin(), text_.utf8.end(), '\0');
        if (nuls > 0) {
            text_.notes.push_back(fmt::format("holds {} NUL characters", nuls));
        }
        if (text_.encoding.empty()) {
            text_.encoding = kUtf8;
        }
        return std::move(text_);
    }

  private:
    void add_utf16(const TextSegment& segment) {
        const bool is_little = segment.width == TextWidth::utf16le;
        name_encoding(is_little ? "utf-16le" : "utf-16be");
        broken_ += append_utf16(text_.utf8, segment.text, is_little ? ByteOrder::little : ByteOrder::big);
    }

    void add_bytes(std::string_view bytes) {
        if (is_utf8(bytes)) {
            name_encoding(kUtf8);
            add_utf8(bytes);
            return;
        }
        bytes = add_cut_start(bytes);
        const std::string_view end = cut_end_of(bytes);
        bytes.remove_suffix(end.size());
        add_lines(bytes);
        broken_ += append_repaired_utf8(text_.utf8, end);
    }

    /// Half a character at the edge of a file that is UTF-8 otherwise is UTF-8 too.
    std::string_view add_cut_start(std::string_view bytes) {
        const std::size_t length = cut_at_start(bytes);
        if (length > 0 && is_mostly_utf8(bytes.substr(length, kSampleBytes))) {
            broken_ += append_repaired_utf8(text_.utf8, bytes.substr(0, length));
            return bytes.substr(length);
        }
        return bytes;
    }
    static std::string_view cut_end_of(std::string_view bytes) {
        const std::size_t length = cut_at_end(bytes);
        const std::string_view end = bytes.substr(bytes.size() - length);
        const std::size_t sample = bytes.size() - length - std::min(bytes.size() - length, kSampleBytes);
        const bool is_cut = length > 0 && utf8_sequence_length(end) == 0 &&
                            is_mostly_utf8(bytes.substr(sample, bytes.size() - length - sample));
        return is_cut ? end : std::string_view{};
    }

    /// UTF-8 line by line; lines that are not, and the ASCII between them, in one go.
    void add_lines(std::string_view bytes) {
        const CodePage page = guess_code_page(sample_of(bytes));
        std::size_t other_lines = 0;
        std::size_t others_in_run = 0;
        std::size_t run_length = 0;
        std::string_view rest = bytes;
        const auto end_run = [&] {
            const std::string_view run = bytes.substr(0, run_length);
            others_in_run > 0 ? add_other(run, page) : add_utf8(run);
            other_lines += others_in_run;
            others_in_run = 0;
            run_length = 0;
            bytes = rest;
        };
        while (!rest.empty()) {
            const std::string_view line = take_line(rest);
            const LineKind kind = kind_of(line, page);
            if (kind == LineKind::ascii || kind == LineKind::other) {
                run_length += line.size();
                others_in_run += kind == LineKind::other ? 1 : 0;
                continue;
            }
            end_run();
            name_encoding(kUtf8);
            if (kind == LineKind::utf8) {
                add_utf8(line);
            } else {
                broken_ += append_repaired_utf8(text_.utf8, line);
            }
        }
        end_run();
        if (other_lines > 0) {
            text_.notes.push_back(fmt::format("{} not UTF-8, read as {}, a guess",
                                              other_lines == 1 ? "1 line is" : fmt::format("{} lines are", other_lines),
                                              name_of(page)));
        }
    }

    void add_other(std::string_view text, CodePage page) {
        auto broken = append_code_page(text_.utf8, text, page);
        if (!broken) {
            text_.notes.push_back(fmt::format("this platform cannot decode {}", name_of(page)));
            page = CodePage::windows_1252;
            broken = append_code_page(text_.utf8, text, page);
        }
        name_encoding(name_of(page));
        broken_ += broken.value_or(0);
    }

    static std::string sample_of(std::string_view bytes) {
        std::string sample;
        while (!bytes.empty() && sample.size() < kSampleBytes) {
            const std::string_view line = take_line(bytes);
            if (kind_of(line) == LineKind::other) {
                sample += line.substr(0, kSampleBytes);
            }
        }
        return sample;
    }

    /// Files that were joined keep their byte order marks, each at the start of a line.
    void add_utf8(std::string_view text) {
        for (std::size_t mark = text.find(kMarkUtf8); mark != std::string_view::npos;
             mark = text.find(kMarkUtf8, mark)) {
            if (mark == 0 ? text_.utf8.empty() || text_.utf8.back() == '\n' : text[mark - 1] == '\n') {
                text_.utf8.append(text.substr(0, mark));
                text.remove_prefix(mark + kMarkUtf8.size());
                mark = 0;
            } else {
                mark += kMarkUtf8.size();
            }
        }
        text_.utf8.append(text);
    }

    void name_encoding(std::string_view name) {
        if (std::find(names_.begin(), names_.end(), name) == names_.end()) {
            names_.emplace_back(name);
            text_.encoding += (text_.encoding.empty() ? "" : ", ") + std::string(name);
        }
    }

    DecodedText text_;
    std::vector<std::string> names_;
    std::size_t broken_ = 0;
};

}  // namespace

DecodedText decode_text(std::string_view bytes) {
    return Decoder{}.decode(bytes);
}

std::optional<TextLine> LineReader::next() noexcept {
    if (offset_ >= text_.size()) {
        return std::nullopt;
    }
    const std::size_t start = offset_;
    const std::size_t end = std::min(text_.find_first_of("\r\n", start), text_.size());
    offset_ = end;
    for (const std::string_view line_end : {"\r\r\n", "\r\n", "\r", "\n"}) {
        if (text_.substr(end).starts_with(line_end)) {
            offset_ = end + line_end.size();
            break;
        }
    }
    std::size_t kept = std::min(end - start, max_line_bytes_);
    while (kept < end - start && kept > 0 && (static_cast<unsigned char>(text_[start + kept]) & 0xc0U) == 0x80U) {
        --kept;
    }
    return TextLine{++number_, start, text_.substr(start, kept), end - start - kept};
}

}  // namespace kwd
