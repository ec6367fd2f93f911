// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kwd::packet {

/// What a checksum field says of the bytes that it covers.
enum class ChecksumVerdict : std::uint8_t {
    absent,       ///< there is none: another protocol, or a UDP datagram whose sender made none (0)
    right,        ///< it is the one that the bytes call for
    wrong,        ///< and nothing explains it
    unfinished,   ///< the sender's system left it to its network card: it was captured before that computed it
    cannot_tell,  ///< not all of the bytes are there, they are one fragment of several, TCP segments that were joined
                  ///< as they came, or on a source route
};

/// The checksums of an IP packet. `unfinished` is 0 in the field, and of TCP and UDP the sum of the pseudo header
/// alone, with the length or, where the card was to cut the packet up, without it: what Linux (CHECKSUM_PARTIAL) and
/// Windows (checksum and large send offload) leave there.
///
/// One packet in 65,536 that is broken looks so, or right. UDP by IPv6 may be without a checksum in tunnels alone (RFC
/// 6935): elsewhere 0 is unfinished there.
struct Checksums {
    ChecksumVerdict header = ChecksumVerdict::absent;     ///< of IPv4's header
    ChecksumVerdict transport = ChecksumVerdict::absent;  ///< of TCP, UDP, ICMP, ICMPv6
};

/// Verifies the checksums of an IPv4 or IPv6 packet (RFC 791, 768, 792, 4443, 8200 §8.1, 9293), or of as much of it as
/// was captured. What follows the packet, such as Ethernet's padding, is no part of it. Reads each byte once; meant for
/// packets that are in the cache.
[[nodiscard]] Checksums verify_checksums(std::span<const std::byte> ip_packet) noexcept;

struct TunnelChecksums {
    Checksums outer;
    Checksums inner;
};

/// The same of an IP packet that carries another one through a tunnel. Where the inner checksum is unfinished, Linux
/// computes the outer one for what the inner will be (local checksum offload): it does not fit the bytes as they were
/// captured, and is unfinished too. Source: Linux, Documentation/networking/checksum-offloads.rst.
[[nodiscard]] TunnelChecksums verify_tunnel_checksums(std::span<const std::byte> outer_ip_packet,
                                                      std::span<const std::byte> inner_ip_packet) noexcept;

/// The sum of 16-bit words in the order of this machine, not complemented (RFC 1071). An odd byte at the end counts as
/// if a zero followed.
[[nodiscard]] std::uint16_t internet_sum(std::span<const std::byte> bytes) noexcept;

}  // namespace kwd::packet
