// SPDX-License-Identifier: Apache-2.0
#include "base/secret_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace kwd::secret_forms {
namespace {

constexpr std::size_t kLongestReference = 200;

bool contains_ignoring_case(std::string_view text, std::string_view lower_word) {
    return std::search(text.begin(), text.end(), lower_word.begin(), lower_word.end(),
                       [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; }) != text.end();
}

// Whether the character is the second half of an escape.
bool follows_a_backslash(std::string_view text, const char* at) {
    std::size_t backslashes = 0;
    while (at - backslashes > text.data() && *(at - backslashes - 1) == '\\') {
        ++backslashes;
    }
    return backslashes % 2 == 1;
}

}  // namespace

std::string marker(std::string_view kind) {
    return fmt::format("[removed: {}]", kind);
}

std::string_view kind_of_name(std::string_view name) {
    if (contains_ignoring_case(name, "pass") || contains_ignoring_case(name, "pwd")) {
        return "password";
    }
    if (contains_ignoring_case(name, "token")) {
        return "token";
    }
    const bool key = contains_ignoring_case(name, "private") || contains_ignoring_case(name, "client-key-data");
    return key ? "private-key" : "secret";
}

void remove_form(std::string& text, const Form& form, RemovedSecrets& removed) {
    if (text.find(form.word) == std::string::npos) {
        return;
    }
    std::string result;
    const char* copied = text.data();
    std::array<re2::StringPiece, 3> match;
    std::size_t from = 0;
    while (form.pattern.Match(re2::StringPiece(text), from, text.size(), RE2::UNANCHORED, match.data(), 3)) {
        const char* begin = match[0].data();
        const char* end = begin + match[0].size();
        from = static_cast<std::size_t>(end - text.data());
        if (is_no_secret({begin + match[1].size(), static_cast<std::size_t>(end - begin) - match[1].size()})) {
            continue;
        }
        if (match[1].empty() && follows_a_backslash(text, begin)) {
            ++begin;  // the n of \\n
        }
        result.append(copied, begin).append(match[1].data(), match[1].size()).append(marker(form.kind));
        ++removed[std::string(form.kind)];
        copied = end - match[2].size();
    }
    if (copied != text.data()) {
        result.append(copied, static_cast<const char*>(text.data() + text.size()));
        text = std::move(result);
    }
}

std::size_t find_or_end(std::string_view text, std::string_view characters, std::size_t at) {
    return std::min(text.find_first_of(characters, at), text.size());
}

std::size_t end_of_bare(std::string_view text, std::string_view characters, std::size_t at) {
    std::size_t end = find_or_end(text, characters, at);
    if (end < text.size() && (text[end] == '"' || text[end] == '\'')) {
        while (end > at && text[end - 1] == '\\') {
            --end;
        }
    }
    return end;
}

std::optional<Quote> quote_at(std::string_view text, std::size_t at) {
    const std::size_t quote = std::min(text.find_first_not_of('\\', at), text.size());
    if (quote == text.size() || (text[quote] != '"' && text[quote] != '\'')) {
        return std::nullopt;
    }
    return Quote{text[quote], quote - at};
}

std::size_t end_of_quoted(std::string_view text, std::size_t at, const Quote& open) {
    const std::array<char, 2> stops{open.character, '\n'};
    const std::string_view stop(stops.data(), stops.size());
    std::size_t i = find_or_end(text, stop, at);
    while (i < text.size() && text[i] != '\n') {
        std::size_t backslashes = 0;
        while (backslashes < i - at && text[i - 1 - backslashes] == '\\') {
            ++backslashes;
        }
        // YAML writes ' as '' within single quotes.
        const bool doubled = open.character == '\'' && i + 1 < text.size() && text[i + 1] == '\'';
        if (!doubled && backslashes % (2 * open.backslashes + 2) == open.backslashes) {
            return i - open.backslashes;
        }
        i = find_or_end(text, stop, i + (doubled ? 2 : 1));
    }
    return i;
}

bool closes_a_quote(std::string_view text, std::size_t begin) {
    return begin == text.size() || std::string_view(",}]: \t\r\n").find(text[begin]) != std::string_view::npos;
}

bool is_no_secret(std::string_view value) {
    constexpr std::array<std::string_view, 13> harmless{"",    "true", "false", "null",     "nil", "none",    "<nil>",
                                                        "yes", "no",   "~",     "<masked>", "***", "REDACTED"};
    constexpr std::array<std::string_view, 4> references{"${", "$(", "{{", "[removed:"};
    return std::find(harmless.begin(), harmless.end(), value) != harmless.end() ||
           (value.size() <= kLongestReference &&
            std::any_of(references.begin(), references.end(), [&](auto each) { return value.starts_with(each); }));
}

bool is_word_of_prose(std::string_view word) {
    constexpr auto words = std::to_array<std::string_view>(
        {"a",      "and",     "are",    "argument", "at",    "by",     "can",  "cannot",    "command",
         "does",   "expired", "failed", "flag",     "flags", "for",    "from", "has",       "in",
         "is",     "must",    "not",    "of",       "on",    "option", "or",   "parameter", "parameters",
         "should", "to",      "value",  "was",      "were",  "will",   "with"});
    while (!word.empty() && std::string_view(".,:;)").find(word.back()) != std::string_view::npos) {
        word.remove_suffix(1);
    }
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace kwd::secret_forms
