// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/icmp_errors.h"

#include "packet/icmp.h"
#include "packet/quoted_packet.h"

#include <tuple>
#include <variant>

namespace kwd::packet {
namespace {

IpAddress address_of(std::uint32_t address) noexcept {
    return IpAddress::v4(address);
}

IpAddress address_of(const Ipv6Address& address) noexcept {
    return IpAddress::v6(address);
}

IpAddress address_of(std::span<const std::byte> bytes) noexcept {
    if (bytes.size() == 4) {
        return IpAddress::v4(Fixed<4>{bytes.first<4>()}.be<0, 4>());
    }
    return IpAddress::v6(Fixed<16>{bytes.first<16>()}.octets<0, 16>());
}

std::optional<IcmpError::Quoted> read_quoted(const PacketRecord& record) noexcept {
    const auto quoted = dissect_quoted_packet({record.payload, record.payload_captured});
    if (!quoted) {
        return std::nullopt;
    }
    return std::visit(
        [&](const auto& ip) {
            IcmpError::Quoted result{.source = address_of(ip.source),
                                     .destination = address_of(ip.destination),
                                     .protocol = quoted->protocol,
                                     .source_port = {},
                                     .destination_port = {}};
            if (quoted->ports) {
                result.source_port = quoted->ports->source;
                result.destination_port = quoted->ports->destination;
            }
            return result;
        },
        quoted->ip);
}

}  // namespace

bool operator<(const IcmpError::Quoted& a, const IcmpError::Quoted& b) noexcept {
    return std::tie(a.source, a.destination, a.protocol, a.source_port, a.destination_port) <
           std::tie(b.source, b.destination, b.protocol, b.source_port, b.destination_port);
}

bool operator<(const IcmpError& a, const IcmpError& b) noexcept {
    return std::tie(a.encapsulated, a.vni, a.source, a.destination, a.type, a.code, a.mtu, a.quoted) <
           std::tie(b.encapsulated, b.vni, b.source, b.destination, b.type, b.code, b.mtu, b.quoted);
}

std::optional<IcmpError> read_icmp_error(const PacketRecord& record) noexcept {
    const bool v6 = record.kind == PacketRecord::Kind::icmpv6;
    const auto type = static_cast<std::uint8_t>(record.sequence >> 24);
    const auto code = static_cast<std::uint8_t>(record.sequence >> 16);
    // As Icmpv4::is_error() and Icmpv6::is_error() have it.
    if (v6 ? type >= 128
           : type != Icmpv4::kDestinationUnreachable && type != 4 && type != 5 && type != 11 && type != 12) {
        return std::nullopt;
    }
    const bool too_big = v6 ? type == Icmpv6::kPacketTooBig
                            : type == Icmpv4::kDestinationUnreachable && code == Icmpv4::kCodeFragmentationNeeded;
    IcmpError error{.encapsulated = record.encapsulated,
                    .vni = record.key.vni(),
                    .source = address_of(source_address(record)),
                    .destination = address_of(destination_address(record)),
                    .type = type,
                    .code = code,
                    .too_big = too_big,
                    .mtu = {},
                    .quoted = read_quoted(record)};
    if (too_big && record.payload != nullptr) {  // else the capture ends before
        error.mtu = v6 ? record.acknowledgment : record.acknowledgment & 0xffff;
    }
    return error;
}

void IcmpErrors::add(const IcmpError& error, std::int64_t time_ns) {
    auto found = errors_.find(error);
    if (found == errors_.end()) {
        if (errors_.size() == kMost) {
            ++not_kept_;
            return;
        }
        found = errors_.try_emplace(error).first;
    }
    ++found->second.count;
    found->second.times.add(time_ns);
}

}  // namespace kwd::packet
