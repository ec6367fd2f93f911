// SPDX-License-Identifier: Apache-2.0
#include "rules/focus.h"

#include <algorithm>
#include <cctype>

namespace kwd::rules {
namespace {

constexpr std::size_t kShortLines = 8;
constexpr std::size_t kAround = 1;
constexpr std::size_t kMinWord = 4;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

bool in_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool has_word(std::string_view line, std::string_view word) {
    for (std::size_t at = line.find(word); at != line.npos; at = line.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !in_word(line[at - 1])) && (end == line.size() || !in_word(line[end]))) {
            return true;
        }
    }
    return false;
}

// What stands behind `"key": ` or alone, without the comma and the quotes.
std::string_view json_value(std::string_view line) {
    if (const std::size_t colon = line.find("\": "); colon != line.npos) {
        line.remove_prefix(colon + 3);
    }
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.ends_with(',')) {
        line.remove_suffix(1);
    }
    if (line.size() >= 2 && line.starts_with('"') && line.ends_with('"')) {
        line = line.substr(1, line.size() - 2);
    }
    return line;
}

bool holds(std::string_view line, const std::vector<std::string>& values) {
    return std::ranges::any_of(values, [&](const std::string& value) {
        return !value.empty() && (json_value(line) == value || (value.size() >= kMinWord && has_word(line, value)));
    });
}

}  // namespace

std::string focused(std::string_view text, const std::vector<std::string>& values) {
    const std::vector<std::string_view> lines = lines_of(text);
    if (lines.size() <= kShortLines) {
        return std::string(text);
    }
    std::vector<bool> shown(lines.size());
    bool any = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (holds(lines[i], values)) {
            any = true;
            std::fill(shown.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, kAround)),
                      shown.begin() + static_cast<std::ptrdiff_t>(std::min(i + kAround + 1, lines.size())), true);
        }
    }
    if (!any) {
        return std::string(text);
    }
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool alone = !shown[i] && (i == 0 || shown[i - 1]) && (i + 1 == lines.size() || shown[i + 1]);
        if (shown[i] || alone) {
            out += lines[i];
        } else if (i == 0 || shown[i - 1]) {
            out.append(std::min(lines[i].find_first_not_of(' '), lines[i].size()), ' ');
            out += "…";
        } else {
            continue;
        }
        out += '\n';
    }
    out.pop_back();
    return out;
}

}  // namespace kwd::rules
