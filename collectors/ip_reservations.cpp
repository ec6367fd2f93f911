// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/ip.h"
#include "base/utf8.h"
#include "collectors/clean.h"
#include "collectors/ipam_folders.h"
#include "collectors/node_places.h"
#include "collectors/node_tree.h"
#include "collectors/path_style.h"
#include "collectors/shared_collectors.h"
#include "snapshot/kinds.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// host-local IPAM keeps one file per address, named after it (on Windows with _ for the colons of IPv6), with the
// container's id and, since v0.7, the interface on a second line; CRLF between them. Source:
// containernetworking/plugins, host-local disk backend.

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 4096;
constexpr std::string_view kLastReserved = "last_reserved_ip.";

std::string_view line_of(std::string_view text, int number) {
    for (int i = 0; i < number; ++i) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find_first_of("\r\n"));
}

std::string address_of(std::string name) {
    if (std::count(name.begin(), name.end(), '_') > 1) {
        std::replace(name.begin(), name.end(), '_', ':');
    }
    return name;
}

void add(json& document, const std::string& network, const std::string& name, const FileText& file) {
    const std::string first_line = repair_utf8(line_of(file.text, 0));
    if (name.starts_with(kLastReserved)) {
        int range = 0;
        std::from_chars(name.data() + kLastReserved.size(), name.data() + name.size(), range);
        document["last_reserved"].push_back({{"network_name", network}, {"range", range}, {"address", first_line}});
        return;
    }
    json entry{{"network_name", network},
               {"address", address_of(name)},
               {"owner", first_line},
               {"modified_at_utc", iso_utc(std::chrono::system_clock::time_point(std::chrono::seconds(file.modified)))},
               {"origin", "host-local"}};
    if (const auto interface = line_of(file.text, 1); !interface.empty()) {
        entry["interface"] = repair_utf8(interface);
    }
    document["reservations"].push_back(std::move(entry));
}

// The usual one, and those that CNI's configuration names. `refused` hears of what may name more.
std::vector<std::string> folders_of_node(const NodeTree& tree, const std::function<void(Error)>& refused) {
    constexpr std::size_t most_bytes = 1 << 20;
    std::vector<std::string> folders{ip_reservations_folder()};
    for (const NodePlace& place : node_places(tree, refused)) {
        if (place.kind != snapshot::kind::cni_conf) {
            continue;
        }
        for (const std::string& path : tree.match(place.pattern, refused)) {
            const auto file = tree.read(path, most_bytes);
            // What is no regular file configures nothing.
            if (!file && file.error().code != Errc::not_found && file.error().code != Errc::malformed) {
                refused(file.error());
            }
            const auto named = file ? ipam_folders_of_cni(file->text) : std::vector<std::string>();
            for (const std::string& each : named) {
                const auto folder = named_path(each);
                const auto same = [&](const std::string& known) { return same_path(known, *folder); };
                if (folder && std::none_of(folders.begin(), folders.end(), same)) {
                    folders.push_back(*folder);
                }
            }
        }
    }
    return folders;
}

// A folder that somebody named may hold anything: only what is called as host-local calls its files is read.
bool is_kept_by_host_local(const std::string& name) {
    return name.starts_with(kLastReserved) || IpAddress::parse(address_of(name));
}

void add_folder(json& document, const NodeTree& tree, const std::string& top, const std::vector<std::string>& networks,
                const std::function<void(Error)>& missed) {
    for (const std::string& network : networks) {
        const std::string folder = join_path(top, network);
        const auto listed = tree.list(folder);
        if (!listed) {
            // What is no folder, or gone by now, keeps no address.
            if (listed.error().code != Errc::not_found) {
                missed(listed.error());
            }
            continue;
        }
        if (listed->more) {
            missed(too_many_names(folder));
        }
        for (const std::string& name : listed->names) {
            if (!is_kept_by_host_local(name)) {
                continue;
            }
            auto file = tree.read(join_path(folder, name), kMaxFile);
            if (file) {
                add(document, network, name, *file);
            } else {
                missed(std::move(file).error());
            }
        }
    }
}

}  // namespace

Result<void> collect_ip_reservations(const CollectOptions& options, DocumentSink& out, Deadline) {
    const NodeTree tree(options.root);
    json document{{"reservations", json::array()}, {"last_reserved", json::array()}};
    std::string there;
    std::optional<Error> refusal;
    bool whole = true;
    const auto missed = [&](Error error) {
        whole = false;
        out.missed(std::move(error));
    };
    std::set<std::string> told;
    const auto refused = [&](Error error) {
        if (told.insert(error.doing).second) {
            missed(std::move(error));
        }
    };
    const auto folders = folders_of_node(tree, refused);
    for (const std::string& top : folders) {
        const auto networks = tree.list(top);
        if (networks) {
            there += there.empty() ? top : ", " + top;
            if (networks->more) {
                missed(too_many_names(top));
            }
            add_folder(document, tree, top, networks->names, missed);
        } else if (networks.error().code != Errc::not_found) {
            refusal = refusal ? refusal : networks.error();
        }
    }
    if (refusal && there.empty()) {
        return *refusal;
    }
    if (refusal) {
        missed(*refusal);
    }
    const std::string usual = ip_reservations_folder();
    std::string note = there != usual ? "of " + there : "";
    if (there.empty()) {
        note = told.empty() ? "the folder is not there: host-local IPAM gave no address on this node"
                            : "the usual folder is not there";
    }
    if (!told.empty()) {
        note += note.empty() ? "" : "; ";
        note += "not all configuration could be read that may name others";
    }
    return out.put({.kind = snapshot::kind::ip_reservation,
                    .name = "ip-reservations.json",
                    .original_path = usual,
                    .content = to_document(document),
                    .truncated = !whole,
                    .note = std::move(note)});
}

}  // namespace kwd::collectors
