// SPDX-License-Identifier: Apache-2.0
#include "base/entry_name.h"

#include "base/code_page.h"
#include "base/utf8.h"

#include <fmt/format.h>

namespace kwd {
namespace {

constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_control(char c) noexcept {
    return (c >= 0 && c < 0x20) || c == 0x7f;
}

/// Zip files of old programs have names in a code page and do not say which.
std::string as_utf8(std::string_view raw) {
    std::string text;
    if (is_utf8(raw) || !append_code_page(text, raw, guess_code_page(raw))) {
        text = repair_utf8(raw);
    }
    return text;
}

void add_part(EntryName& name, std::string_view part) {
    if (part.empty() || part == ".") {
        return;
    }
    if (part == "..") {
        name.is_changed = true;
        return;
    }
    if (!name.path.empty()) {
        name.path += '/';
    }
    for (const char c : part) {
        name.is_changed = name.is_changed || is_control(c);
        name.path += is_control(c) ? '_' : c;
    }
}

}  // namespace

EntryName safe_entry_name(std::string_view raw) {
    constexpr std::string_view kSeparators = "/\\";
    EntryName name;
    const std::string text = as_utf8(raw);
    std::string_view rest = text;
    if (!rest.empty() && kSeparators.find(rest.front()) != std::string_view::npos) {
        name.is_changed = true;
    } else if (rest.size() > 1 && is_letter(rest[0]) && rest[1] == ':') {
        add_part(name, rest.substr(0, 1));
        rest.remove_prefix(2);
        name.is_changed = true;
    }
    while (!rest.empty()) {
        const std::size_t end = rest.find_first_of(kSeparators);
        add_part(name, rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    if (name.path.size() > kMaxEntryNameBytes) {
        std::size_t start = name.path.size() - kMaxEntryNameBytes;
        while ((static_cast<unsigned char>(name.path[start]) & 0xc0U) == 0x80U || name.path[start] == '/') {
            ++start;
        }
        name.path.erase(0, start);
        name.is_changed = true;
    }
    if (name.path.empty()) {
        name = {"unnamed", true};
    }
    return name;
}

std::string UniqueNames::add(std::string path) {
    const auto [found, is_new] = uses_.try_emplace(path, 1);
    if (is_new) {
        return path;
    }
    const std::size_t folder = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
    const std::size_t dot = path.rfind('.');
    const std::size_t stem = dot == std::string::npos || dot <= folder ? path.size() : dot;
    std::size_t& uses = found->second;
    for (;;) {
        std::string other = fmt::format("{} ({}){}", path.substr(0, stem), ++uses, path.substr(stem));
        if (uses_.find(other) == uses_.end()) {
            uses_.emplace(other, 1);
            return other;
        }
    }
}

}  // namespace kwd
