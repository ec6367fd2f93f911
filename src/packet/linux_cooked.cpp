// SPDX-License-Identifier: Apache-2.0
#include "packet/linux_cooked.h"

#include <algorithm>

namespace kwd::packet {

// A longer address is announced with its own length, of which eight octets are here.
static std::uint8_t at_most_eight(std::uint16_t length) noexcept {
    return static_cast<std::uint8_t>(std::min<std::uint16_t>(length, 8));
}

LinuxCooked::LinuxCooked(Fixed<kSizeV1> header, Bytes rest) noexcept
    : packet_type(header.be<0, 2>()),
      hardware_type(header.be<2, 2>()),
      address(header.octets<6, 8>()),
      address_length(at_most_eight(header.be<4, 2>())),
      ethertype(header.be<14, 2>()) {
    cut = !read_vlan_tags(rest, ethertype, vlans);
    payload = rest.rest();
}

LinuxCooked::LinuxCooked(Fixed<kSizeV2> header, Bytes rest) noexcept
    : packet_type(header.be<10, 1>()),
      hardware_type(header.be<8, 2>()),
      interface_index(header.be<4, 4>()),
      address(header.octets<12, 8>()),
      address_length(at_most_eight(header.be<11, 1>())),
      ethertype(header.be<0, 2>()) {
    cut = !read_vlan_tags(rest, ethertype, vlans);
    payload = rest.rest();
}

}  // namespace kwd::packet
