// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "packet/ethernet.h"
#include "packet/traffic/packet_record.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace kwd::packet {

/// Who asks for whose MAC address by ARP and neighbor discovery, who gets no answer, and which address two MACs claim.
class Neighbors {
  public:
    static constexpr std::size_t kMost = 65536;
    static constexpr std::size_t kMostMacs = 4;

    /// Where an address is: a VNI, or outside of all tunnels.
    struct Key {
        bool encapsulated;
        std::uint32_t vni;
        IpAddress address;

        friend bool operator<(const Key& a, const Key& b) noexcept;
    };
    struct Neighbor {
        std::uint64_t asked = 0;    ///< requests for it
        std::uint64_t waiting = 0;  ///< requests that no reply or advertisement followed
        std::int64_t waiting_since_ns = PacketRecord::kNoTime;
        std::vector<MacAddress> macs;  ///< that claimed it, in the order of their first time
    };

    /// Takes note of an ARP packet or a neighbor solicitation or advertisement; nothing happens for any other. Requests
    /// of an address for itself (is it taken?) and those of nobody (0.0.0.0, ::) are not counted.
    void add(const PacketRecord& record);

    [[nodiscard]] const std::map<Key, Neighbor>& all() const noexcept { return neighbors_; }
    /// Packets about addresses that found no place among kMost.
    [[nodiscard]] std::uint64_t not_kept() const noexcept { return not_kept_; }

  private:
    void arp(const PacketRecord& record);
    void discovery(const PacketRecord& record);
    [[nodiscard]] Neighbor* neighbor(const PacketRecord& record, const IpAddress& address);
    void ask(const PacketRecord& record, const IpAddress& address);
    void claim(const PacketRecord& record, const IpAddress& address, const MacAddress* mac, bool answer);

    std::map<Key, Neighbor> neighbors_;
    std::uint64_t not_kept_ = 0;
};

}  // namespace kwd::packet
