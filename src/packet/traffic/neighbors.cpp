// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/neighbors.h"

#include "packet/arp.h"
#include "packet/icmp.h"
#include "packet/ipv6.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace kwd::packet {
namespace {

constexpr std::uint8_t kSourceLinkAddress = 1;  // RFC 4861 §4.6.1
constexpr std::uint8_t kTargetLinkAddress = 2;

std::optional<MacAddress> link_address(Bytes options, std::uint8_t wanted) noexcept {
    while (const auto head = options.take<2>()) {
        const std::size_t length = head.be<1, 1>() * std::size_t{8};
        if (length < 8) {
            return std::nullopt;
        }
        const auto value = options.take(length - 2);
        if (!value) {
            return std::nullopt;
        }
        if (head.be<0, 1>() == wanted) {
            return Fixed<6>{value->first<6>()}.octets<0, 6>();
        }
    }
    return std::nullopt;
}

}  // namespace

bool operator<(const Neighbors::Key& a, const Neighbors::Key& b) noexcept {
    return std::tie(a.encapsulated, a.vni, a.address) < std::tie(b.encapsulated, b.vni, b.address);
}

void Neighbors::add(const PacketRecord& record) {
    if (record.kind == PacketRecord::Kind::arp) {
        arp(record);
    } else if (record.kind == PacketRecord::Kind::icmpv6) {
        discovery(record);
    }
}

void Neighbors::arp(const PacketRecord& record) {
    const auto arp = dissect_arp({record.payload, record.payload_captured});
    if (!arp || !arp->addresses) {
        return;
    }
    const auto& addresses = *arp->addresses;
    if (addresses.sender_ip != 0) {
        claim(record, IpAddress::v4(addresses.sender_ip), &addresses.sender_mac, arp->operation == Arp::kReply);
    }
    if (arp->operation == Arp::kRequest && addresses.sender_ip != 0 && addresses.sender_ip != addresses.target_ip) {
        ask(record, IpAddress::v4(addresses.target_ip));
    }
}

// The target follows the header, options follow the target (RFC 4861 §4.3, §4.4).
void Neighbors::discovery(const PacketRecord& record) {
    const auto type = record.sequence >> 24;
    if (type != Icmpv6::kNeighborSolicitation && type != Icmpv6::kNeighborAdvertisement) {
        return;
    }
    Bytes in{{record.payload, record.payload_captured}};
    const auto target = in.take<16>();
    if (!target) {
        return;
    }
    const auto address = IpAddress::v6(target.octets<0, 16>());
    if (type == Icmpv6::kNeighborAdvertisement) {
        const auto mac = link_address(in, kTargetLinkAddress);
        return claim(record, address, mac ? &*mac : nullptr, true);
    }
    const auto source = IpAddress::v6(Fixed<16>{source_address(record).first<16>()}.octets<0, 16>());
    if (source.bits() == Bits128{}) {
        return;
    }
    if (const auto mac = link_address(in, kSourceLinkAddress)) {
        claim(record, source, &*mac, false);
    }
    ask(record, address);
}

Neighbors::Neighbor* Neighbors::neighbor(const PacketRecord& record, const IpAddress& address) {
    const Key key{.encapsulated = record.encapsulated, .vni = record.key.vni(), .address = address};
    auto found = neighbors_.find(key);
    if (found == neighbors_.end()) {
        if (neighbors_.size() == kMost) {
            ++not_kept_;
            return nullptr;
        }
        found = neighbors_.emplace(key, Neighbor{}).first;
    }
    return &found->second;
}

void Neighbors::ask(const PacketRecord& record, const IpAddress& address) {
    if (auto* asked = neighbor(record, address)) {
        ++asked->asked;
        if (asked->waiting++ == 0) {
            asked->waiting_since_ns = record.time_ns;
        }
    }
}

// An answer is one to all who asked before.
void Neighbors::claim(const PacketRecord& record, const IpAddress& address, const MacAddress* mac, bool answer) {
    auto* claimed = neighbor(record, address);
    if (claimed == nullptr) {
        return;
    }
    claimed->waiting = answer ? 0 : claimed->waiting;
    if (mac != nullptr && claimed->macs.size() < kMostMacs &&
        std::ranges::find(claimed->macs, *mac) == claimed->macs.end()) {
        claimed->macs.push_back(*mac);
    }
}

}  // namespace kwd::packet
