// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/utf8.h"
#include "collectors/clean.h"
#include "collectors/node_places.h"
#include "collectors/node_tree.h"
#include "collectors/path_style.h"
#include "collectors/shared_collectors.h"
#include "snapshot/kinds.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

// host-local IPAM keeps one file per address, named after it (on Windows with _ for the colons of IPv6), with the
// container's id and, since v0.7, the interface on a second line; CRLF between them. Source:
// containernetworking/plugins, host-local disk backend.

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 4096;

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
    constexpr std::string_view last = "last_reserved_ip.";
    const std::string first_line = repair_utf8(line_of(file.text, 0));
    if (name.starts_with(last)) {
        int range = 0;
        std::from_chars(name.data() + last.size(), name.data() + name.size(), range);
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

}  // namespace

Result<void> collect_ip_reservations(const CollectOptions& options, DocumentSink& out, Deadline) {
    const NodeTree tree(options.root);
    const std::string top = ip_reservations_folder();
    const auto networks = tree.list(top);
    const bool none = !networks && networks.error().code == Errc::not_found;
    if (!networks && !none) {
        return networks.error();
    }
    json document{{"reservations", json::array()}, {"last_reserved", json::array()}};
    for (const std::string& network : networks.value_or({})) {
        const std::string folder = join_path(top, network);
        const auto names = tree.list(folder);
        if (!names) {
            out.missed(names.error());
        }
        for (const std::string& name : names.value_or({})) {
            if (name == "lock") {
                continue;
            }
            auto file = tree.read(join_path(folder, name), kMaxFile);
            if (file) {
                add(document, network, name, *file);
            } else {
                out.missed(std::move(file).error());
            }
        }
    }
    return out.put({.kind = snapshot::kind::ip_reservation,
                    .name = "ip-reservations.json",
                    .original_path = top,
                    .content = to_document(document),
                    .note = none ? "the folder is not there: host-local IPAM gave no address on this node" : ""});
}

}  // namespace kwd::collectors
