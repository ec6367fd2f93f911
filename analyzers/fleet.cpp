// SPDX-License-Identifier: Apache-2.0
#include "analyzers/fleet.h"

#include "base/iso_time.h"
#include "base/path.h"
#include "snapshot/fleet.h"
#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace kwd::analyzers {
namespace {

// What reports show of each node.
constexpr std::array<std::string_view, 3> kAlwaysKept = {"node_facts", "system", "vxlan_verdicts"};
// Two machines of one name are at work at the same time; one that was made anew comes after the other.
constexpr double kSameTimeSeconds = 3600;

std::optional<double> seconds_apart(const NodeIdentity& a, const NodeIdentity& b) {
    const auto first = parse_iso_time(a.collected_at_utc.value_or(""));
    const auto second = parse_iso_time(b.collected_at_utc.value_or(""));
    return first && second ? std::optional(seconds_between(*first, *second)) : std::nullopt;
}

using Texts = std::vector<std::string>;

bool have_common(const Texts& a, const Texts& b) {
    return std::ranges::any_of(a, [&](const auto& each) { return std::ranges::find(b, each) != b.end(); });
}

// Both known, and nothing in common.
bool differ(const Texts& a, const Texts& b) {
    return !a.empty() && !b.empty() && !have_common(a, b);
}

Texts known(const std::vector<Kubeconfig>& kubeconfigs, std::string Kubeconfig::*what) {
    Texts all;
    for (const Kubeconfig& each : kubeconfigs) {
        if (!(each.*what).empty()) {
            all.push_back(each.*what);
        }
    }
    return all;
}

// One machine, under whatever name: its own name, a card and an address are the same.
bool is_same_machine(const NodeIdentity& a, const NodeIdentity& b) {
    return !a.host_name.empty() && a.host_name == b.host_name && have_common(a.macs, b.macs) &&
           have_common(a.addresses, b.addresses);
}

// One name: whether it is one machine, or one that was made anew in its place.
bool is_same_place(const NodeIdentity& a, const NodeIdentity& b) {
    if (have_common(a.macs, b.macs)) {
        return true;
    }
    const Texts servers = known(a.kubeconfigs, &Kubeconfig::api_server);
    const Texts other_servers = known(b.kubeconfigs, &Kubeconfig::api_server);
    const Texts cas = known(a.kubeconfigs, &Kubeconfig::ca_fingerprint);
    const bool one_cluster =
        have_common(cas, known(b.kubeconfigs, &Kubeconfig::ca_fingerprint)) || have_common(servers, other_servers);
    if (!one_cluster && (differ(servers, other_servers) || differ(a.addresses, b.addresses))) {
        return false;
    }
    const auto apart = seconds_apart(a, b);
    return !differ(a.macs, b.macs) || (apart && std::abs(*apart) > kSameTimeSeconds);
}

bool is_same_node(const NodeIdentity& a, const NodeIdentity& b) {
    if (differ(known(a.kubeconfigs, &Kubeconfig::ca_fingerprint), known(b.kubeconfigs, &Kubeconfig::ca_fingerprint)) ||
        (a.os_family && b.os_family && a.os_family != b.os_family)) {
        return false;
    }
    return is_same_machine(a, b) || (!a.name.empty() && a.name == b.name && is_same_place(a, b));
}

}  // namespace

FleetBuilder::FleetBuilder(snapshot::Database& fleet, std::vector<std::string> tables)
    : fleet_(fleet), tables_(std::move(tables)) {
    if (!tables_.empty()) {
        tables_.insert(tables_.end(), kAlwaysKept.begin(), kAlwaysKept.end());
        for (const std::string& table : snapshot::fleet_tables()) {
            if (snapshot::find_derived_table(table) == nullptr) {
                tables_.push_back(table);
            }
        }
    }
}

void FleetBuilder::add(const std::string& path, const snapshot::Database& analyzed) {
    NodeIdentity identity = identity_of(analyzed);
    std::vector<Member> older;
    for (const Member& each : members_) {
        if (!is_same_node(each.identity, identity)) {
            continue;
        }
        const auto later = seconds_apart(each.identity, identity);
        if (later ? *later <= 0 : !identity.collected_at_utc) {
            note(path, each.node, "older",
                 fmt::format("{} is of the same node, and {}", each.path,
                             !later        ? "this does not say when it was collected"
                             : *later == 0 ? "of the same time"
                                           : "newer"));
            return;
        }
        older.push_back(each);
    }
    for (const Member& each : older) {
        note(each.path, each.node, "older",
             fmt::format("{} is of the same node, and {}", path,
                         seconds_apart(each.identity, identity) ? "newer" : "this does not say when it was collected"));
        snapshot::remove_from_fleet(fleet_, each.node);
        snapshot::Statement forget =
            fleet_.prepare("DELETE FROM fleet_snapshots WHERE snapshot = ? AND state = 'used'");
        forget.bind(1, std::string_view(each.path));
        forget.run();
        std::erase_if(members_, [&](const Member& member) { return member.node == each.node; });
    }
    const std::string name = identity.name.empty() ? path : identity.name;
    Member member{unused_label(name, path), path, std::move(identity)};
    snapshot::add_to_fleet(fleet_, member.node, analyzed, tables_);
    note(path, member.node, "used", "");
    members_.push_back(std::move(member));
}

void FleetBuilder::skip(const std::string& path, const std::string& why) {
    note(path, "", "unreadable", why);
}

void FleetBuilder::finish(bool same_cluster) {
    std::vector<NodeIdentity> identities;
    for (const Member& each : members_) {
        identities.push_back(each.identity);
    }
    const std::vector<Membership> clusters = clusters_of(identities, same_cluster);
    snapshot::Transaction transaction(fleet_);
    snapshot::Statement insert = fleet_.prepare(
        "INSERT INTO fleet_nodes (node, name, snapshot, collected_at_utc, os_family, cluster, cluster_why) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const NodeIdentity& identity = members_[i].identity;
        insert.bind(1, std::string_view(members_[i].node));
        insert.bind(2, std::string_view(identity.name.empty() ? members_[i].node : identity.name));
        insert.bind(3, std::string_view(members_[i].path));
        insert.bind(4, identity.collected_at_utc);
        insert.bind(5, identity.os_family);
        insert.bind(6, clusters[i].cluster);
        insert.bind(7, std::string_view(clusters[i].why));
        insert.run();
    }
    transaction.commit();
}

void FleetBuilder::note(const std::string& path, const std::string& node, std::string_view state,
                        const std::string& reason) {
    snapshot::Statement insert = fleet_.prepare(
        "INSERT INTO fleet_snapshots (snapshot, node, state, reason) VALUES (?, nullif(?, ''), ?, nullif(?, ''))");
    insert.bind(1, std::string_view(path));
    insert.bind(2, std::string_view(node));
    insert.bind(3, state);
    insert.bind(4, std::string_view(reason));
    insert.run();
}

// Names of nodes are told in lists, so none holds a comma.
std::string FleetBuilder::unused_label(const std::string& name, const std::string& path) const {
    std::string plain = name;
    std::ranges::replace(plain, ',', ' ');
    const auto taken = [&](const std::string& label) {
        return std::ranges::find(members_, label, &Member::node) != members_.end();
    };
    std::string label = plain;
    for (int number = 0; taken(label); ++number) {
        std::string file = utf8_of(path_of(path).filename());
        std::ranges::replace(file, ',', ' ');
        label = number == 0 ? fmt::format("{} ({})", plain, file) : fmt::format("{} ({} {})", plain, file, number + 1);
    }
    return label;
}

}  // namespace kwd::analyzers
