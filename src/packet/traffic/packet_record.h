// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"
#include "packet/dissect.h"
#include "packet/traffic/flow_key.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace kwd::packet {

/// What one captured packet says of the traffic: of the frame within if it is encapsulated, else of itself.
///
/// Made from the packet alone, so that any thread can make it; what depends on earlier packets comes later, in Traffic.
struct PacketRecord {
    enum class Kind : std::uint8_t { none, tcp, udp, icmp, icmpv6, arp };

    static constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

    std::uint64_t hash = 0;  ///< of the key; of IPv6 addresses themselves, not of their numbers
    FlowKey key;             ///< without the addresses' numbers if it is IPv6
    std::int64_t time_ns = kNoTime;
    const std::byte* ip = nullptr;         ///< the IP header; nullptr when there is none
    const std::byte* tunnel_ip = nullptr;  ///< that around the tunnel, if it is encapsulated
    const std::byte* payload = nullptr;    ///< of TCP or UDP, the ICMP message's body, the ARP packet
    std::uint32_t payload_captured = 0;    ///< bytes of it that are there
    std::uint32_t payload_length = 0;      ///< bytes of it on the wire
    std::uint32_t ip_length = 0;           ///< bytes on the wire, with the IP header
    std::uint32_t frame_length = 0;        ///< bytes on the wire, of the frame within if it is encapsulated
    std::uint32_t wire_length = 0;         ///< bytes of the whole packet on the wire
    std::uint32_t seen_at = 0;             ///< one number for each interface, and way through it where that is known
    std::uint32_t sequence = 0;            ///< of TCP; of ICMP type, code, checksum
    std::uint32_t acknowledgment = 0;      ///< of TCP; of ICMP the rest of its header
    std::uint16_t window = 0;
    std::uint16_t udp_port = 0;  ///< destination port of the outermost UDP datagram; 0 when there is none
    std::uint8_t tcp_flags = 0;
    std::uint8_t ttl = 0;
    Kind kind : 3 = Kind::none;

    bool encapsulated : 1 = false;
    bool ipv6 : 1 = false;
    bool has_flow : 1 = false;  ///< key and hash are there
    bool from_low : 1 = false;  ///< it goes from the key's low endpoint to the high one
    bool fragment : 1 = false;
    bool outer_fragment : 1 = false;  ///< the tunnel's own datagram is one part of several
    bool malformed : 1 = false;
    bool checksum_wrong : 1 = false;         ///< one of IP, TCP, UDP or ICMP, and no offload explains it
    bool checksum_offloaded : 1 = false;     ///< the network card was still to compute it
    bool tunnel_checksum_wrong : 1 = false;  ///< the same of the headers around the tunnel
    bool tunnel_checksum_offloaded : 1 = false;
    bool truncated : 1 = false;  ///< the capture kept less than was on the wire
    bool tcp_cut : 1 = false;    ///< so little that what TCP did is not known

    /// In seen_at: it may be that of other interfaces too.
    static constexpr std::uint32_t kPlaceUnsure = 1U << 31;
    [[nodiscard]] bool place_unsure() const noexcept { return (seen_at & kPlaceUnsure) != 0; }

    friend bool operator==(const PacketRecord&, const PacketRecord&) = default;
};
static_assert(sizeof(void*) != 8 || sizeof(PacketRecord) == 96);

/// Reads a captured packet. The record's pointers point into what was captured.
[[nodiscard]] PacketRecord describe(const CapturedPacket& captured) noexcept;
/// The same into the place where it stays. Precondition: the record is as its constructor makes it.
void describe(const CapturedPacket& captured, PacketRecord& record) noexcept;

/// The same by way of dissect(), for whatever packet it is, but that checksums are not checked.
[[nodiscard]] PacketRecord describe_thoroughly(const CapturedPacket& captured) noexcept;
/// The same of a packet that was dissected already, and put together from fragments if need be.
[[nodiscard]] PacketRecord describe_dissected(const CapturedPacket& captured, const Packet& packet) noexcept;
/// The same of a packet in a tunnel, which was put together from fragments; and its checksums are checked: those of the
/// headers around the tunnel as this fragment has them, those within as far as the frame is there.
[[nodiscard]] PacketRecord describe_put_together(const CapturedPacket& captured, const Packet& packet) noexcept;

/// The addresses of a record's IP header, in network byte order: 4 or 16 bytes each. Precondition: record.ip.
[[nodiscard]] std::span<const std::byte> source_address(const PacketRecord& record) noexcept;
[[nodiscard]] std::span<const std::byte> destination_address(const PacketRecord& record) noexcept;

}  // namespace kwd::packet
