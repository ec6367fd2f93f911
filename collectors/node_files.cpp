// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "collectors/clean.h"
#include "collectors/node_places.h"
#include "collectors/node_tree.h"
#include "collectors/path_style.h"
#include "collectors/shared_collectors.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::collectors {
namespace {

using nlohmann::json;

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxFile = 1 << 20;
// What of the time is kept for putting the list.
constexpr std::chrono::seconds kTimeToPut{1};

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

struct FileToStore {
    std::string path;
    std::string_view kind;
};

/// Looks at every place, and keeps a list of what is there.
class Listing {
  public:
    Listing(const NodeTree& tree, DocumentSink& out) : tree_(tree), out_(out) {}

    void look(Deadline until) {
        const auto places = node_places(tree_, [this](Error error) {
            lack("not all that may name more places could be read");
            missed(std::move(error));
        });
        std::size_t left = places.size();
        for (const NodePlace& place : places) {
            if (!look(place, until)) {
                const std::string why = fmt::format("the time was up: {} of {} places were not looked at to their end",
                                                    left, places.size());
                lack(why);
                missed({Errc::timed_out, "look at the node's files: " + why});
                return;
            }
            --left;
        }
    }

    // Of one file it is told once.
    void missed(Error error) {
        if (told_.insert(error.doing).second) {
            out_.missed(std::move(error));
        }
    }

    [[nodiscard]] Result<void> put() {
        return out_.put({.kind = snapshot::kind::node_files,
                         .name = "node-files.json",
                         .content = to_document({{"files", std::move(files_)}}),
                         .truncated = !lacks_.empty(),
                         .note = fmt::format("{}", fmt::join(lacks_, "; "))});
    }

    [[nodiscard]] const std::vector<FileToStore>& to_store() const { return to_store_; }

  private:
    void lack(std::string what) { lacks_.insert(std::move(what)); }

    // False when the time was up.
    bool look(const NodePlace& place, Deadline until) {
        const std::string& pattern = place.pattern;
        const bool exact = pattern.find('*') == std::string::npos;
        bool listed = true;
        const auto refused = [&](Error error) {
            listed = false;
            missed(std::move(error));
        };
        if (Clock::now() >= until) {
            return false;
        }
        const auto paths = exact ? std::vector{pattern} : tree_.match(pattern, refused);
        if (!listed) {
            files_.push_back({{"path", pattern}, {"role", place.role}});
        } else if (paths.empty()) {
            files_.push_back({{"path", pattern}, {"role", place.role}, {"present", false}});
        }
        for (const std::string& path : paths) {
            if (Clock::now() >= until) {
                return false;
            }
            if (seen_.insert(path_key(path)).second) {
                look(path, place);
            }
        }
        return true;
    }

    void look(const std::string& path, const NodePlace& place) {
        auto entry = tree_.look(path);
        if (!entry) {
            files_.push_back({{"path", path}, {"role", place.role}});
            missed(std::move(entry).error());
            return;
        }
        if (!*entry) {
            files_.push_back({{"path", path}, {"role", place.role}, {"present", false}});
            return;
        }
        files_.push_back(describe(path, place.role, **entry));
        if (!place.kind.empty() && (*entry)->type == Entry::Type::file) {
            to_store_.push_back({path, place.kind});
        }
    }

    const NodeTree& tree_;
    DocumentSink& out_;
    json files_ = json::array();
    std::set<std::string> seen_;
    std::set<std::string> told_;
    std::vector<FileToStore> to_store_;
    std::set<std::string> lacks_;
};

NewDocument content_of(const FileToStore& which, FileText file) {
    return without_secrets(
        {.kind = which.kind,
         .name = which.path,
         .original_path = which.path,
         .content = std::move(file.text),
         .truncated = file.cut,
         .note = file.cut ? fmt::format("the first {} of {} bytes", kMaxFile, file.size_bytes) : ""});
}

}  // namespace

// Which files are there is put before any is read: on a slow disk, or where the budget is soon used up, that is known.
Result<void> collect_node_files(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    const NodeTree tree(options.root);
    Listing listing(tree, out);
    listing.look(deadline - kTimeToPut);
    if (auto put = listing.put(); !put) {
        return put;
    }
    const auto& files = listing.to_store();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto not_stored = [&](Errc code, std::string_view why) {
            out.missed({code, fmt::format("store the content of files: {}: {} of {} files were not stored", why,
                                          files.size() - i, files.size())});
            return Result<void>();
        };
        if (Clock::now() >= deadline) {
            return not_stored(Errc::timed_out, "the time was up");
        }
        auto file = tree.read(files[i].path, kMaxFile);
        if (!file) {
            listing.missed(std::move(file).error());
            continue;
        }
        if (auto put = out.put(content_of(files[i], std::move(*file))); !put) {
            return put.error().code == Errc::too_large ? not_stored(Errc::too_large, "the budget is used up") : put;
        }
    }
    return {};
}

}  // namespace kwd::collectors
