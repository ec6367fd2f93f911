// SPDX-License-Identifier: Apache-2.0
// dir and Get-ChildItem: a title with the folder's path, then one line a file that ends with its size and name.
#include "analyzers/windows_text.h"
#include "snapshot/place.h"
#include "snapshot/tables/system.h"

#include <optional>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::Text;

// ` Directory of C:\opt\cni\bin`, `    Directory: C:\opt\cni\bin`: words of any language, and a path.
std::optional<std::string_view> folder_in(std::string_view line) {
    const std::size_t drive = line.find(":\\");
    if (!line.starts_with(' ') || drive == std::string_view::npos || drive < 3 || !is_letter(line[drive - 1]) ||
        !is_blank(line[drive - 2])) {
        return std::nullopt;
    }
    const std::string_view title = trim(line.substr(0, drive - 1));
    // A volume's line names no folder, and a file's line begins with its date.
    return title.empty() || is_digit(title.front()) ? std::nullopt : std::optional(trim(line.substr(drive - 1)));
}

// `4,123,648`, `4.123.648`
std::optional<std::int64_t> grouped_size(std::string_view word) {
    std::string digits;
    for (const char c : word) {
        if (is_digit(c)) {
            digits += c;
        } else if (c != ',' && c != '.') {
            return std::nullopt;
        }
    }
    return parse_integer(digits);
}

/// One file; of a folder within nothing is known but its name.
struct Entry {
    std::string_view name;
    std::optional<std::int64_t> size;
};

// `01/31/2024  10:11 AM         4,123,648 flannel.exe`, `-a----   1/31/2024  10:11 AM   4123648 flannel.exe`: a date,
// a time, a size, and the name, which may hold blanks.
std::optional<Entry> entry_in(std::string_view line) {
    const auto words = split_words(line);
    std::size_t i =
        !words.empty() && words[0].size() >= 5 && words[0].find_first_not_of("-darhsl") == std::string_view::npos ? 1
                                                                                                                  : 0;
    if (words.size() < i + 4 || !is_digit(words[i].front()) || words[i + 1].find(':') == std::string_view::npos) {
        return std::nullopt;
    }
    const bool has_half = words[i + 2] == "AM" || words[i + 2] == "PM";
    i += has_half ? 3 : 2;
    if (words.size() < i + 2) {
        return std::nullopt;
    }
    const auto size = grouped_size(words[i]);
    if (!size) {
        return std::nullopt;
    }
    const std::size_t name = static_cast<std::size_t>(words[i + 1].data() - line.data());
    return Entry{trim(line.substr(name)), size};
}

Text role_in(std::string_view folder) {
    const std::string low = lower(folder);
    if (low.find("cni") == std::string::npos) {
        return std::nullopt;
    }
    if (low.ends_with("\\bin") || low.ends_with("\\cni")) {
        return Text("cni-binary");
    }
    return low.ends_with("\\net.d") || low.ends_with("\\conf") || low.ends_with("\\config") ||
                   low.ends_with("\\netconf")
               ? Text("cni-conf")
               : std::nullopt;
}

}  // namespace

std::size_t read_folder_listing(WindowsText& text, std::size_t at) {
    const auto folder = folder_in(text.lines[at]);
    if (!folder) {
        return at;
    }
    bool any = false;
    std::size_t line = at + 1;
    for (; line < text.lines.size() && !folder_in(text.lines[line]) && echoed_command(text.lines[line]).empty();
         ++line) {
        const auto entry = entry_in(text.lines[line]);
        if (!entry) {
            continue;
        }
        const Text role = role_in(*folder);
        const bool is_program = lower(entry->name).ends_with(".exe");
        const std::string separator = folder->ends_with('\\') ? "" : "\\";
        text.out.add_in_outline(snapshot::kNodeFiles,
                                {.path = std::string(*folder) + separator + std::string(entry->name),
                                 .role = role == "cni-binary" && !is_program ? std::nullopt : role,
                                 .present = true,
                                 .size_bytes = entry->size},
                                snapshot::line_place(line + 1));
        any = true;
    }
    if (any) {
        text.out.covers_in_outline(snapshot::kNodeFiles.name, "only the folders that somebody listed");
    }
    return any ? line : at;
}

}  // namespace kwd::analyzers
