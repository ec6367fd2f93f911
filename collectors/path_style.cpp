// SPDX-License-Identifier: Apache-2.0
#include "collectors/path_style.h"

#include <algorithm>

namespace kwd::collectors {
namespace {

char folded(char c, PathStyle style) {
    return style.ignores_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(char a, char b, PathStyle style) {
    return folded(a, style) == folded(b, style);
}

bool starts_with(std::string_view text, std::string_view beginning, PathStyle style) {
    return text.size() >= beginning.size() && same_path(text.substr(0, beginning.size()), beginning, style);
}

}  // namespace

bool matches_name(std::string_view name, std::string_view pattern, PathStyle style) {
    if (name.starts_with('.') && !pattern.starts_with('.')) {
        return false;
    }
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    // Where to go on when what follows the last star does not fit: that star takes one character more.
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0;
    while (at < name.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            taken = at;
        } else if (in_pattern < pattern.size() &&
                   (pattern[in_pattern] == '?' || same(pattern[in_pattern], name[at], style))) {
            ++in_pattern;
            ++at;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

bool same_path(std::string_view a, std::string_view b, PathStyle style) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return same(x, y, style); });
}

std::string path_key(std::string_view path, PathStyle style) {
    std::string key(path);
    std::transform(key.begin(), key.end(), key.begin(), [&](char c) { return folded(c, style); });
    return key;
}

bool lies_below(std::string_view path, std::string_view folder, PathStyle style) {
    while (folder.ends_with(style.separator)) {
        folder.remove_suffix(1);
    }
    return starts_with(path, folder, style) && path.size() > folder.size() && path[folder.size()] == style.separator;
}

std::string join_path(std::string_view folder, std::string_view name, PathStyle style) {
    std::string path(folder);
    if (!path.ends_with(style.separator)) {
        path += style.separator;
    }
    path += name;
    return path;
}

}  // namespace kwd::collectors
