// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/packet_record.h"

#include "packet/checksum.h"
#include "packet/dissect.h"
#include "packet/traffic/quick_record.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

namespace kwd::packet {
namespace {

const std::byte* begin_of_network(const Link& link, const std::byte* frame) noexcept {
    return std::visit(
        [frame](const auto& header) {
            if constexpr (requires { header.payload; }) {
                return header.payload.data();
            } else {
                return frame;
            }
        },
        link);
}

/// Fills in what a frame's layers tell.
class Describing {
  public:
    Describing(PacketRecord& record, const Layers& layers, std::span<const std::byte> frame) noexcept
        : record_(record),
          layers_(layers),
          frame_(frame.data()),
          captured_(static_cast<std::ptrdiff_t>(frame.size())) {}

    void operator()() noexcept {
        if (const auto* ip = std::get_if<Ipv4>(&layers_.network)) {
            ipv4(*ip);
        } else if (const auto* ip6 = std::get_if<Ipv6>(&layers_.network)) {
            ipv6(*ip6);
        } else if (std::holds_alternative<Arp>(layers_.network)) {
            record_.kind = PacketRecord::Kind::arp;
            record_.payload = begin_of_network(layers_.link, frame_);
            record_.payload_captured = static_cast<std::uint32_t>(
                std::min<std::ptrdiff_t>(frame_ + captured_ - record_.payload, Arp::kSize + 20));
        }
    }

  private:
    // Bytes from the IP header to the frame's end on the wire, where the header itself does not say: its card was to
    // cut the packet up.
    [[nodiscard]] std::uint32_t rest_of_frame() const noexcept {
        const auto before = static_cast<std::uint32_t>(record_.ip - frame_);
        return record_.frame_length > before ? record_.frame_length - before : 0;
    }

    void ipv4(const Ipv4& ip) noexcept {
        if (ip.defect != Defect::none) {
            return;
        }
        record_.ip = begin_of_network(layers_.link, frame_);
        record_.ttl = ip.ttl;
        record_.fragment = ip.fragment();
        record_.ip_length = ip.total_length != 0 ? ip.total_length : rest_of_frame();
        transport(ip.protocol, ip.payload,
                  record_.ip_length - std::min<std::uint32_t>(record_.ip_length, ip.header_length),
                  ip.fragment_offset != 0);
        if (!record_.has_flow) {
            return;
        }
        orient(ip.source, ip.destination, ip.source < ip.destination, ip.source == ip.destination);
        record_.hash = hash_of_ipv4(record_.key);
    }

    void ipv6(const Ipv6& ip) noexcept {
        if (ip.defect != Defect::none) {
            return;
        }
        record_.ip = begin_of_network(layers_.link, frame_);
        record_.ipv6 = true;
        record_.ttl = ip.hop_limit;
        record_.fragment = ip.fragment();
        record_.ip_length = ip.payload_length != 0 ? ip.payload_length + 40U : rest_of_frame();
        const auto headers = ip.payload.empty() ? 40U : static_cast<std::uint32_t>(ip.payload.data() - record_.ip);
        transport(ip.protocol, ip.payload, record_.ip_length - std::min(record_.ip_length, headers),
                  ip.fragment_header && ip.fragment_header->offset != 0);
        if (!record_.has_flow) {
            return;
        }
        record_.key.network |= FlowKey::kIpv6;
        orient(0, 0, ip.source < ip.destination, ip.source == ip.destination);
        const auto* low = record_.ip + (record_.from_low ? 8 : 24);
        const auto* high = record_.ip + (record_.from_low ? 24 : 8);
        record_.hash = hash_of_ipv6(record_.key, low, high);
    }

    void transport(std::uint8_t protocol, std::span<const std::byte> ip_payload, std::uint32_t length,
                   bool later_fragment) noexcept {
        if (later_fragment) {
            return;
        }
        switch (protocol) {
            case kProtocolTcp: return tcp(ip_payload, length);
            case kProtocolUdp: return udp(ip_payload, length);
            case kProtocolIcmpv4:
                return icmp(std::get_if<Icmpv4>(&layers_.transport), ip_payload, length, PacketRecord::Kind::icmp, 8,
                            0);
            case kProtocolIcmpv6:
                return icmp(std::get_if<Icmpv6>(&layers_.transport), ip_payload, length, PacketRecord::Kind::icmpv6,
                            128, 129);
            default: flow(FlowKind::other, protocol, protocol);
        }
    }

    void tcp(std::span<const std::byte> ip_payload, std::uint32_t length) noexcept {
        const auto* tcp = std::get_if<Tcp>(&layers_.transport);
        if (tcp == nullptr) {
            return tcp_beginning(ip_payload, length);
        }
        if (tcp->defect == Defect::header_length) {
            return;
        }
        record_.kind = PacketRecord::Kind::tcp;
        record_.sequence = tcp->sequence;
        record_.acknowledgment = tcp->acknowledgment;
        record_.window = tcp->window;
        record_.tcp_flags = tcp->flags;
        payload(tcp->payload, length, tcp->header_length);
        flow(FlowKind::tcp, tcp->source_port, tcp->destination_port);
    }

    void udp(std::span<const std::byte> ip_payload, std::uint32_t length) noexcept {
        const auto* udp = std::get_if<Udp>(&layers_.transport);
        if (udp == nullptr) {
            return ports_alone(FlowKind::udp, ip_payload);
        }
        record_.kind = PacketRecord::Kind::udp;
        payload(udp->payload, udp->length != 0 ? udp->length : length, Udp::kSize);
        flow(FlowKind::udp, udp->source_port, udp->destination_port);
    }

    // All that matters but checksum and options is in its first 16 bytes.
    void tcp_beginning(std::span<const std::byte> ip_payload, std::uint32_t length) noexcept {
        Bytes in{ip_payload};
        const auto tcp = in.take<16>();
        const auto header_length = tcp ? std::uint32_t{tcp.be<12, 1>()} >> 4 << 2 : 0;
        if (!record_.truncated || header_length < Tcp::kSize) {
            record_.tcp_cut = record_.truncated;
            return ports_alone(FlowKind::tcp, ip_payload);
        }
        record_.kind = PacketRecord::Kind::tcp;
        record_.sequence = tcp.be<4, 4>();
        record_.acknowledgment = tcp.be<8, 4>();
        record_.tcp_flags = tcp.be<13, 1>();
        record_.window = tcp.be<14, 2>();
        payload(in.rest().last(0), length, header_length);
        flow(FlowKind::tcp, tcp.be<0, 2>(), tcp.be<2, 2>());
    }

    template <class Icmp>
    void icmp(const Icmp* icmp, std::span<const std::byte> ip_payload, std::uint32_t length, PacketRecord::Kind kind,
              std::uint8_t request, std::uint8_t reply) noexcept {
        if (icmp == nullptr) {
            return icmp_beginning(ip_payload, kind);
        }
        record_.kind = kind;
        record_.sequence = std::uint32_t{icmp->type} << 24 | std::uint32_t{icmp->code} << 16 | icmp->checksum;
        record_.acknowledgment = icmp->rest_of_header;
        payload(icmp->body, length, Icmp::kSize);
        const auto identifier = static_cast<std::uint16_t>(icmp->rest_of_header >> 16);
        if (icmp->type == request) {
            flow(FlowKind::echo, identifier, 0);
        } else if (icmp->type == reply) {
            flow(FlowKind::echo, 0, identifier);
        }
    }

    // Type and code tell what an error is.
    void icmp_beginning(std::span<const std::byte> ip_payload, PacketRecord::Kind kind) noexcept {
        Bytes in{ip_payload};
        const auto type_and_code = in.be(2);
        if (record_.truncated && type_and_code) {
            record_.kind = kind;
            record_.sequence = *type_and_code << 16;
        }
    }

    // The capture ends within the transport's header: whose it is can still be told.
    void ports_alone(FlowKind kind, std::span<const std::byte> ip_payload) noexcept {
        Bytes in{ip_payload};
        if (const auto ports = in.take<4>()) {
            flow(kind, ports.be<0, 2>(), ports.be<2, 2>());
        }
    }

    void payload(std::span<const std::byte> captured, std::uint32_t length, std::uint32_t header_length) noexcept {
        record_.payload = captured.data();
        record_.payload_length = length > header_length ? length - header_length : 0;
        record_.payload_captured = std::min(static_cast<std::uint32_t>(captured.size()), record_.payload_length);
    }

    void flow(FlowKind kind, std::uint16_t source_port, std::uint16_t destination_port) noexcept {
        record_.has_flow = true;
        record_.key.low_port = source_port;
        record_.key.high_port = destination_port;
        record_.key.network |= static_cast<std::uint32_t>(kind) << FlowKey::kKindShift;
    }

    void orient(std::uint32_t source, std::uint32_t destination, bool less, bool equal) noexcept {
        auto& key = record_.key;
        record_.from_low = less || (equal && key.low_port <= key.high_port);
        key.low_address = source;
        key.high_address = destination;
        if (!record_.from_low) {
            std::swap(key.low_address, key.high_address);
            std::swap(key.low_port, key.high_port);
        }
    }

    PacketRecord& record_;
    const Layers& layers_;
    const std::byte* frame_;
    std::ptrdiff_t captured_;  ///< bytes of the frame
};

// Linux's `any` device captures on all interfaces. SLL2 has the interface's number, SLL but who sent to whom there;
// both tell what came in from what went out.
std::uint32_t place_of(const LinuxCooked& cooked, std::uint32_t interface_id) noexcept {
    std::uint64_t place = mixed(std::uint64_t{interface_id} << 16 | cooked.packet_type);
    if (cooked.interface_index) {
        place = mixed(place ^ *cooked.interface_index);
    } else {
        std::uint64_t address = 0;
        std::memcpy(&address, cooked.address.data(), sizeof address);
        place = mixed(mixed(place ^ cooked.hardware_type) ^ address);
    }
    const auto number = static_cast<std::uint32_t>(place) & ~PacketRecord::kPlaceUnsure;
    return cooked.interface_index ? number : number | PacketRecord::kPlaceUnsure;
}

bool either(const Checksums& checksums, ChecksumVerdict verdict) noexcept {
    return checksums.header == verdict || checksums.transport == verdict;
}

const std::byte* end_of(std::span<const std::byte> bytes) noexcept {
    return bytes.data() + bytes.size();
}

// `end` is that of the bytes in which the record's IP header is.
void judge_checksums(PacketRecord& record, const CapturedPacket& captured, const std::byte* end) noexcept {
    if (record.malformed) {
        return;
    }
    const auto between = [](const std::byte* ip, const std::byte* behind) {
        return ip == nullptr ? std::span<const std::byte>{} : std::span{ip, behind};
    };
    const auto ip = between(record.ip, end);
    const auto found = record.encapsulated
                           ? verify_tunnel_checksums(between(record.tunnel_ip, end_of(captured.captured)), ip)
                           : TunnelChecksums{{}, verify_checksums(ip)};
    // What the file says of a packet holds for all that is in it.
    const auto wrong = [&](const Checksums& of) { return either(of, ChecksumVerdict::wrong); };
    const auto unfinished = [&](const Checksums& of) {
        return either(of, ChecksumVerdict::unfinished) || (wrong(of) && captured.checksums_unfinished);
    };
    record.checksum_wrong = wrong(found.inner) && !captured.checksums_unfinished;
    record.checksum_offloaded = !record.checksum_wrong && unfinished(found.inner);
    record.tunnel_checksum_wrong = wrong(found.outer) && !captured.checksums_unfinished;
    record.tunnel_checksum_offloaded = !record.tunnel_checksum_wrong && unfinished(found.outer);
}

}  // namespace

PacketRecord describe(const CapturedPacket& captured) noexcept {
    PacketRecord record;
    describe(captured, record);
    return record;
}

void describe(const CapturedPacket& captured, PacketRecord& record) noexcept {
    if (!describe_quickly(captured, record)) {
        record = describe_thoroughly(captured);
    }
    judge_checksums(record, captured, end_of(captured.captured));
}

PacketRecord describe_thoroughly(const CapturedPacket& captured) noexcept {
    return describe_dissected(captured,
                              dissect(captured.link_type, captured.captured, captured.original_length, VxlanPorts{}));
}

PacketRecord describe_dissected(const CapturedPacket& captured, const Packet& packet) noexcept {
    PacketRecord record;
    record.time_ns = captured.time_ns_utc.value_or(PacketRecord::kNoTime);
    record.seen_at = captured.interface_id;
    if (const auto* cooked = std::get_if<LinuxCooked>(&packet.outer.link)) {
        record.seen_at = place_of(*cooked, captured.interface_id);
    }
    record.wire_length = captured.original_length;
    record.frame_length = captured.original_length;
    record.truncated = captured.captured.size() < captured.original_length;
    record.malformed =
        packet.outer.outcome == Outcome::malformed || (packet.inner && packet.inner->outcome == Outcome::malformed);
    const auto* udp = std::get_if<Udp>(&packet.outer.transport);
    record.udp_port = udp != nullptr ? udp->destination_port : std::uint16_t{0};
    if (!packet.inner) {
        Describing{record, packet.outer, captured.captured}();
        return record;
    }
    record.encapsulated = true;
    record.tunnel_ip = begin_of_network(packet.outer.link, captured.captured.data());
    record.outer_fragment = packet.outer.outcome == Outcome::fragment;
    record.key.network = packet.vxlan->vni | FlowKey::kEncapsulated;
    const auto frame = packet.vxlan->inner_frame;
    record.frame_length =
        udp->length != 0
            ? static_cast<std::uint32_t>(udp->length - std::min<std::size_t>(udp->length, Udp::kSize + Vxlan::kSize))
            : captured.original_length - std::min(captured.original_length,
                                                  static_cast<std::uint32_t>(frame.data() - captured.captured.data()));
    Describing{record, *packet.inner, frame}();
    return record;
}

PacketRecord describe_put_together(const CapturedPacket& captured, const Packet& packet) noexcept {
    auto record = describe_dissected(captured, packet);
    judge_checksums(record, captured, end_of(packet.vxlan->inner_frame));
    return record;
}

std::span<const std::byte> source_address(const PacketRecord& record) noexcept {
    return record.ipv6 ? std::span{record.ip + 8, 16} : std::span{record.ip + 12, 4};
}

std::span<const std::byte> destination_address(const PacketRecord& record) noexcept {
    return record.ipv6 ? std::span{record.ip + 24, 16} : std::span{record.ip + 16, 4};
}

}  // namespace kwd::packet
