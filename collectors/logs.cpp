// SPDX-License-Identifier: Apache-2.0
#include "collectors/logs.h"

#include "base/clock.h"
#include "collectors/clean.h"
#include "collectors/node_tree.h"
#include "collectors/path_style.h"
#include "collectors/shared_collectors.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kwd::collectors {
namespace {

using std::chrono::system_clock;

struct LogFile {
    std::string path;
    std::int64_t modified;
};

// Newest first, so that they are what is kept when the budget is used up.
std::vector<LogFile> find_logs(const NodeTree& tree, std::int64_t not_before, std::size_t& old,
                               std::map<std::string, Error>& refusals) {
    std::set<std::string> seen;
    std::vector<LogFile> files;
    const auto refused = [&](Error error) { refusals.try_emplace(error.doing, std::move(error)); };
    for (const std::string& place : log_places(tree, refused)) {
        for (std::string& path : tree.match(place, refused)) {
            auto looked = tree.look(path);
            if (!looked) {
                refused(std::move(looked).error());
                continue;
            }
            const std::optional<Entry>& entry = *looked;
            if (!entry || entry->type != Entry::Type::file || !seen.insert(path_key(path)).second) {
                continue;
            }
            if (entry->modified < not_before) {
                ++old;
                continue;
            }
            files.push_back({std::move(path), entry->modified});
        }
    }
    std::stable_sort(files.begin(), files.end(),
                     [](const LogFile& a, const LogFile& b) { return a.modified > b.modified; });
    return files;
}

}  // namespace

bool may_be_log(std::string_view path, std::string_view real_path) {
    if (same_path(path, real_path)) {
        return true;
    }
    const auto folders = log_folders();
    return std::any_of(folders.begin(), folders.end(),
                       [&](const std::string& each) { return lies_below(real_path, each); });
}

Result<void> collect_logs(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    const NodeTree tree(options.root);
    const auto begin = system_clock::to_time_t(system_clock::now() - options.log_window);
    std::size_t old = 0;
    std::map<std::string, Error> refusals;
    const auto files = find_logs(tree, begin, old, refusals);
    if (files.empty() && old == 0) {
        return refusals.empty() ? Error{Errc::unsupported, "look for log files: none is where node agents write theirs"}
                                : refusals.begin()->second;
    }
    for (const auto& [doing, refusal] : refusals) {
        out.missed(refusal);
    }
    std::size_t left = files.size();
    std::set<std::string> stored;
    for (const LogFile& each : files) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return Error{Errc::timed_out, fmt::format("read logs: {} of {} files were not read", left, files.size())};
        }
        --left;
        auto file = tree.read_end(each.path, options.log_bytes_per_file);
        if (!file) {
            out.missed(std::move(file).error());
            continue;
        }
        if (!may_be_log(each.path, file->real_path)) {
            out.missed({Errc::access_denied,
                        fmt::format("read {}: it is a link that leads out of the folders of logs", each.path)});
            continue;
        }
        if (!stored.insert(path_key(file->real_path)).second) {
            continue;  // met before under another name: /var/log/containers leads to /var/log/pods
        }
        NewDocument document{.kind = snapshot::kind::log,
                             .name = each.path,
                             .original_path = each.path,
                             .content = std::move(file->text),
                             .truncated = file->cut};
        if (file->cut) {
            document.note = fmt::format("the last {} of {} bytes", document.content.size(), file->size_bytes);
        }
        if (auto put = out.put(without_secrets(std::move(document))); !put) {
            return Error{Errc::too_large, fmt::format("{}; {} older files were left out", put.error().doing, left)};
        }
    }
    return {};
}

}  // namespace kwd::collectors
