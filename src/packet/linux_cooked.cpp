// SPDX-License-Identifier: Apache-2.0
#include "packet/linux_cooked.h"

#include <algorithm>

namespace kwd::packet {

static std::optional<LinuxCooked> with_payload(LinuxCooked cooked, Bytes in) noexcept {
    const auto vlans = read_vlan_tags(in, cooked.ethertype);
    if (!vlans) {
        return std::nullopt;
    }
    cooked.vlans = *vlans;
    cooked.payload = in.rest();
    return cooked;
}

std::optional<LinuxCooked> dissect_linux_cooked(std::span<const std::byte> packet) noexcept {
    Bytes in{packet};
    const auto header = in.take<16>();
    if (!header) {
        return std::nullopt;
    }
    // A longer address is announced with its own length, of which eight octets are here.
    const auto address_length = std::min<std::uint16_t>(header->be<4, 2>(), 8);
    return with_payload({.packet_type = header->be<0, 2>(),
                         .hardware_type = header->be<2, 2>(),
                         .interface_index = std::nullopt,
                         .address = header->octets<6, 8>(),
                         .address_length = static_cast<std::uint8_t>(address_length),
                         .vlans = {},
                         .ethertype = header->be<14, 2>(),
                         .payload = {}},
                        in);
}

std::optional<LinuxCooked> dissect_linux_cooked_v2(std::span<const std::byte> packet) noexcept {
    Bytes in{packet};
    const auto header = in.take<20>();
    if (!header) {
        return std::nullopt;
    }
    return with_payload({.packet_type = header->be<10, 1>(),
                         .hardware_type = header->be<8, 2>(),
                         .interface_index = header->be<4, 4>(),
                         .address = header->octets<12, 8>(),
                         .address_length = std::min<std::uint8_t>(header->be<11, 1>(), 8),
                         .vlans = {},
                         .ethertype = header->be<0, 2>(),
                         .payload = {}},
                        in);
}

}  // namespace kwd::packet
