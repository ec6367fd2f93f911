// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/flow_table.h"
#include "packet/traffic/holes.h"
#include "packet/traffic/packet_record.h"

#include <cstdint>

namespace kwd::packet {

/// Sums over the TCP conversations of one kind of traffic.
struct TcpCounts {
    std::uint64_t retransmitted_segments = 0;  ///< with payload
    std::uint64_t syn_retransmissions = 0;     ///< SYNs without ACK
    std::uint64_t syn_ack_retransmissions = 0;
    std::uint64_t out_of_order_segments = 0;
    std::uint64_t keep_alives = 0;
    std::uint64_t zero_windows = 0;
    std::uint64_t resets = 0;
};

/// Which bytes of a segment's payload were not there before.
struct NewBytes {
    enum class Place : std::uint8_t {
        none,
        ahead,    ///< of all that came before: next to it, or with others missing in between
        in_hole,  ///< that was left before; or before the first segment that was seen
    };

    Place place = Place::none;
    std::uint32_t skipped = 0;  ///< bytes at the payload's beginning that were
};

/// Whether this segment begins another connection than the flow is: a SYN with a sequence number of its own from a
/// sender that sent another SYN, or anything else, before; or with the same number, after a connection that is over.
/// (Who is refused may try again with the same number: that is no other connection.)
[[nodiscard]] bool begins_another_connection(const Flow& flow, const PacketRecord& segment,
                                             unsigned direction) noexcept;

/// Takes note of a TCP segment.
///
/// A segment with payload is a retransmission when it begins before the furthest byte that is known to have been sent
/// in its direction. It is none when it fills a hole that was left less than 3 ms before (out of order, as tshark has
/// it), is a probe of one byte (keep-alive, zero window), or lies before the first segment that was seen.
///
NewBytes track_tcp(Flow& flow, const PacketRecord& segment, unsigned direction, FlowTable& flows, Holes& holes,
                   TcpCounts& counts);

}  // namespace kwd::packet
