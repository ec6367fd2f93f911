// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/arp.h"
#include "packet/ethernet.h"
#include "packet/icmp.h"
#include "packet/ipv4.h"
#include "packet/ipv6.h"
#include "packet/link_type.h"
#include "packet/linux_cooked.h"
#include "packet/loopback.h"
#include "packet/tcp.h"
#include "packet/udp.h"
#include "packet/vxlan.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace kwd::packet {

/// monostate where the packet starts with IP, or the link type is not known.
using Link = std::variant<std::monostate, Ethernet, LinuxCooked, Loopback>;
using Network = std::variant<std::monostate, Arp, Ipv4, Ipv6>;
using Transport = std::variant<std::monostate, Udp, Tcp, Icmpv4, Icmpv6>;

/// How far reading came, the worse after the better.
enum class Outcome : std::uint8_t {
    complete,       ///< everything that these layers know was read, up to ARP, ICMP, or the payload of UDP or TCP
    unsupported,    ///< it carries a protocol that has no dissector; the layers below it were read
    fragment,       ///< one part of a datagram: the first has a transport, its payload incomplete; the others have none
    truncated,      ///< the capture kept less than was on the wire
    contradictory,  ///< a header contradicts itself, or announces more than was on the wire
    malformed,      ///< a header is not all there, although nothing was cut off: what tshark calls malformed
};

/// The headers of one frame, from the wire inwards. Spans point into the bytes that were dissected.
struct Layers {
    Link link;
    Network network;
    Transport transport;
    Outcome outcome = Outcome::complete;
};

/// A captured packet: its layers, and what it carries through a VXLAN tunnel.
struct Packet {
    Layers outer;
    /// There if a UDP datagram went to one of the VXLAN ports and its payload holds a VXLAN header, or if it went to
    /// another and holds one beyond doubt (is_surely_vxlan()).
    std::optional<Vxlan> vxlan;
    /// What is within, if the VXLAN header's VNI is valid and its extension says nothing else than Ethernet or IP.
    /// VXLAN within VXLAN is UDP here, not opened again.
    std::optional<Layers> inner;
};

/// Reads all headers of a captured packet.
///
/// `original_length` is the packet's length on the wire, as capture files tell it: when it is more than the captured
/// bytes, what is missing was cut off, otherwise it never was there.
[[nodiscard]] Packet dissect(LinkType link_type, std::span<const std::byte> captured, std::size_t original_length,
                             const VxlanPorts& vxlan_ports) noexcept;

/// Reads the beginning of a UDP datagram, which was put together from fragments, into the packet of one of them: its
/// transport, its tunnel and what is in that. It remains a fragment.
void dissect_datagram(std::span<const std::byte> beginning, const VxlanPorts& vxlan_ports, Packet& packet) noexcept;

}  // namespace kwd::packet
