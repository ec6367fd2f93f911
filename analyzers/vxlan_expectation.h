// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/vxlan_state.h"

#include <optional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// Where VXLAN packets went, as `vxlan_paths` has it.
struct SeenPath {
    IpAddress outer_source;
    IpAddress outer_destination;
    std::int64_t port;
    std::int64_t vni;
    bool vni_valid = true;
    std::optional<std::string> destination_mac = {};  ///< inner; nullopt where the capture kept too little
    std::optional<IpAddress> inner_source = {};       ///< nullopt where there is no IP, or it is not known
    std::optional<IpAddress> inner_destination = {};
    bool addresses_lost = false;  ///< there is IP within, and its addresses are not known
};

/// What a path is, by the first of these that holds, from the top; `unknown` when one of them cannot be told and none
/// of those that can holds.
enum class VxlanVerdict : std::uint8_t {
    of_others,       ///< neither end is this node
    port_wrong,      ///< no network of the node has this UDP port
    vni_wrong,       ///< none with this port has the VNI, or the I flag is missing
    vtep_unknown,    ///< went to a VTEP that the node's state does not name
    mac_wrong,       ///< the frame within is for a MAC that is not that VTEP's; of what came in: not this node's
    vtep_wrong,      ///< went to another VTEP than the one that carries the destination
    source_unknown,  ///< went out from an address that nobody here has
    no_endpoint,     ///< came in for an address that nobody here has
    right,
    unknown,
};
[[nodiscard]] std::string_view name_of(VxlanVerdict verdict) noexcept;

enum class VxlanDirection : std::uint8_t { out, in, other };
[[nodiscard]] std::string_view name_of(VxlanDirection direction) noexcept;

struct Judgement {
    VxlanVerdict verdict = VxlanVerdict::unknown;
    VxlanDirection direction = VxlanDirection::other;
    std::string expected = {};  ///< empty where nothing is wrong
    std::string seen = {};
    StatedBy by = {};  ///< of `unknown`: what is missing
};

/// Holds a path against the node's state. Frames for broadcast and multicast addresses are judged by port, VNI and
/// VTEP.
[[nodiscard]] Judgement judge(const VxlanState& state, const SeenPath& path);

/// Whether packets between two addresses, seen on the wire outside of a tunnel, should have been in one: both are in
/// subnets of pods of one network, and one at least on another node. nullopt when not. `by` is what leads them past the
/// tunnel where the state tells, else what calls for it.
[[nodiscard]] std::optional<Judgement> judge_not_encapsulated(const VxlanState& state, const IpAddress& source,
                                                              const IpAddress& destination);

struct SeenSize {
    IpAddress outer_source;
    IpAddress outer_destination;
    std::int64_t bytes;
    std::optional<std::int64_t> inner_protocol = {};
};
/// Whether a packet is longer than its way carries, as far as that is known: nullopt when not. `maybe` when network
/// cards may have cut it up after it was seen, or have put it together before.
struct TooLong {
    VxlanDirection direction;
    bool maybe;
    std::int64_t mtu;
    StatedBy by;
};
[[nodiscard]] std::optional<TooLong> judge_size(const VxlanState& state, const SeenSize& size);

/// Which way a tunnel between these addresses goes.
[[nodiscard]] VxlanDirection direction_of(const VxlanState& state, const IpAddress& source,
                                          const IpAddress& destination);

}  // namespace kwd::analyzers
