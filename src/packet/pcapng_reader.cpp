// SPDX-License-Identifier: Apache-2.0
#include "packet/pcapng_reader.h"

#include "packet/pcapng_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kwd::packet {

using Kind = CaptureProblem::Kind;

bool PcapngReader::recognises(std::span<const std::byte> file) noexcept {
    const auto type = Bytes{file}.take<4>();
    return type && type.be<0, 4>() == pcapng::kSectionHeader;  // reads the same from both ends
}

std::optional<CapturedPacket> PcapngReader::next(CaptureProblems& problems) {
    while (const auto block = next_block(problems)) {
        const Bytes body{block->body};
        std::optional<CapturedPacket> packet;
        switch (block->type) {
            case pcapng::kInterfaceDescription: add_interface(body, problems); break;
            case pcapng::kEnhancedPacket: packet = enhanced_packet(body, problems); break;
            case pcapng::kSimplePacket: packet = simple_packet(body, problems); break;
            case pcapng::kObsoletePacket: packet = obsolete_packet(body, problems); break;
            case pcapng::kInterfaceStatistics: add_statistics(body, problems); break;
            default: break;
        }
        if (packet) {
            return packet;
        }
    }
    return std::nullopt;
}

std::optional<PcapngReader::Block> PcapngReader::next_block(CaptureProblems& problems) {
    const auto left = in_.rest().size();
    block_offset_ = file_.size() - left;
    if (left == 0) {
        return std::nullopt;
    }
    auto in = in_;
    const auto header = in.take<8>();
    if (!header) {
        end(Kind::truncated, "the file ends within the header of a block", problems);
        return std::nullopt;
    }
    const auto type = header.number<0, 4>(order_);
    if (!begin_section(type, in, problems)) {
        return std::nullopt;
    }
    const auto length = header.number<4, 4>(order_);
    if (length < pcapng::kBlockOverhead || length % 4 != 0) {
        end(Kind::bad_length, fmt::format("a block of {} bytes", length), problems);
        return std::nullopt;
    }
    const auto body = in.take(length - pcapng::kBlockOverhead);
    const auto trailer = body ? in.take<4>() : Fixed<4>{};
    if (!trailer) {
        end(Kind::truncated, fmt::format("the file ends after {} bytes of a block of {}", left, length), problems);
        return std::nullopt;
    }
    if (trailer.number<0, 4>(order_) != length) {
        end(Kind::bad_length,
            fmt::format("a block of {} bytes that says {} at its end", length, trailer.number<0, 4>(order_)), problems);
        return std::nullopt;
    }
    in_ = in;
    return Block{type, *body};
}

// A section header's own length can only be read once its body has told the byte order. True for any other block.
bool PcapngReader::begin_section(std::uint32_t type, Bytes in, CaptureProblems& problems) {
    if (type != pcapng::kSectionHeader) {
        return true;
    }
    const auto body = in.take<16>();
    if (!body) {
        end(Kind::truncated, "the file ends within a section header", problems);
        return false;
    }
    if (body.be<0, 4>() != pcapng::kByteOrderMagic && body.le<0, 4>() != pcapng::kByteOrderMagic) {
        end(Kind::unsupported_version, fmt::format("0x{:08x} for a byte order", body.be<0, 4>()), problems);
        return false;
    }
    order_ = body.be<0, 4>() == pcapng::kByteOrderMagic ? std::endian::big : std::endian::little;
    const auto major = body.number<4, 2>(order_);
    if (major != 1) {
        end(Kind::unsupported_version, fmt::format("pcapng version {}.{}, not 1.0", major, body.number<6, 2>(order_)),
            problems);
        return false;
    }
    section_interfaces_ = interfaces_.size();
    return true;
}

void PcapngReader::add_interface(Bytes body, CaptureProblems& problems) {
    const auto header = body.take<8>();
    if (!header) {  // packets name their interface by its place, which can no longer be known
        return end(Kind::bad_length, "an interface description that is too short", problems);
    }
    if (interfaces_.size() == kMostInterfaces) {
        return end(Kind::too_many, fmt::format("more than {} interfaces", kMostInterfaces), problems);
    }
    CaptureInterface interface;
    interface.link_type = static_cast<LinkType>(header.number<0, 2>(order_));
    interface.snap_length = header.number<4, 4>(order_);
    std::uint8_t resolution = TickClock::kMicroseconds;
    std::int64_t offset_s = 0;

    pcapng::OptionReader options{body, order_};
    while (const auto option = options.next()) {
        Bytes value{option->value};
        switch (option->code) {
            case pcapng::kInterfaceName: interface.name = option->text(); break;
            case pcapng::kInterfaceDescriptionText: interface.description = option->text(); break;
            case pcapng::kFilter:
                if (!option->value.empty() && option->value[0] == pcapng::kFilterText) {
                    interface.filter = pcapng::Option{option->code, option->value.subspan(1)}.text();
                }
                break;
            case pcapng::kTimeResolution:
                if (const auto octet = value.take<1>()) {
                    resolution = octet.be<0, 1>();
                }
                break;
            case pcapng::kTimeOffset:
                if (const auto seconds = value.take<8>()) {
                    offset_s = static_cast<std::int64_t>(seconds.number<0, 8>(order_));
                }
                break;
            default: break;
        }
    }
    if (options.broken()) {
        note(Kind::bad_block, "an option of an interface description goes on beyond its block", problems);
    }
    sources_.push_back({interface.link_type, interface.snap_length, TickClock{resolution, offset_s}});
    interfaces_.push_back(std::move(interface));
}

// They count from the beginning of the section: of several, the last holds what the others do.
void PcapngReader::add_statistics(Bytes body, CaptureProblems& problems) {
    const auto header = body.take<12>();
    if (!header) {
        return note(Kind::bad_block, "interface statistics that are too short", problems);
    }
    const auto id = section_interfaces_ + header.number<0, 4>(order_);
    if (id >= interfaces_.size()) {
        return;  // no packet is lost with them
    }
    CaptureStatistics statistics;
    pcapng::OptionReader options{body, order_};
    while (const auto option = options.next()) {
        const auto value = Bytes{option->value}.take<8>();
        if (!value) {
            continue;
        }
        const auto count = value.number<0, 8>(order_);
        const auto ticks = std::uint64_t{value.number<0, 4>(order_)} << 32 | value.number<4, 4>(order_);
        switch (option->code) {
            case pcapng::kStartTime: statistics.begin_ns_utc = sources_[id].clock.nanoseconds(ticks); break;
            case pcapng::kEndTime: statistics.end_ns_utc = sources_[id].clock.nanoseconds(ticks); break;
            case pcapng::kReceived: statistics.received = count; break;
            case pcapng::kDroppedByInterface: statistics.dropped_by_interface = count; break;
            case pcapng::kAccepted: statistics.accepted = count; break;
            case pcapng::kDroppedBySystem: statistics.dropped_by_system = count; break;
            default: break;
        }
    }
    if (options.broken()) {
        note(Kind::bad_block, "an option of interface statistics goes on beyond its block", problems);
    }
    interfaces_[id].statistics = statistics;
}

std::optional<CapturedPacket> PcapngReader::enhanced_packet(Bytes body, CaptureProblems& problems) {
    const auto header = body.take<20>();
    if (!header) {
        note(Kind::bad_block, "a packet block that is too short", problems);
        return std::nullopt;
    }
    const auto ticks = std::uint64_t{header.number<4, 4>(order_)} << 32 | header.number<8, 4>(order_);
    return packet(header.number<0, 4>(order_), ticks, header.number<12, 4>(order_), header.number<16, 4>(order_), body,
                  problems);
}

// As the enhanced one, but that a count of drops shares the interface's place.
std::optional<CapturedPacket> PcapngReader::obsolete_packet(Bytes body, CaptureProblems& problems) {
    const auto header = body.take<20>();
    if (!header) {
        note(Kind::bad_block, "a packet block that is too short", problems);
        return std::nullopt;
    }
    const auto ticks = std::uint64_t{header.number<4, 4>(order_)} << 32 | header.number<8, 4>(order_);
    return packet(header.number<0, 2>(order_), ticks, header.number<12, 4>(order_), header.number<16, 4>(order_), body,
                  problems);
}

// Belongs to the section's first interface, has no time, and is as long as that interface's snap length lets it be.
std::optional<CapturedPacket> PcapngReader::simple_packet(Bytes body, CaptureProblems& problems) {
    const auto header = body.take<4>();
    if (!header) {
        note(Kind::bad_block, "a packet block that is too short", problems);
        return std::nullopt;
    }
    const auto original_length = header.number<0, 4>(order_);
    auto captured_length = original_length;
    if (section_interfaces_ < sources_.size() && sources_[section_interfaces_].snap_length != 0) {
        captured_length = std::min(captured_length, sources_[section_interfaces_].snap_length);
    }
    return packet(0, std::nullopt, captured_length, original_length, body, problems);
}

std::optional<CapturedPacket> PcapngReader::packet(std::uint32_t interface_of_section,
                                                   std::optional<std::uint64_t> ticks, std::uint32_t captured_length,
                                                   std::uint32_t original_length, Bytes data,
                                                   CaptureProblems& problems) {
    const auto id = section_interfaces_ + interface_of_section;
    if (id >= sources_.size()) {
        note(Kind::unknown_interface,
             fmt::format("a packet of interface {}, which has no description", interface_of_section), problems);
        return std::nullopt;
    }
    const auto captured = data.take(captured_length);
    if (!captured) {
        note(Kind::bad_block,
             fmt::format("a packet of {} bytes in a block that has {}", captured_length, data.rest().size()), problems);
        return std::nullopt;
    }
    const auto& source = sources_[id];
    return CapturedPacket{.number = ++packets_,
                          .time_ns_utc = ticks ? source.clock.nanoseconds(*ticks) : std::nullopt,
                          .interface_id = static_cast<std::uint32_t>(id),
                          .link_type = source.link_type,
                          .captured = *captured,
                          .original_length = original_length};
}

void PcapngReader::note(Kind kind, std::string text, CaptureProblems& problems) const {
    problems.add(kind, block_offset_, std::move(text));
}

void PcapngReader::end(Kind kind, std::string text, CaptureProblems& problems) {
    note(kind, std::move(text), problems);
    in_ = Bytes{{}};
}

}  // namespace kwd::packet
