// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/dissect.h"
#include "packet/ipv6.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace kwd::packet {

/// Tells of the fragments of UDP datagrams which datagram each belongs to, in whichever order they come, so that those
/// of a tunnel are credited to it. Datagrams are not put together but for their beginning, and that only where the
/// first fragment is too short for the headers in a tunnel (RFC 791 §3.2 and RFC 8200 §4.5 let one hold 8 bytes).
///
/// Packets are added in the order in which they were captured.
class Fragments {
  public:
    /// Datagrams that are remembered; a new one then takes the place of the oldest.
    static constexpr std::size_t kMostDatagrams = 8192;
    /// Beginnings that are being put together at a time; of more, what the first fragment has is all that is read.
    static constexpr std::size_t kMostBeginnings = 256;
    /// Bytes of a datagram in which the headers of a tunnel and of the packet within end: UDP, VXLAN, Ethernet with two
    /// tags, IPv6 with extensions, TCP with all options.
    static constexpr std::size_t kBeginning = 192;
    /// A fragment that comes later than this after the one before belongs to another datagram, which was given the same
    /// number. Linux waits as long (net.ipv4.ipfrag_time).
    static constexpr std::int64_t kExpiryNs = 30'000'000'000;

    /// Packets that were added before it was known what they belong to.
    struct Waited {
        std::uint64_t first_packet = 0;
        std::optional<std::int64_t> first_ns = {};
        std::optional<std::int64_t> last_ns = {};
        std::uint32_t packets = 0;
        std::uint64_t bytes = 0;
    };
    /// What is known of a datagram.
    struct Datagram {
        std::uint16_t source_port = 0;
        std::uint16_t destination_port = 0;
        std::optional<std::uint32_t> vni = {};  ///< it is a tunnel's
        bool vni_valid = false;
    };
    enum class Role : std::uint8_t {
        none,       ///< no fragment of a UDP datagram: it is to be taken as it is
        beginning,  ///< with it the datagram's beginning is there: the packet has its transport, tunnel and inner frame
        later,      ///< of a datagram whose beginning was told before
        waiting,    ///< it is not known yet, and will be told with a `beginning`, or as unsettled
    };
    struct Answer {
        Role role = Role::none;
        Datagram datagram = {};  ///< of beginning and later
        Waited before = {};      ///< of beginning: other packets of the same datagram, which were told to be waiting
    };
    /// A datagram of which no beginning came, or not in time, or that had to make room.
    struct Unsettled {
        bool ipv6;
        Ipv6Address source;  ///< of IPv4 the first four bytes
        Ipv6Address destination;
        std::optional<Datagram> datagram;  ///< if at least its ports were there
        Waited waited;
    };

    /// `unsettled` is told of datagrams that are forgotten while they wait.
    Fragments(const VxlanPorts& vxlan_ports, std::function<void(const Unsettled&)> unsettled)
        : vxlan_ports_(vxlan_ports), unsettled_(std::move(unsettled)) {}

    /// Takes note of a captured packet. Where its fragment completes a beginning that had to be put together, the
    /// packet is given that beginning's transport, tunnel and inner frame; they point in here, until the next call.
    Answer add(Packet& packet, std::uint64_t number, std::optional<std::int64_t> time_ns, std::uint64_t bytes);

    /// Forgets all: nothing more will come.
    void settle();

  private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    static constexpr std::size_t kBuckets = 2 * kMostDatagrams;
    static constexpr std::size_t kUnit = 8;  ///< fragments begin at multiples of it

    struct Key {
        Ipv6Address source{};
        Ipv6Address destination{};
        std::uint32_t identification = 0;
        bool ipv6 = false;

        bool operator==(const Key&) const = default;
    };
    struct Fragment {
        Key key;
        std::size_t offset;
        bool more;
        bool cut;  ///< the capture has not all of it
        std::span<const std::byte> payload;
    };
    struct Entry {
        Key key;
        Datagram datagram;
        Waited waited;
        std::optional<std::int64_t> last_ns;
        std::uint32_t next = kNone;       ///< of the same bucket
        std::uint32_t beginning = kNone;  ///< index into beginnings_
        bool known = false;               ///< the beginning was told
    };
    /// Pieces of the first bytes of a datagram.
    struct Beginning {
        std::array<std::byte, kBeginning> bytes{};
        std::uint32_t units = 0;       ///< a bit for each kUnit bytes that are there
        std::size_t end = kBeginning;  ///< where the datagram ends, if that is before

        /// Bytes from the first on without a gap.
        [[nodiscard]] std::size_t there() const noexcept;
    };

    static std::optional<Fragment> fragment_of(const Layers& outer) noexcept;
    static Datagram datagram_of(const Packet& packet) noexcept;
    static std::size_t bucket_of(const Key& key) noexcept;

    Entry& entry_of(const Key& key, std::optional<std::int64_t> time_ns);
    Entry& new_entry(const Key& key);
    void unlink(std::uint32_t index) noexcept;
    void forget(Entry& entry);
    void release(Entry& entry) noexcept;
    [[nodiscard]] bool keep(const Fragment& fragment, Entry& entry);
    [[nodiscard]] bool put_together(Packet& packet, Entry& entry);
    Answer tell(const Packet& packet, Entry& entry);

    VxlanPorts vxlan_ports_;
    std::vector<std::uint32_t> buckets_;  ///< index of each one's first entry; made with the first fragment
    std::vector<Entry> entries_;          ///< a ring
    std::size_t oldest_ = 0;
    std::vector<Beginning> beginnings_;
    std::vector<std::uint32_t> free_;  ///< of the beginnings
    Beginning done_;                   ///< the one that was told last
    std::function<void(const Unsettled&)> unsettled_;
};

}  // namespace kwd::packet
