// SPDX-License-Identifier: Apache-2.0
// The blocks of a pcapng file that carry packets.
#include "packet/pcapng_format.h"
#include "packet/pcapng_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace kwd::packet {

using Kind = CaptureProblem::Kind;

bool PcapngReader::enhanced_packet(Bytes body, CapturedPacket& into, CaptureProblems& problems) {
    const auto header = body.take<20>();
    if (!header) {
        note(Kind::bad_block, "a packet block that is too short", problems);
        return false;
    }
    const auto ticks = std::uint64_t{header.number<4, 4>(order_)} << 32 | header.number<8, 4>(order_);
    if (!packet(header.number<0, 4>(order_), ticks, header.number<12, 4>(order_), header.number<16, 4>(order_), body,
                into, problems)) {
        return false;
    }
    packet_options(body, into);
    return true;
}

// As the enhanced one, but that a count of drops shares the interface's place.
bool PcapngReader::obsolete_packet(Bytes body, CapturedPacket& into, CaptureProblems& problems) {
    const auto header = body.take<20>();
    if (!header) {
        note(Kind::bad_block, "a packet block that is too short", problems);
        return false;
    }
    const auto ticks = std::uint64_t{header.number<4, 4>(order_)} << 32 | header.number<8, 4>(order_);
    if (!packet(header.number<0, 2>(order_), ticks, header.number<12, 4>(order_), header.number<16, 4>(order_), body,
                into, problems)) {
        return false;
    }
    constexpr std::uint16_t kNotKnown = 0xffff;
    if (const auto lost = header.number<2, 2>(order_); lost != kNotKnown) {
        add_lost(into.interface_id, lost);
    }
    packet_options(body, into);
    return true;
}

// Belongs to the section's first interface, has no time, and is as long as that interface's snap length lets it be.
bool PcapngReader::simple_packet(Bytes body, CapturedPacket& into, CaptureProblems& problems) {
    const auto header = body.take<4>();
    if (!header) {
        note(Kind::bad_block, "a packet block that is too short", problems);
        return false;
    }
    const auto original_length = header.number<0, 4>(order_);
    auto captured_length = original_length;
    if (!section_.empty() && section_[0].snap_length != 0) {
        captured_length = std::min(captured_length, section_[0].snap_length);
    }
    return packet(0, std::nullopt, captured_length, original_length, body, into, problems);
}

bool PcapngReader::packet(std::uint32_t interface_of_section, std::optional<std::uint64_t> ticks,
                          std::uint32_t captured_length, std::uint32_t original_length, Bytes& data,
                          CapturedPacket& into, CaptureProblems& problems) {
    if (interface_of_section >= section_.size()) {
        note(Kind::unknown_interface,
             fmt::format("a packet of interface {}, which has no description", interface_of_section), problems);
        return false;
    }
    const auto captured = data.take(captured_length);
    if (!captured) {
        note(Kind::bad_block,
             fmt::format("a packet of {} bytes in a block that has {}", captured_length, data.rest().size()), problems);
        return false;
    }
    const auto& source = section_[interface_of_section];
    // Member by member, as PcapReader does.
    into.number = ++packets_;
    into.time_ns_utc = ticks ? source.clock.nanoseconds(*ticks) : std::nullopt;
    into.interface_id = source.id;
    into.link_type = source.link_type;
    into.direction = Direction::unknown;
    into.checksums_unfinished = false;
    into.captured = *captured;
    into.original_length = original_length;
    return true;
}

static constexpr Direction direction_of(std::uint32_t flags) noexcept {
    switch (flags & 3) {
        case 1: return Direction::inbound;
        case 2: return Direction::outbound;
        default: return Direction::unknown;
    }
}

// An option that leaves the block takes nothing from the packet, which was read before.
void PcapngReader::packet_options(Bytes after_data, CapturedPacket& packet) noexcept {
    if (!after_data.skip((4 - packet.captured.size() % 4) % 4) || after_data.rest().empty()) {
        return;
    }
    constexpr std::uint32_t kChecksumNotReady = 1U << 9U;
    constexpr std::uint32_t kSegmentationOffloaded = 1U << 11U;
    pcapng::OptionReader options{after_data, order_};
    while (const auto option = options.next()) {
        Bytes value{option->value};
        if (option->code == pcapng::kPacketFlags) {
            if (const auto field = value.take<4>()) {
                const auto flags = field.number<0, 4>(order_);
                packet.direction = direction_of(flags);
                packet.checksums_unfinished = (flags & (kChecksumNotReady | kSegmentationOffloaded)) != 0;
            }
        } else if (option->code == pcapng::kPacketDropCount) {
            if (const auto count = value.take<8>()) {
                add_lost(packet.interface_id, count.number<0, 8>(order_));
            }
        }
    }
}

void PcapngReader::add_lost(std::uint32_t interface_id, std::uint64_t packets) noexcept {
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    auto& lost = interfaces_[interface_id].lost_between_packets;
    lost = packets > kMost - lost ? kMost : lost + packets;
}

}  // namespace kwd::packet
