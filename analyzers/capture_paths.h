// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/capture_packet.h"
#include "analyzers/first_seen.h"
#include "packet/fragments.h"

#include <optional>

namespace kwd::analyzers {

class CaptureInterfaces;
class CaptureRows;

inline constexpr std::size_t kMostPaths = 100'000;
inline constexpr std::size_t kMostOthers = 20'000;

/// Outer lengths up to this are on every path that a node's network has: they are not told apart.
inline constexpr std::int64_t kEveryPathCarries = 1400;

/// `vxlan_paths` and `vxlan_sizes`: what can be held against the node's state, packet by packet.
class TunnelPaths {
  public:
    /// One packet's way; names it again for its later fragments.
    struct Path {
        std::uint32_t interface;
        IpAddress source;
        IpAddress destination;
        std::int64_t port;
        std::int64_t vni;
        bool vni_valid;
        std::optional<packet::MacAddress> source_mac;
        std::optional<packet::MacAddress> destination_mac;
        std::int64_t ethertype;  ///< -1: none
        std::optional<IpAddress> inner_source;
        std::optional<IpAddress> inner_destination;
        std::int64_t inner_protocol;  ///< -1: none; not part of the key of `vxlan_paths`
    };
    /// A packet with a VXLAN header; nullopt when it is not in a UDP datagram over IP.
    std::optional<Path> add(const SeenPacket& outer, const packet::Vxlan& vxlan,
                            const std::optional<packet::Layers>& inner);
    /// A later fragment of a packet of this path.
    void add_fragment(const Path& path, const SeenPacket& outer, const IpPacket& ip);
    /// Later fragments of a packet of this path that came before it.
    void add_before(const Path& path, const packet::Fragments::Waited& before);
    void write(const CaptureInterfaces& interfaces, CaptureRows& out) const;

  private:
    struct Same {
        bool operator()(const Path& a, const Path& b) const noexcept;
    };
    struct Hash {
        std::size_t operator()(const Path& path) const noexcept;
    };
    struct Counts {
        SeenTimes times;
        std::int64_t packets = 0;
        std::int64_t bytes = 0;
        std::int64_t largest = 0;
        std::int64_t fragments = 0;
    };
    struct Size {
        std::uint32_t interface;
        IpAddress source;
        IpAddress destination;
        std::int64_t port;
        std::int64_t vni;
        bool fragment;
        std::int64_t inner_protocol;
        std::int64_t bytes;
        friend bool operator==(const Size&, const Size&) = default;
    };
    struct SizeHash {
        std::size_t operator()(const Size& size) const noexcept;
    };
    struct SizeCounts {
        SeenTimes times;
        std::int64_t packets = 0;
    };
    [[nodiscard]] Counts* counts_of(const Path& path);
    void count(const Path& path, const SeenPacket& outer, const IpPacket& ip);

    using Paths = FirstSeen<Path, Counts, Hash, Same>;
    static void write_paths(const Paths& paths, const CaptureInterfaces& interfaces, CaptureRows& out);

    Paths paths_{kMostPaths};
    Paths without_addresses_{kMostOthers};  ///< what found no room above, its inner addresses left out
    FirstSeen<Size, SizeCounts, SizeHash> sizes_{kMostOthers};
};

/// `address_pairs`.
class AddressPairs {
  public:
    /// A packet outside of tunnels.
    void add(const SeenPacket& packet);
    /// Later fragments of one datagram; of `ip` the addresses count.
    void add(const IpPacket& ip, std::uint32_t interface, const packet::Fragments::Waited& fragments);
    void write(const CaptureInterfaces& interfaces, CaptureRows& out) const;

  private:
    struct Key {
        std::uint32_t interface;
        IpAddress source;
        IpAddress destination;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Counts {
        SeenTimes times;
        std::int64_t packets = 0;
        std::int64_t bytes = 0;
    };
    FirstSeen<Key, Counts, Hash> pairs_{kMostPaths};
};

}  // namespace kwd::analyzers
