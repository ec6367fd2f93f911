// SPDX-License-Identifier: Apache-2.0
// What is counted beside the one verdict of each packet.
#include "analyzers/vxlan_expectation.h"
#include "packet/ipv4.h"

#include <fmt/format.h>

namespace kwd::analyzers {

std::optional<Judgement> judge_not_encapsulated(const VxlanState& state, const IpAddress& source,
                                                const IpAddress& destination) {
    for (const VxlanNetwork& each : state.networks) {
        const RemoteSubnet* from = each.remotes.find(source);
        const RemoteSubnet* to = each.remotes.find(destination);
        const auto local = [&](const IpAddress& address) { return each.local_subnets.find(address) != nullptr; };
        const bool out = to != nullptr && (from != nullptr || local(source));
        const bool in = !out && from != nullptr && local(destination);
        if (!out && !in) {
            continue;
        }
        const RemoteSubnet& remote = out ? *to : *from;
        std::string expected = "VXLAN";
        expected += remote.vtep ? (out ? " to " : " from ") + remote.vtep->text() : "";
        expected += remote.vni ? fmt::format(", VNI {}", *remote.vni) : "";
        // On Linux a longer prefix may lead past the tunnel.
        const Holder* way = out ? state.holders.find(destination) : nullptr;
        const bool past = way != nullptr && way->presence == Presence::elsewhere;
        return Judgement{VxlanVerdict::unknown, out ? VxlanDirection::out : VxlanDirection::in, std::move(expected),
                         "not encapsulated", past ? way->by : remote.by};
    }
    return std::nullopt;
}

std::optional<TooLong> judge_size(const VxlanState& state, const SeenSize& size) {
    const VxlanDirection direction = direction_of(state, size.outer_source, size.outer_destination);
    if (direction == VxlanDirection::other) {
        return std::nullopt;
    }
    const IpAddress& local = direction == VxlanDirection::out ? size.outer_source : size.outer_destination;
    const PathMtu* least = nullptr;
    const PathMtu* own = nullptr;
    for (const PathMtu& each : state.mtus) {
        const bool of_own = each.from == local;
        const bool of_way = direction == VxlanDirection::out && each.to == size.outer_destination;
        if ((of_own || of_way) && (least == nullptr || each.bytes < least->bytes)) {
            least = &each;
        }
        if (of_own && (own == nullptr || each.bytes < own->bytes)) {
            own = &each;
        }
    }
    if (least == nullptr || size.bytes <= least->bytes) {
        return std::nullopt;
    }
    const bool of_ports = !size.inner_protocol || *size.inner_protocol == packet::kProtocolTcp ||
                          *size.inner_protocol == packet::kProtocolUdp;
    const bool longer_than_own = own != nullptr && size.bytes > own->bytes;
    if (longer_than_own && of_ports && state.longer_is_offload) {
        return std::nullopt;
    }
    return TooLong{direction, longer_than_own && of_ports && state.offloads != false, least->bytes, least->by};
}

}  // namespace kwd::analyzers
