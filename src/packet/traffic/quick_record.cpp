// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/quick_record.h"

#include "packet/ethernet.h"
#include "packet/ipv4.h"
#include "packet/tcp.h"
#include "packet/udp.h"
#include "packet/vxlan.h"

#include <algorithm>
#include <utility>

namespace kwd::packet {
namespace {

constexpr std::size_t kFrame = Ethernet::kSize + Ipv4::kSize;
constexpr std::size_t kTunnel = kFrame + Udp::kSize + Vxlan::kSize;

/// A frame's headers down to IPv4, if that has no options and is no fragment.
template <std::size_t kSize>
bool plain_ipv4(Fixed<kSize> frame) noexcept {
    return frame && frame.template be<12, 2>() == kEthertypeIpv4 && frame.template be<14, 1>() == 0x45 &&
           (frame.template be<20, 2>() & 0x3fff) == 0;
}

void take_ports(PacketRecord& record, Fixed<kFrame> frame, FlowKind kind, std::uint16_t source_port,
                std::uint16_t destination_port) noexcept {
    auto& key = record.key;
    key.low_address = frame.be<26, 4>();
    key.high_address = frame.be<30, 4>();
    key.low_port = source_port;
    key.high_port = destination_port;
    key.network |= static_cast<std::uint32_t>(kind) << FlowKey::kKindShift;
    record.from_low =
        key.low_address < key.high_address || (key.low_address == key.high_address && source_port <= destination_port);
    if (!record.from_low) {
        std::swap(key.low_address, key.high_address);
        std::swap(key.low_port, key.high_port);
    }
    record.has_flow = true;
    record.hash = hash_of_ipv4(key);
}

void take_payload(PacketRecord& record, std::span<const std::byte> bytes, std::size_t length) noexcept {
    record.payload = bytes.data();
    record.payload_length = static_cast<std::uint32_t>(length);
    record.payload_captured = static_cast<std::uint32_t>(std::min(bytes.size(), length));
}

bool take_tcp(PacketRecord& record, Fixed<kFrame> frame, std::span<const std::byte> bytes,
              std::size_t length) noexcept {
    Bytes in{bytes};
    const auto tcp = in.take<Tcp::kSize>();
    if (!tcp) {
        return false;
    }
    const auto flags = tcp.be<13, 1>();
    const std::size_t header_length = std::size_t{tcp.be<12, 1>()} >> 4U << 2U;
    if (header_length < Tcp::kSize || header_length > length) {
        return false;
    }
    record.kind = PacketRecord::Kind::tcp;
    record.sequence = tcp.be<4, 4>();
    record.acknowledgment = tcp.be<8, 4>();
    record.window = tcp.be<14, 2>();
    record.tcp_flags = flags;
    take_payload(record, bytes.subspan(std::min(header_length, bytes.size())), length - header_length);
    take_ports(record, frame, FlowKind::tcp, tcp.be<0, 2>(), tcp.be<2, 2>());
    return true;
}

bool take_udp(PacketRecord& record, Fixed<kFrame> frame, std::span<const std::byte> bytes,
              std::size_t length) noexcept {
    Bytes in{bytes};
    const auto udp = in.take<Udp::kSize>();
    if (!udp || udp.be<4, 2>() < Udp::kSize || udp.be<4, 2>() > length) {
        return false;
    }
    record.kind = PacketRecord::Kind::udp;
    take_payload(record, in.rest(), udp.be<4, 2>() - Udp::kSize);
    take_ports(record, frame, FlowKind::udp, udp.be<0, 2>(), udp.be<2, 2>());
    return true;
}

/// The frame that the record is about, of which `wire_length` bytes were there.
bool take_frame(PacketRecord& record, std::span<const std::byte> bytes, std::size_t wire_length,
                bool with_udp) noexcept {
    Bytes in{bytes};
    const auto frame = in.take<kFrame>();
    if (!plain_ipv4(frame)) {
        return false;
    }
    const std::size_t total = frame.be<16, 2>();
    if (total < Ipv4::kSize || Ethernet::kSize + total > wire_length) {
        return false;
    }
    record.ip = bytes.data() + Ethernet::kSize;
    record.ip_length = static_cast<std::uint32_t>(total);
    record.ttl = frame.be<22, 1>();
    const auto protocol = frame.be<23, 1>();
    if (protocol == kProtocolTcp) {
        return take_tcp(record, frame, in.rest(), total - Ipv4::kSize);
    }
    return protocol == kProtocolUdp && with_udp && take_udp(record, frame, in.rest(), total - Ipv4::kSize);
}

}  // namespace

bool describe_quickly(const CapturedPacket& captured, PacketRecord& record) noexcept {
    Bytes in{captured.captured};
    const auto tunnel = in.take<kTunnel>();
    if (captured.link_type != LinkType::ethernet || !plain_ipv4(tunnel)) {
        return false;
    }
    record.time_ns = captured.time_ns_utc.value_or(PacketRecord::kNoTime);
    record.seen_at = captured.interface_id;
    record.wire_length = captured.original_length;
    record.frame_length = captured.original_length;
    record.truncated = captured.captured.size() < captured.original_length;
    if (tunnel.be<23, 1>() == kProtocolTcp) {
        return take_frame(record, captured.captured, captured.original_length, false);
    }
    const std::size_t total = tunnel.be<16, 2>();
    const std::size_t length = tunnel.be<38, 2>();
    const auto port = tunnel.be<36, 2>();
    if (tunnel.be<23, 1>() != kProtocolUdp || (port != kVxlanPortIana && port != kVxlanPortLinux) ||
        Ethernet::kSize + total > captured.original_length || Ipv4::kSize + length > total ||
        length < Udp::kSize + Vxlan::kSize || (tunnel.be<42, 1>() & 0x8c) != 0x08) {
        return false;
    }
    record.udp_port = port;
    record.encapsulated = true;
    record.tunnel_ip = captured.captured.data() + Ethernet::kSize;
    record.key.network = tunnel.be<46, 3>() | FlowKey::kEncapsulated;
    record.frame_length = static_cast<std::uint32_t>(length - Udp::kSize - Vxlan::kSize);
    const auto rest = in.rest();
    return take_frame(record, rest.first(std::min<std::size_t>(rest.size(), record.frame_length)), record.frame_length,
                      true);
}

}  // namespace kwd::packet
