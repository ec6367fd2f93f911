// SPDX-License-Identifier: Apache-2.0
#include "analyzers/text_lines.h"

#include "base/text.h"
#include "snapshot/place.h"

#include <algorithm>

namespace kwd::analyzers {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

}  // namespace

TextLines::TextLines(const snapshot::Document& document, Analysis& out) {
    DecodedText decoded = decode_text(document.content);
    text_ = std::move(decoded.utf8);
    for (std::string& note : decoded.notes) {
        out.note("", "encoding", std::move(note));
    }
    for_each_line(text_, [&](const TextLine& line) {
        lines_.push_back(line.text.substr(0, line.text.find_last_not_of(kBlanks) + 1));
        if (line.cut_bytes > 0) {
            out.note(snapshot::line_place(line.number), "truncated", "the line is too long; its end was left out");
        }
    });
}

std::string_view TextLines::from(std::size_t i) const noexcept {
    if (i >= lines_.size()) {
        return {};
    }
    return std::string_view(text_).substr(static_cast<std::size_t>(lines_[i].data() - text_.data()));
}

std::size_t TextLines::line_of(std::size_t byte) const noexcept {
    const char* at = text_.data() + std::min(byte, text_.size());
    const auto after = std::ranges::upper_bound(lines_, at, {}, [](std::string_view line) { return line.data(); });
    return after == lines_.begin() ? 0 : static_cast<std::size_t>(after - lines_.begin()) - 1;
}

std::string_view echoed_command(std::string_view line) noexcept {
    const std::size_t prompt = line.find('>');
    const bool is_prompt = line.starts_with("PS ") || (line.size() > 2 && line[1] == ':' && line[2] == '\\');
    return is_prompt && prompt != std::string_view::npos ? trim(line.substr(prompt + 1)) : std::string_view{};
}

std::optional<std::string> text_or_null(std::string_view text) {
    text = trim(text);
    return text.empty() ? std::nullopt : std::optional(std::string(text));
}

std::vector<std::string_view> split_words(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        if (const std::string_view word = trim(text.substr(begin, end - begin)); !word.empty()) {
            words.push_back(word);
        }
        begin = end + 1;
    }
    return words;
}

std::optional<std::string> comma_list(const std::vector<std::string>& words) {
    if (words.empty()) {
        return std::nullopt;
    }
    std::string list;
    for (const std::string& word : words) {
        list += (list.empty() ? "" : ",") + word;
    }
    return list;
}

}  // namespace kwd::analyzers
