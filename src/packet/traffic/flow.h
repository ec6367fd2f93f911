// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/flow_key.h"
#include "packet/traffic/packet_record.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace kwd::packet {

/// One conversation: both directions of it. Direction 0 goes from the key's low endpoint to its high one.
///
/// With its place in the index it takes 128 bytes at most; what few have stands in FlowIncidents.
struct Flow {
    enum State : std::uint16_t {
        kFirstFromHigh = 1,  ///< its first packet came from the high endpoint
        // The next ones stand for direction 0; direction 1 has them one to the left.
        kSyn = 1 << 1,        ///< a SYN without ACK was seen
        kSynAck = 1 << 3,     ///< a SYN with ACK was seen
        kSequence = 1 << 5,   ///< start and end are known
        kAnswering = 1 << 7,  ///< something with ACK, or no TCP at all, was seen
        kNoWindow = 1 << 9,   ///< the last segment announced a window of 0
        kFin = 1 << 11,
        kReset = 1 << 13,
        kReplaced = 1 << 15,  ///< another one with the same key began since; of no direction
    };

    static constexpr std::uint32_t kApart = 1U << 31;

    struct Tcp {
        std::array<std::uint32_t, 2> start;  ///< of the SYN, else of the first segment seen
        std::array<std::uint32_t, 2> end;    ///< behind the furthest byte seen; SYN and FIN count as one
        std::uint32_t handshake_us;          ///< from the first SYN to the ACK of its answer; 0 unknown
    };
    struct Dns {
        std::uint32_t queries;
        std::uint32_t answers;
        std::uint32_t slowest_us;  ///< the longest time from a query to its answer
        std::uint32_t retries;
        std::uint8_t response_code;  ///< of the last answer
    };

    FlowKey key;
    std::int64_t first_ns = PacketRecord::kNoTime;        ///< of the first packet
    std::int64_t other_first_ns = PacketRecord::kNoTime;  ///< of the first one in the other direction
    std::array<std::int64_t, 2> last_ns{PacketRecord::kNoTime, PacketRecord::kNoTime};
    std::array<std::uint64_t, 2> bytes{};  ///< of the frames
    std::array<std::uint32_t, 2> packets{};
    std::array<std::uint16_t, 2> size_min{};  ///< of IP packets, in bytes; longer ones count as 65535
    std::array<std::uint16_t, 2> size_max{};
    std::array<std::uint8_t, 2> ttl_min{};
    std::array<std::uint8_t, 2> ttl_max{};
    union {
        Tcp tcp{};
        Dns dns;
    };
    std::uint32_t incidents = 0;  ///< few of them in bits; else kApart, and the number of its FlowIncidents
    std::uint16_t state = 0;

    [[nodiscard]] bool has(State bit, unsigned direction) const noexcept { return (state >> direction & bit) != 0; }
    void set(State bit, unsigned direction) noexcept { state = static_cast<std::uint16_t>(state | bit << direction); }
    void clear(State bit, unsigned direction) noexcept {
        state = static_cast<std::uint16_t>(state & ~(bit << direction));
    }

    /// The direction that whoever began the conversation sends in: of a TCP connection the SYN's, else the first
    /// packet's.
    [[nodiscard]] unsigned client_direction() const noexcept {
        if (key.kind() == FlowKind::tcp && has(kSyn, 0) != has(kSyn, 1)) {
            return has(kSyn, 0) ? 0 : 1;
        }
        if (key.kind() == FlowKind::tcp && has(kSynAck, 0) != has(kSynAck, 1)) {
            return has(kSynAck, 0) ? 1 : 0;
        }
        return state & kFirstFromHigh;
    }
    [[nodiscard]] std::int64_t first_ns_of(unsigned direction) const noexcept {
        return direction == static_cast<unsigned>(state & kFirstFromHigh) ? first_ns : other_first_ns;
    }
    /// Whether it is an attempt to connect that nothing answered: its sender went on to nothing but SYNs and resets.
    [[nodiscard]] bool unanswered_attempt() const noexcept {
        if (key.kind() != FlowKind::tcp || (packets[0] != 0) == (packets[1] != 0)) {
            return false;
        }
        const unsigned direction = packets[0] != 0 ? 0 : 1;
        return has(kSyn, direction) && !has(kAnswering, direction);
    }
};
static_assert(sizeof(Flow) == 112);

/// What goes wrong in a conversation, and is counted for each of its directions.
enum class Incident : std::uint8_t { retransmission, syn_retransmission, reset, zero_window, out_of_order };

/// What went wrong in a conversation. Few of each kind are counted in Flow::incidents; more, and the rest, have a
/// record of their own.
struct FlowIncidents {
    static constexpr std::size_t kKinds = 5;
    std::array<std::array<std::uint32_t, 2>, kKinds> counts{};
    std::uint32_t icmp_errors = 0;  ///< that quote a packet of it
    std::uint32_t icmp_bytes = 0;   ///< of their frames

    [[nodiscard]] std::uint32_t& of(Incident kind, unsigned direction) noexcept {
        return counts[static_cast<std::size_t>(kind)][direction];
    }
    [[nodiscard]] std::uint32_t of(Incident kind, unsigned direction) const noexcept {
        return counts[static_cast<std::size_t>(kind)][direction];
    }
};

}  // namespace kwd::packet
