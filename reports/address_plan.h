// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "snapshot/database.h"

#include <optional>
#include <string>
#include <vector>

namespace kwd::reports {

/// One prefix that the plan speaks of. Prefixes of one role that several places name are one.
struct PlannedPrefix {
    std::string role;  ///< as in ip_plan; beside these `route` (of the host) and `metadata` (of the cloud)
    Cidr prefix;
    std::string origins;               ///< where it stands, comma separated
    std::vector<std::string> remarks;  ///< what it lies in and what it covers, in words
    bool clashes = false;              ///< it overlaps what it must not, or lies outside of what it must be in
};

/// Two prefixes that must not overlap, by their positions in AddressPlan::prefixes.
struct Clash {
    std::size_t one;
    std::size_t other;
};

/// Whether there is room: `need` of `has`.
struct Capacity {
    std::string of;   ///< "cluster 10.244.0.0/16"
    std::string how;  ///< the sum, in words
    std::optional<double> need;
    std::optional<double> has;

    /// Whether it is enough; nullopt where one of the numbers is not known.
    [[nodiscard]] std::optional<bool> enough() const;
};

struct AddressPlan {
    std::vector<PlannedPrefix> prefixes;  ///< in the order of roles, then of addresses
    std::vector<Clash> clashes;
    std::vector<Capacity> capacity;
};

/// The subnets of the cluster, of this node and around it, how they lie to each other, and how many addresses they have
/// room for. Nodes + nodes x maximum pods is the least that a cluster subnet needs.
[[nodiscard]] AddressPlan read_address_plan(const snapshot::Database& database);

/// What a role is called in the report.
[[nodiscard]] std::string words_of_role(const std::string& role);

/// The IPv4 prefixes of a plan as a picture: one lane for each kind, one place for each address, so that what overlaps
/// stands one above the other. Gaps that nobody uses are cut out, and sizes are told on a logarithmic scale: a /24 is
/// to be seen beside a /12. Inline SVG; empty where there is nothing to draw.
[[nodiscard]] std::string draw_address_space(const AddressPlan& plan);

}  // namespace kwd::reports
