// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/tcp_tracking.h"

#include "packet/tcp.h"
#include "packet/time_between.h"

#include <algorithm>
#include <limits>

namespace kwd::packet {
namespace {

/// How far `a` is after `b` in the circle of sequence numbers (RFC 9293 §3.4); negative when before.
std::int32_t distance(std::uint32_t a, std::uint32_t b) noexcept {
    return static_cast<std::int32_t>(a - b);
}

/// Farther than any window of today reaches: a segment without payload that is this far ahead is of some other
/// connection.
constexpr std::int32_t kFarthestAck = 1 << 24;

/// As far behind the furthest byte as a window can reach (RFC 7323 §2.3).
constexpr std::int32_t kWidestWindow = 1 << 30;

/// One segment on its way through the state of its flow.
class Segment {
  public:
    Segment(Flow& flow, const PacketRecord& record, unsigned direction, FlowTable& flows, Holes& holes,
            TcpCounts& counts) noexcept
        : flow_(flow), record_(record), direction_(direction), flows_(flows), holes_(holes), counts_(counts) {}

    NewBytes take_note() {
        if (record_.tcp_flags & Tcp::kRst) {
            ++counts_.resets;
            flows_.count(flow_, Incident::reset, direction_);
            flow_.set(Flow::kReset, direction_);
        }
        if (record_.tcp_flags & Tcp::kSyn) {
            return syn();
        }
        answering();
        NewBytes fresh;
        if (record_.payload_length != 0) {
            fresh = data();
        } else if (!(record_.tcp_flags & Tcp::kRst)) {
            no_data();
        }
        if (record_.tcp_flags & Tcp::kFin) {
            fin();
        }
        window();
        return fresh;
    }

  private:
    [[nodiscard]] bool ack() const noexcept { return (record_.tcp_flags & Tcp::kAck) != 0; }

    void begin_at(std::uint32_t sequence) noexcept {
        flow_.tcp.start[direction_] = sequence;
        flow_.tcp.end[direction_] = sequence;
        flow_.set(Flow::kSequence, direction_);
    }

    NewBytes syn() {
        const auto bit = ack() ? Flow::kSynAck : Flow::kSyn;
        if (flow_.has(bit, direction_) && flow_.tcp.start[direction_] == record_.sequence) {
            ++(ack() ? counts_.syn_ack_retransmissions : counts_.syn_retransmissions);
            flows_.count(flow_, Incident::syn_retransmission, direction_);
            return {};
        }
        if (ack()) {
            flow_.set(Flow::kAnswering, direction_);
        }
        flow_.set(bit, direction_);
        begin_at(record_.sequence);
        flow_.tcp.end[direction_] = record_.sequence + 1 + record_.payload_length;  // TCP Fast Open, RFC 7413
        return {.place = NewBytes::Place::ahead};
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
                const auto us = std::max<std::int64_t>(ns_between(began, record_.time_ns) / 1000, 1);
                flow_.tcp.handshake_us =
                    static_cast<std::uint32_t>(std::min<std::int64_t>(us, std::numeric_limits<std::uint32_t>::max()));
            }
        }
    }

    [[nodiscard]] bool began_in_sight() const noexcept {
        return flow_.has(Flow::kSyn, direction_) || flow_.has(Flow::kSynAck, direction_);
    }

    [[nodiscard]] std::int32_t ahead() noexcept {
        if (!flow_.has(Flow::kSequence, direction_)) {
            begin_at(record_.sequence);
        }
        return distance(record_.sequence, flow_.tcp.end[direction_]);
    }

    // Where the beginning was not seen, the first byte that was would be ahead of the furthest after 2 GiB.
    void advance(std::uint32_t end) noexcept {
        auto& start = flow_.tcp.start[direction_];
        flow_.tcp.end[direction_] = end;
        if (!began_in_sight() && distance(end, start) > kWidestWindow) {
            start = end - kWidestWindow;
        }
    }

    void open_hole() {
        holes_.open(flow_, direction_, flow_.tcp.end[direction_], record_.sequence, record_.time_ns);
        advance(record_.sequence);
    }

    NewBytes data() {
        const auto begin = record_.sequence;
        const auto end = begin + record_.payload_length;
        const auto ahead_by = ahead();
        if (ahead_by >= 0) {
            if (record_.payload_length == 1 && ahead_by == 0 && flow_.has(Flow::kNoWindow, 1 - direction_)) {
                return {};  // a zero window probe, whose byte comes again once there is room
            }
            if (ahead_by > 0) {
                open_hole();
            }
            advance(end);
            return {.place = NewBytes::Place::ahead};
        }
        NewBytes fresh;
        if (distance(end, flow_.tcp.end[direction_]) > 0) {
            fresh = {.place = NewBytes::Place::ahead, .skipped = static_cast<std::uint32_t>(-ahead_by)};
            advance(end);
        }
        if (!began_in_sight() && distance(begin, flow_.tcp.start[direction_]) < 0) {
            flow_.tcp.start[direction_] = begin;  // sent before the first one that was seen
            return {.place = NewBytes::Place::in_hole};
        }
        const auto filled = holes_.fill(flow_, direction_, begin, end, record_.time_ns);
        if (filled == Holes::Filled::overtaken) {
            ++counts_.out_of_order_segments;
            flows_.count(flow_, Incident::out_of_order, direction_);
        } else if (record_.payload_length == 1 && ahead_by == -1) {
            ++counts_.keep_alives;
        } else {
            ++counts_.retransmitted_segments;
            flows_.count(flow_, Incident::retransmission, direction_);
        }
        return filled == Holes::Filled::nothing ? fresh : NewBytes{.place = NewBytes::Place::in_hole};
    }

    // It tells how far its sender has come, whatever of that was seen.
    void no_data() {
        const auto ahead_by = ahead();
        if (ahead_by > 0 && ahead_by <= kFarthestAck) {
            open_hole();
        } else if (ahead_by == -1 && !flow_.has(Flow::kFin, direction_) && !(record_.tcp_flags & Tcp::kFin)) {
            ++counts_.keep_alives;
        }
    }

    void fin() noexcept {
        flow_.set(Flow::kFin, direction_);
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
        flows_.count(flow_, Incident::zero_window, direction_);
        flow_.set(Flow::kNoWindow, direction_);
    }

    Flow& flow_;
    const PacketRecord& record_;
    unsigned direction_;
    FlowTable& flows_;
    Holes& holes_;
    TcpCounts& counts_;
};

}  // namespace

bool begins_another_connection(const Flow& flow, const PacketRecord& segment, unsigned direction) noexcept {
    if ((segment.tcp_flags & (Tcp::kSyn | Tcp::kAck)) != Tcp::kSyn || flow.packets[direction] == 0) {
        return false;
    }
    if (!flow.has(Flow::kSyn, direction) || flow.tcp.start[direction] != segment.sequence) {
        return true;
    }
    const bool over =
        flow.has(Flow::kReset, 0) || flow.has(Flow::kReset, 1) || (flow.has(Flow::kFin, 0) && flow.has(Flow::kFin, 1));
    return over && flow.has(Flow::kAnswering, direction);
}

NewBytes track_tcp(Flow& flow, const PacketRecord& segment, unsigned direction, FlowTable& flows, Holes& holes,
                   TcpCounts& counts) {
    return Segment{flow, segment, direction, flows, holes, counts}.take_note();
}

}  // namespace kwd::packet
