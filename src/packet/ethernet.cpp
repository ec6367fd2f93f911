// SPDX-License-Identifier: Apache-2.0
#include "packet/ethernet.h"

namespace kwd::packet {

static constexpr bool is_vlan_tag(std::uint16_t ethertype) noexcept {
    return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;  // 802.1Q, 802.1ad, QinQ before 802.1ad
}

bool read_vlan_tags(Bytes& in, std::uint16_t& ethertype, VlanTags& vlans) noexcept {
    while (is_vlan_tag(ethertype) && vlans.count < VlanTags::kMost) {
        const auto tag = in.take<4>();
        if (!tag) {
            return false;
        }
        const auto control = tag.be<0, 2>();
        vlans.tags[vlans.count++] = {.id = static_cast<std::uint16_t>(control & 0x0fff),
                                     .priority = static_cast<std::uint8_t>(control >> 13),
                                     .drop_eligible = (control & 0x1000) != 0};
        ethertype = tag.be<2, 2>();
    }
    return true;
}

Ethernet::Ethernet(Fixed<kSize> header, Bytes rest) noexcept
    : destination(header.octets<0, 6>()), source(header.octets<6, 6>()), ethertype(header.be<12, 2>()) {
    cut = !read_vlan_tags(rest, ethertype, vlans);
    payload = rest.rest();
}

}  // namespace kwd::packet
