// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_tree.h"

#include "collectors/path_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kwd::collectors {
namespace {

// Logs have ASCII in them whatever the language: blanks, digits, colons. Without a byte order mark, their second bytes
// tell.
bool looks_like_utf16le(std::string_view text) {
    const std::string_view sample = text.substr(0, 4096);
    std::size_t low = 0;
    std::size_t high = 0;
    for (std::size_t i = 0; i + 1 < sample.size(); i += 2) {
        low += sample[i] == '\0' ? 1 : 0;
        high += sample[i + 1] == '\0' ? 1 : 0;
    }
    return high > sample.size() / 10 && low < high / 4;
}

}  // namespace

Error too_many_names(const std::string& folder) {
    return {Errc::too_large, fmt::format("list {}: more than {} names", folder, NodeTree::kMaxNames)};
}

void begin_at_line(std::string& text) {
    if (!looks_like_utf16le(text)) {
        text.erase(0, text.find('\n') + 1);  // npos + 1 is 0
        return;
    }
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        if (text[i] == '\n' && text[i + 1] == '\0') {
            text.erase(0, i + 2);
            return;
        }
    }
}

Result<FileText> NodeTree::read(const std::string& path, std::size_t max_bytes) const {
    return read_part(path, max_bytes, false);
}

Result<FileText> NodeTree::read_end(const std::string& path, std::size_t max_bytes) const {
    auto file = read_part(path, max_bytes, true);
    if (file && file->cut) {
        begin_at_line(file->text);
    }
    return file;
}

std::vector<std::string> NodeTree::match(std::string_view pattern, const std::function<void(Error)>& refused) const {
    // What stands before the first separator is no name: nothing, or a drive.
    std::vector<std::string> paths{std::string(pattern.substr(0, pattern.find(kPaths.separator)))};
    const std::string whole(pattern);
    const auto tell = [&](Error error) {
        if (refused) {
            refused(std::move(error));
        }
    };
    pattern.remove_prefix(paths[0].size());
    while (!pattern.empty()) {
        pattern.remove_prefix(1);  // the separator
        const std::string_view part = pattern.substr(0, pattern.find(kPaths.separator));
        pattern.remove_prefix(part.size());
        std::vector<std::string> next;
        bool more = false;
        for (const std::string& path : paths) {
            if (part.find_first_of("*?") == std::string_view::npos) {
                next.push_back(join_path(path, part));
                continue;
            }
            const bool top = path.find(kPaths.separator) == std::string::npos;
            const auto listed = list(top ? path + kPaths.separator : path);
            if (!listed) {
                if (listed.error().code != Errc::not_found) {
                    tell(listed.error());
                }
                continue;
            }
            if (listed->more) {
                tell(too_many_names(path));
            }
            for (const std::string& name : listed->names) {
                if (!matches_name(name, part)) {
                    continue;
                }
                more = next.size() == kMaxNames;
                if (more) {
                    break;
                }
                next.push_back(join_path(path, name));
            }
        }
        if (more) {
            tell({Errc::too_large, fmt::format("look for {}: more than {} match", whole, kMaxNames)});
        }
        paths = std::move(next);
    }
    std::erase_if(paths, [this](const std::string& path) {
        const auto entry = look(path);
        return entry && !*entry;
    });
    return paths;
}

}  // namespace kwd::collectors
