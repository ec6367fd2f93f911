// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "collectors/clean.h"
#include "collectors/node_places.h"
#include "collectors/node_tree.h"
#include "collectors/path_style.h"
#include "collectors/shared_collectors.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <set>
#include <string>

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 1 << 20;

std::string time_text(std::int64_t seconds) {
    return iso_utc(std::chrono::system_clock::time_point(std::chrono::seconds(seconds)));
}

// A folder that a pattern for files met is a folder.
json describe(const std::string& path, std::string_view role, const Entry& entry) {
    json file{{"path", path},
              {"role", entry.type == Entry::Type::folder ? "folder" : role},
              {"present", true},
              {"modified_at_utc", time_text(entry.modified)}};
    if (entry.mode) {
        file["mode"] = fmt::format("{:04o}", *entry.mode);
    }
    if (entry.type == Entry::Type::file) {
        file["size_bytes"] = entry.size_bytes;
    }
    if (entry.link_target) {
        file["link_target"] = *entry.link_target;
    }
    return file;
}

Result<void> store_content(const NodeTree& tree, const std::string& path, std::string_view kind, DocumentSink& out) {
    auto file = tree.read(path, kMaxFile);
    if (!file) {
        out.missed(std::move(file).error());
        return {};
    }
    NewDocument document{.kind = kind,
                         .name = path,
                         .original_path = path,
                         .content = std::move(file->text),
                         .truncated = file->cut,
                         .note = file->cut ? fmt::format("the first {} of {} bytes", kMaxFile, file->size_bytes) : ""};
    return out.put(without_secrets(std::move(document)));
}

}  // namespace

Result<void> collect_node_files(const CollectOptions& options, DocumentSink& out, Deadline) {
    const NodeTree tree(options.root);
    json files = json::array();
    std::set<std::string> seen;
    std::set<std::string> refusals;
    const auto unnamed = [&](Error error) {
        if (refusals.insert(error.doing).second) {
            out.missed(std::move(error));
        }
    };
    for (const NodePlace& place : node_places(tree, unnamed)) {
        const std::string& pattern = place.pattern;
        const bool exact = pattern.find('*') == std::string::npos;
        bool listed = true;
        const auto refused = [&](Error error) {
            listed = false;
            if (refusals.insert(error.doing).second) {
                out.missed(std::move(error));
            }
        };
        const auto paths = exact ? std::vector{pattern} : tree.match(pattern, refused);
        if (!listed) {
            files.push_back({{"path", pattern}, {"role", place.role}});
        } else if (paths.empty()) {
            files.push_back({{"path", pattern}, {"role", place.role}, {"present", false}});
        }
        for (const std::string& path : paths) {
            if (!seen.insert(path_key(path)).second) {
                continue;
            }
            auto entry = tree.look(path);
            if (!entry) {
                files.push_back({{"path", path}, {"role", place.role}});
                out.missed(std::move(entry).error());
                continue;
            }
            if (!*entry) {
                files.push_back({{"path", path}, {"role", place.role}, {"present", false}});
                continue;
            }
            files.push_back(describe(path, place.role, **entry));
            if (!place.kind.empty() && (*entry)->type == Entry::Type::file) {
                if (auto put = store_content(tree, path, place.kind, out); !put) {
                    return put;
                }
            }
        }
    }
    return out.put({.kind = snapshot::kind::node_files,
                    .name = "node-files.json",
                    .content = to_document({{"files", std::move(files)}})});
}

}  // namespace kwd::collectors
