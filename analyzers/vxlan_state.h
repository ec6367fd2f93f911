// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kwd::analyzers {

// What a node's own state says of its VXLAN networks, whichever system it runs: HNS objects and Linux' tables both
// become this, and packets are judged against nothing else. Plain memory.

/// What says so: a policy, a route, an entry.
struct StatedBy {
    std::string words;  ///< names it: "RemoteSubnetRoute of network vxlan0: 10.244.3.0/24, …"
    std::string at;     ///< where it stands, as `at` of its row; empty where it stands nowhere
};

template <class T>
struct Stated {
    T value;
    StatedBy by;
};

/// Things by prefixes; an address finds the one of the longest prefix that holds it.
template <class Value>
class ByPrefix {
  public:
    /// The first one of a prefix stays.
    void add(const Cidr& prefix, Value value) {
        by_length_[{prefix.family(), prefix.prefix_length()}].try_emplace(prefix.first(), std::move(value));
    }
    [[nodiscard]] const Value* find(const IpAddress& address) const {
        for (const auto& [length, values] : by_length_) {
            if (length.first != address.family()) {
                continue;
            }
            if (const auto found = values.find(Cidr(address, length.second).first()); found != values.end()) {
                return &found->second;
            }
        }
        return nullptr;
    }
    [[nodiscard]] bool empty() const noexcept { return by_length_.empty(); }

  private:
    std::map<std::pair<IpFamily, int>, std::map<IpAddress, Value>, std::greater<>> by_length_;  ///< longest first
};

/// Which node carries a prefix, and how a packet for it must look.
struct RemoteSubnet {
    std::optional<IpAddress> vtep;
    std::optional<std::int64_t> vni;
    std::optional<std::string> mac;  ///< of the inner frame's destination
    StatedBy by;
};

/// Each value once, with what said so first.
template <class Value>
using StatedOnce = std::map<Value, StatedBy>;

/// A VXLAN network that this node is in: an HNS network of type Overlay, a VXLAN device.
struct VxlanNetwork {
    std::string name;
    StatedBy by;
    StatedOnce<std::int64_t> ports = {};       ///< UDP, its own; empty: not known
    StatedOnce<std::int64_t> vnis = {};        ///< its own; empty: not known
    StatedOnce<std::int64_t> peer_ports = {};  ///< of other nodes: what is sent may have them, what comes in may not
    StatedOnce<std::int64_t> peer_vnis = {};
    std::string vnis_missing = {};  ///< why it may have others; empty where it does not
    /// The MAC that frames of other nodes for pods here are addressed to; nullopt: not known.
    std::optional<Stated<std::string>> own_mac = {};
    StatedOnce<std::string> pod_macs = {};  ///< which they may be for as well
    std::string pod_macs_missing = {};      ///< why there may be others; empty where there are none
    /// Frames of machines come and go that the node need not know, as for a port of a bridge: their MACs and addresses
    /// are not judged.
    bool of_strangers = false;
    ByPrefix<RemoteSubnet> remotes = {};
    StatedOnce<IpAddress> vteps = {};                        ///< every one that the node knows of
    std::map<IpAddress, StatedOnce<std::string>> macs = {};  ///< what frames for pods behind a VTEP are addressed to
    /// Why VTEPs that are not here may exist even so; empty where they do not.
    std::string vteps_missing = {};
    std::string macs_missing = {};          ///< the same of their MACs
    std::string remotes_missing = {};       ///< the same of `remotes`: a longer prefix may lead elsewhere
    ByPrefix<StatedBy> local_subnets = {};  ///< of pods of this node: tells pods' traffic from other traffic
};

/// Who has an address, as this node sees it.
enum class Presence : std::uint8_t {
    here,       ///< a pod of this node, or the node
    nobody,     ///< it would be here, and nobody has it; or there is no way to it
    elsewhere,  ///< reached through another interface than those of pods
    unknown,
};
struct Holder {
    Presence presence;
    StatedBy by;
    bool by_default = false;  ///< nothing but the default route says so, which leads everywhere
};

/// The largest IP packet that a way to other nodes carries.
struct PathMtu {
    std::optional<IpAddress> from;  ///< an address of this node: it is the MTU of an interface under its tunnels
    std::optional<IpAddress> to;    ///< an address of another node: a router said so of the way there
    std::int64_t bytes;
    StatedBy by;
};

struct VxlanState {
    std::vector<VxlanNetwork> networks;
    std::string networks_missing;  ///< why there may be others; empty where there are none
    StatedOnce<IpAddress> own;     ///< addresses of this node: either end of a tunnel may be one
    std::string own_missing;       ///< why tunnels may end at others of its addresses; empty where they do not
    ByPrefix<StatedBy> services;   ///< their addresses are translated before a packet is in a tunnel
    ByPrefix<Holder> holders;
    Holder other_addresses{Presence::unknown, {}};  ///< of addresses in none of their prefixes
    std::vector<PathMtu> mtus;
    /// Interfaces that tunnels leave by, by every name that a capture may have for them.
    std::vector<std::string> underlay;
    /// Those that are known to be others, by the same names: neither under one of `underlay` (a bond's slaves, a
    /// bridge's ports, a VLAN's parent), however many are between, nor on one; but for tunnels, whose devices have what
    /// is within.
    std::vector<std::string> not_underlay;
    /// Whether network cards may cut up, and put together, what a capture on this node sees: packets longer than the
    /// MTU of its own interface then say nothing. nullopt: not known.
    std::optional<bool> offloads;
    /// Packets of TCP and UDP that are longer than the interface's MTU cannot have been sent like that (Linux).
    bool longer_is_offload = false;
    /// Why nothing can be told; empty where something can.
    std::string unknown;
};

}  // namespace kwd::analyzers
