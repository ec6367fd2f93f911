// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/tcp_tracking.h"

#include "packet/tcp.h"

#include <algorithm>
#include <limits>

namespace kwd::packet {
namespace {

/// How far `a` is after `b` in the circle of sequence numbers (RFC 9293 §3.4); negative when before.
std::int32_t distance(std::uint32_t a, std::uint32_t b) noexcept {
    return static_cast<std::int32_t>(a - b);
}

constexpr std::int64_t kOutOfOrderNs = 3'000'000;

/// One segment on its way through the state of its flow.
class Segment {
  public:
    Segment(Flow& flow, const PacketRecord& record, unsigned direction, FlowTable& flows, TcpCounts& counts) noexcept
        : flow_(flow), record_(record), direction_(direction), flows_(flows), counts_(counts) {}

    bool take_note() {
        if (record_.tcp_flags & Tcp::kRst) {
            ++counts_.resets;
            ++flows_.incidents(flow_).resets[direction_];
            flow_.set(Flow::kReset, direction_);
        }
        if (record_.tcp_flags & Tcp::kSyn) {
            syn();
            return false;
        }
        answering();
        const bool next = record_.payload_length != 0 && data();
        if (record_.tcp_flags & Tcp::kFin) {
            fin();
        }
        window();
        return next;
    }

  private:
    [[nodiscard]] bool ack() const noexcept { return (record_.tcp_flags & Tcp::kAck) != 0; }

    void begin_at(std::uint32_t sequence) noexcept {
        flow_.tcp.start[direction_] = sequence;
        flow_.tcp.end[direction_] = sequence;
        flow_.set(Flow::kSequence, direction_);
    }

    void syn() {
        const auto bit = ack() ? Flow::kSynAck : Flow::kSyn;
        if (flow_.has(bit, direction_) && flow_.tcp.start[direction_] == record_.sequence) {
            ++(ack() ? counts_.syn_ack_retransmissions : counts_.syn_retransmissions);
            ++flows_.incidents(flow_).syn_retransmissions[direction_];
            return;
        }
        if (ack()) {
            flow_.set(Flow::kAnswering, direction_);
        }
        flow_.set(bit, direction_);
        begin_at(record_.sequence);
        flow_.tcp.end[direction_] = record_.sequence + 1 + record_.payload_length;  // TCP Fast Open, RFC 7413
    }

    // The first ACK of whoever sent the SYN, after the answer, ends the handshake.
    void answering() noexcept {
        if (!ack() || (record_.tcp_flags & Tcp::kRst)) {
            return;
        }
        flow_.set(Flow::kAnswering, direction_);
        if (flow_.tcp.handshake_us == 0 && flow_.has(Flow::kSyn, direction_) &&
            flow_.has(Flow::kSynAck, 1 - direction_) && record_.time_ns != PacketRecord::kNoTime) {
            const auto began = flow_.first_ns_of(direction_);
            if (began != PacketRecord::kNoTime && record_.time_ns > began) {
                const auto us = std::max<std::int64_t>((record_.time_ns - began) / 1000, 1);
                flow_.tcp.handshake_us =
                    static_cast<std::uint32_t>(std::min<std::int64_t>(us, std::numeric_limits<std::uint32_t>::max()));
            }
        }
    }

    bool data() {
        const auto begin = record_.sequence;
        const auto end = begin + record_.payload_length;
        if (!flow_.has(Flow::kSequence, direction_)) {
            begin_at(begin);
        }
        auto& furthest = flow_.tcp.end[direction_];
        const auto ahead = distance(begin, furthest);
        if (ahead >= 0) {
            if (record_.payload_length == 1 && ahead == 0 && flow_.has(Flow::kNoWindow, 1 - direction_)) {
                return false;  // a zero window probe, whose byte comes again once there is room
            }
            if (ahead > 0) {
                open_hole(furthest, begin);
            }
            furthest = end;
            return ahead == 0;
        }
        if (record_.payload_length == 1 && ahead == -1) {
            ++counts_.keep_alives;
            return false;
        }
        if (distance(end, furthest) > 0) {
            furthest = end;
        } else if (distance(begin, flow_.tcp.start[direction_]) < 0 && !flow_.has(Flow::kSyn, direction_) &&
                   !flow_.has(Flow::kSynAck, direction_)) {
            flow_.tcp.start[direction_] = begin;  // sent before the first one that was seen
            return false;
        } else if (fills_hole(begin, end)) {
            ++counts_.out_of_order_segments;
            ++flows_.incidents(flow_).out_of_order[direction_];
            return false;
        }
        ++counts_.retransmitted_segments;
        ++flows_.incidents(flow_).retransmissions[direction_];
        return false;
    }

    void open_hole(std::uint32_t begin, std::uint32_t end) {
        auto& holes = flows_.holes(flow_)[direction_];
        holes[1] = holes[0];
        holes[0] = {.begin = begin, .end = end, .opened_ns = record_.time_ns};
    }

    // Takes the segment's bytes out of the hole that it lies in. True when that is so recent that it was overtaken, and
    // not sent again.
    bool fills_hole(std::uint32_t begin, std::uint32_t end) {
        auto* all = flows_.existing_holes(flow_);
        if (all == nullptr) {
            return false;
        }
        for (auto& hole : (*all)[direction_]) {
            if (hole.begin == hole.end || distance(begin, hole.begin) < 0 || distance(end, hole.end) > 0) {
                continue;
            }
            if (begin == hole.begin) {
                hole.begin = end;
            } else {
                hole.end = begin;  // what is missing behind it is forgotten when there is some before it
            }
            return record_.time_ns == PacketRecord::kNoTime || hole.opened_ns == PacketRecord::kNoTime ||
                   record_.time_ns - hole.opened_ns < kOutOfOrderNs;
        }
        return false;
    }

    void fin() noexcept {
        flow_.set(Flow::kFin, direction_);
        if (!flow_.has(Flow::kSequence, direction_)) {
            begin_at(record_.sequence);
        }
        const auto end = record_.sequence + record_.payload_length + 1;
        if (distance(end, flow_.tcp.end[direction_]) == 1) {
            flow_.tcp.end[direction_] = end;
        }
    }

    void window() {
        if (record_.window != 0 || (record_.tcp_flags & (Tcp::kFin | Tcp::kRst))) {
            flow_.clear(Flow::kNoWindow, direction_);
            return;
        }
        ++counts_.zero_windows;
        ++flows_.incidents(flow_).zero_windows[direction_];
        flow_.set(Flow::kNoWindow, direction_);
    }

    Flow& flow_;
    const PacketRecord& record_;
    unsigned direction_;
    FlowTable& flows_;
    TcpCounts& counts_;
};

}  // namespace

bool begins_another_connection(const Flow& flow, const PacketRecord& segment, unsigned direction) noexcept {
    if ((segment.tcp_flags & (Tcp::kSyn | Tcp::kAck)) != Tcp::kSyn || flow.packets[direction] == 0) {
        return false;
    }
    return !flow.has(Flow::kSyn, direction) || flow.tcp.start[direction] != segment.sequence;
}

bool track_tcp(Flow& flow, const PacketRecord& segment, unsigned direction, FlowTable& flows, TcpCounts& counts) {
    return Segment{flow, segment, direction, flows, counts}.take_note();
}

}  // namespace kwd::packet
