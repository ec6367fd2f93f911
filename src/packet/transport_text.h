// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "packet/arp.h"
#include "packet/dissect.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::packet {

/// What the IP headers of a packet say of what they carry.
struct DatagramHead {
    IpAddress source;
    IpAddress destination;
    std::uint8_t protocol;
    std::optional<std::uint32_t> length;  ///< bytes behind the IP headers on the wire
};

/// One line in the words of tcpdump: the ends and what TCP, UDP, DNS or ICMP says between them. For a datagram that
/// holds a tunnel, `tunnel` is what there is to say of it, else empty.
[[nodiscard]] std::string datagram_text(const DatagramHead& head, const Layers& layers, std::string_view tunnel);

/// The same of ARP: who asks for whom, or who answers.
[[nodiscard]] std::string arp_text(const Arp& arp);

}  // namespace kwd::packet
