// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/tunnels.h"

#include "packet/bytes.h"
#include "packet/traffic/flow_key.h"

#include <span>
#include <tuple>

namespace kwd::packet {
namespace {

bool same(const Tunnels::Key& a, const Tunnels::Key& b) noexcept {
    return a.source == b.source && a.destination == b.destination && a.vni == b.vni;
}

Tunnels::Key key_of(const PacketRecord& record) noexcept {
    const auto vni = record.key.vni();
    if (std::to_integer<unsigned>(record.tunnel_ip[0]) >> 4 == 4) {
        const Fixed<20> ip{std::span<const std::byte, 20>{record.tunnel_ip, 20}};
        return {IpAddress::v4(ip.be<12, 4>()), IpAddress::v4(ip.be<16, 4>()), vni};
    }
    const Fixed<40> ip{std::span<const std::byte, 40>{record.tunnel_ip, 40}};
    return {IpAddress::v6(ip.octets<8, 16>()), IpAddress::v6(ip.octets<24, 16>()), vni};
}

}  // namespace

bool operator<(const Tunnels::Key& a, const Tunnels::Key& b) noexcept {
    return std::tie(a.vni, a.source, a.destination) < std::tie(b.vni, b.source, b.destination);
}

void Tunnels::add(const PacketRecord& record) {
    const auto key = key_of(record);
    const auto place = mixed(key.source.bits().low << 32 ^ key.destination.bits().low ^ std::uint64_t{key.vni} << 20);
    auto*& recent = recent_[place % recent_.size()];
    if (recent == nullptr || !same(recent->first, key)) {
        auto found = tunnels_.find(key);
        if (found == tunnels_.end()) {
            if (tunnels_.size() == kMost) {
                ++not_kept_;
                return;
            }
            found = tunnels_.try_emplace(key).first;
        }
        recent = &*found;
    }
    auto& tunnel = recent->second;
    ++tunnel.packets;
    tunnel.bytes += record.wire_length;
    tunnel.times.add(record.time_ns);
}

}  // namespace kwd::packet
