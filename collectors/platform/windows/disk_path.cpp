// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/disk_path.h"

#include "base/wide.h"

#include <windows.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>

// Sources: Naming Files, Paths, and Namespaces; REPARSE_DATA_BUFFER, learn.microsoft.com.

namespace kwd::collectors {
namespace {

constexpr std::string_view kNtPrefix = R"(\??\)";
constexpr int kMostLinks = 40;

bool is_slash(char c) {
    return c == '\\' || c == '/';
}

bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_name(std::string_view name) {
    return std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || std::string_view(R"(<>:"|?*)").find(c) != std::string_view::npos;
    });
}

// Goes down the names of `path` from `names`; answers false when one can be no file's.
bool descend(std::vector<std::string>& names, std::string_view path) {
    while (!path.empty()) {
        const std::string_view name = path.substr(0, path.find_first_of("\\/"));
        path.remove_prefix(std::min(name.size() + 1, path.size()));
        if (name == "..") {
            if (!names.empty()) {
                names.pop_back();
            }
        } else if (!name.empty() && name != ".") {
            if (!is_name(name)) {
                return false;
            }
            names.emplace_back(name);
        }
    }
    return true;
}

std::optional<std::uint32_t> number_at(std::span<const std::byte> data, std::size_t offset, std::size_t bytes) {
    if (offset > data.size() || bytes > data.size() - offset) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    std::memcpy(&number, data.data() + offset, bytes);
    return number;
}

// A name of a reparse point: its offset and length, in bytes, stand at `at`.
std::optional<std::string> name_at(std::span<const std::byte> data, std::size_t at, std::size_t names) {
    const auto offset = number_at(data, at, 2);
    const auto length = number_at(data, at + 2, 2);
    if (!offset || !length || names + *offset > data.size() || *length > data.size() - names - *offset) {
        return std::nullopt;
    }
    std::wstring name(*length / sizeof(wchar_t), L'\0');
    std::memcpy(name.data(), data.data() + names + *offset, name.size() * sizeof(wchar_t));
    return narrow_name(name);
}

std::optional<DiskPath> target_of(const DiskLink& link, const DiskPath& at) {
    DiskPath path{at.drive, {}};
    if (!link.relative) {
        const std::string_view target = link.target;
        return target.starts_with(kNtPrefix) ? parse_disk_path(target.substr(kNtPrefix.size()), at.drive)
                                             : std::nullopt;
    }
    if (link.target.empty() || (is_slash(link.target[0]) && link.target.size() > 1 && is_slash(link.target[1]))) {
        return std::nullopt;
    }
    if (!is_slash(link.target[0])) {
        path.names.assign(at.names.begin(), at.names.end() - 1);
    }
    return descend(path.names, link.target) ? std::optional(std::move(path)) : std::nullopt;
}

}  // namespace

std::string DiskPath::text() const {
    std::string path{drive, ':'};
    for (const std::string& name : names) {
        path += '\\';
        path += name;
    }
    return names.empty() ? path + '\\' : path;
}

std::optional<DiskPath> parse_disk_path(std::string_view text, char default_drive) {
    DiskPath path{default_drive, {}};
    if (text.size() > 2 && is_letter(text[0]) && text[1] == ':') {
        path.drive = text[0] >= 'a' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
        text.remove_prefix(2);
    }
    const bool share = text.size() > 1 && is_slash(text[0]) && is_slash(text[1]);
    if (text.empty() || !is_slash(text[0]) || share || !descend(path.names, text)) {
        return std::nullopt;
    }
    return path;
}

bool DiskLink::leads_to_volume() const {
    return target.starts_with(R"(\??\Volume{)");
}

std::optional<DiskLink> read_reparse_point(std::span<const std::byte> data) {
    constexpr std::size_t header = 8;  // tag, length, reserved
    const auto tag = number_at(data, 0, 4);
    const bool symlink = tag == IO_REPARSE_TAG_SYMLINK;
    if (!symlink && tag != IO_REPARSE_TAG_MOUNT_POINT) {
        return std::nullopt;
    }
    // Two names by offset and length; of a symbolic link then its flags; the names themselves.
    const std::size_t names = header + (symlink ? 12 : 8);
    auto target = name_at(data, header, names);
    auto shown = name_at(data, header + 4, names);
    if (!target || !shown) {
        return std::nullopt;
    }
    DiskLink link{.target = std::move(*target), .shown = std::move(*shown)};
    link.relative = symlink && (number_at(data, header + 8, 4).value_or(0) & 1U) != 0;
    if (link.shown.empty()) {
        link.shown = link.target.substr(link.target.starts_with(kNtPrefix) ? kNtPrefix.size() : 0);
    }
    return link;
}

Result<DiskPath> follow_links(const DiskPath& path, bool also_last, const AskLink& ask) {
    DiskPath at{path.drive, {}};
    std::deque<std::string> ahead(path.names.begin(), path.names.end());
    int links = 0;
    while (!ahead.empty()) {
        at.names.push_back(std::move(ahead.front()));
        ahead.pop_front();
        auto link = ask(at);
        if (!link) {
            return std::move(link).error();
        }
        if (!*link || (ahead.empty() && !also_last)) {
            continue;
        }
        auto target = target_of(**link, at);
        if (!target) {
            return Error{Errc::access_denied, fmt::format("follow {}: it leads to {}, which is on no disk of this node",
                                                          at.text(), (*link)->shown)};
        }
        if (++links > kMostLinks) {
            return Error{Errc::io, fmt::format("follow {}: its links go in circles", path.text())};
        }
        ahead.insert(ahead.begin(), target->names.begin(), target->names.end());
        at = {target->drive, {}};
    }
    return at;
}

std::wstring wide_name(std::string_view name) {
    std::wstring out;
    while (!name.empty()) {
        // ED A0…BF xx: a surrogate, which UTF-8 has no place for.
        const std::size_t at = name.find('\xED');
        const bool surrogate =
            at != std::string_view::npos && at + 2 < name.size() && static_cast<unsigned char>(name[at + 1]) >= 0xA0;
        const std::size_t plain = at == std::string_view::npos ? name.size() : surrogate ? at : at + 1;
        const std::size_t whole = surrogate || plain == name.size() ? plain : std::min(plain + 2, name.size());
        out += wide(name.substr(0, whole));
        name.remove_prefix(whole);
        if (surrogate) {
            const auto low_bits = [&](std::size_t i) { return static_cast<unsigned char>(name[i]) & 0x3FU; };
            out += static_cast<wchar_t>(0xD000U | (low_bits(1) << 6U) | low_bits(2));
            name.remove_prefix(3);
        }
    }
    return out;
}

std::string narrow_name(std::wstring_view name) {
    std::string out;
    while (!name.empty()) {
        std::size_t plain = 0;
        while (plain < name.size()) {
            const bool pair =
                IS_HIGH_SURROGATE(name[plain]) && plain + 1 < name.size() && IS_LOW_SURROGATE(name[plain + 1]);
            if (!pair && name[plain] >= 0xD800 && name[plain] <= 0xDFFF) {
                break;
            }
            plain += pair ? 2 : 1;
        }
        out += narrow(name.substr(0, plain));
        name.remove_prefix(plain);
        if (!name.empty()) {
            const auto unit = static_cast<unsigned>(name[0]);
            out += {static_cast<char>(0xED), static_cast<char>(0x80U | ((unit >> 6U) & 0x3FU)),
                    static_cast<char>(0x80U | (unit & 0x3FU))};
            name.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace kwd::collectors
