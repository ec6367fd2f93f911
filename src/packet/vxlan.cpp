// SPDX-License-Identifier: Apache-2.0
#include "packet/vxlan.h"

#include "packet/ethernet.h"

#include <algorithm>

namespace kwd::packet {

static bool fits(std::uint16_t ethertype, Bytes packet, std::size_t room) noexcept {
    switch (ethertype) {
        case kEthertypeIpv4: {
            const auto ip = packet.take<4>();
            if (!ip || ip.be<0, 1>() >> 4 != 4) {
                return false;
            }
            const std::size_t header_length = (ip.be<0, 1>() & 0x0f) * std::size_t{4};
            const auto total_length = ip.be<2, 2>();
            return header_length >= 20 && total_length >= header_length && total_length <= room;
        }
        case kEthertypeIpv6: {
            const auto ip = packet.take<6>();
            return ip && ip.be<0, 1>() >> 4 == 6 && ip.be<4, 2>() + std::size_t{40} <= room;
        }
        case kEthertypeArp: {
            const auto arp = packet.take<6>();  // hardware and protocol, and how long their addresses are
            return arp && arp.be<0, 2>() == 1 && arp.be<2, 4>() == 0x08000604 && room >= 28;
        }
        default: return false;
    }
}

// Of the header: the I flag, and of the bits that RFC 7348 reserves none but those of Group Based Policy, if its flag
// is set: whether to learn, whether it was applied, and the group.
static bool has_no_other_bits(Fixed<8> header) noexcept {
    const bool group_policy = (header.be<0, 1>() & 0x80) != 0;
    const auto reserved = group_policy ? 0x77b70000000000ffULL : 0xf7ffffff000000ffULL;
    return (header.be<0, 1>() & 0x08) != 0 && (header.be<0, 8>() & reserved) == 0;
}

bool is_surely_vxlan(std::span<const std::byte> udp_payload, std::uint16_t udp_length) noexcept {
    Bytes in{udp_payload};
    const auto header = in.take<8>();
    if (!header || !has_no_other_bits(header)) {
        return false;
    }
    const auto ethernet = in.take<14>();
    if (!ethernet || (ethernet.be<6, 1>() & 1) != 0) {  // no frame comes from a group
        return false;
    }
    auto ethertype = ethernet.be<12, 2>();
    VlanTags vlans;
    if (!read_vlan_tags(in, ethertype, vlans)) {
        return false;
    }
    const auto headers = udp_payload.size() - in.rest().size();
    constexpr std::size_t kUdpHeader = 8;
    const auto announced =
        udp_length == 0 ? udp_payload.size() : std::size_t{udp_length} - std::min(kUdpHeader, std::size_t{udp_length});
    return announced >= headers && fits(ethertype, in, announced - headers);
}

}  // namespace kwd::packet
