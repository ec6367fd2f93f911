// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/capture_packet.h"
#include "analyzers/capture_paths.h"
#include "analyzers/first_seen.h"
#include "packet/fragments.h"

#include <tuple>

namespace kwd::analyzers {

class CaptureInterfaces;
class CaptureRows;

inline constexpr std::size_t kMostFlows = 100'000;
inline constexpr std::size_t kMostTunnelFlows = 20'000;

/// `flows`: what talked to what, inside and outside of tunnels.
class Flows {
  public:
    void add(const SeenPacket& packet);
    /// Later fragments of one datagram outside of tunnels; of `ip` the addresses and the protocol count.
    void add_fragments(const IpPacket& ip, const packet::Fragments::Waited& fragments);
    void write(CaptureRows& out) const;

  private:
    struct Key {
        IpAddress source;
        IpAddress destination;
        std::int64_t protocol;
        std::int64_t source_port;       ///< -1: none
        std::int64_t destination_port;  ///< -1: none
        std::int64_t vni;               ///< -1: not in a tunnel
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Counts {
        SeenTimes times;
        std::int64_t packets = 0;
        std::int64_t bytes = 0;
        std::int64_t syn = 0;
        std::int64_t syn_ack = 0;
        std::int64_t rst = 0;
        std::int64_t fin = 0;
    };
    FirstSeen<Key, Counts, Hash> flows_{kMostFlows};
};

/// `vxlan_flows`, `vxlan_inner_macs`, `vxlan_paths` and `vxlan_sizes`.
class TunnelFlows {
  public:
    /// A packet with a VXLAN header; `before` are fragments of it that came earlier.
    void add(const SeenPacket& outer, const packet::Vxlan& vxlan, const std::optional<packet::Layers>& inner,
             const packet::Fragments::Waited& before);
    /// A later fragment of a tunnel's datagram, whose beginning was added.
    void add_fragment(const SeenPacket& outer, const IpPacket& ip, const packet::Fragments::Datagram& datagram);
    void write(const CaptureInterfaces& interfaces, CaptureRows& out) const;

  private:
    struct Key {
        IpAddress source;
        IpAddress destination;
        std::int64_t port;
        std::int64_t vni;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Counts {
        SeenTimes times;
        std::int64_t packets = 0;
        std::int64_t bytes = 0;
        std::int64_t largest_inner = 0;
        std::int64_t fragments = 0;
        std::int64_t zero_checksum = 0;
        bool vni_valid = true;
    };
    struct MacKey {
        Key tunnel;
        packet::MacAddress source;
        packet::MacAddress destination;
        friend bool operator==(const MacKey&, const MacKey&) = default;
    };
    struct MacHash {
        std::size_t operator()(const MacKey& key) const noexcept;
    };
    struct MacCounts {
        SeenTimes times;
        std::int64_t packets = 0;
    };
    struct Datagram {
        IpAddress source;
        IpAddress destination;
        std::uint32_t identification;
        friend bool operator==(const Datagram&, const Datagram&) = default;
    };
    struct DatagramHash {
        std::size_t operator()(const Datagram& datagram) const noexcept;
    };
    void add_outer(const Key& key, const SeenPacket& outer, const IpPacket& ip);
    void add_before(const Key& key, const TunnelPaths::Path& path, const packet::Fragments::Waited& before);

    FirstSeen<Key, Counts, Hash> flows_{kMostTunnelFlows};
    FirstSeen<MacKey, MacCounts, MacHash> macs_{kMostTunnelFlows};
    TunnelPaths paths_;
    /// The ways of datagrams in several fragments. As Fragments does, they forget the oldest: those before the last
    /// kMostDatagrams at the latest.
    using Ways = std::unordered_map<Datagram, TunnelPaths::Path, DatagramHash>;
    Ways ways_;
    Ways older_ways_;
};

}  // namespace kwd::analyzers
