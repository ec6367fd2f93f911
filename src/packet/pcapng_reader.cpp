// SPDX-License-Identifier: Apache-2.0
#include "packet/pcapng_reader.h"

#include "packet/pcapng_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace kwd::packet {

using Kind = CaptureProblem::Kind;

static constexpr bool is_packet(std::uint32_t type) noexcept {
    return type == pcapng::kEnhancedPacket || type == pcapng::kSimplePacket || type == pcapng::kObsoletePacket;
}

// Blocks that later ones cannot be understood without.
static constexpr bool is_description(std::uint32_t type) noexcept {
    return type == pcapng::kSectionHeader || type == pcapng::kInterfaceDescription;
}

static constexpr bool is_read(std::uint32_t type) noexcept {
    return is_packet(type) || is_description(type) || type == pcapng::kInterfaceStatistics;
}

bool PcapngReader::recognises(std::span<const std::byte> file) noexcept {
    const auto type = Bytes{file}.take<4>();
    return type && type.be<0, 4>() == pcapng::kSectionHeader;  // reads the same from both ends
}

std::size_t PcapngReader::read(FileWindow& window, std::span<CapturedPacket> into, CaptureProblems& problems) {
    std::size_t count = 0;
    while (const auto block = next_block(window, count < into.size(), problems)) {
        if (read_block(*block, count < into.size() ? &into[count] : nullptr, problems)) {
            ++count;
        }
    }
    return count;
}

// The next block that is to be read, behind which the window then is. A packet waits where there is no room for it.
std::optional<PcapngReader::Block> PcapngReader::next_block(FileWindow& window, bool room, CaptureProblems& problems) {
    while (finish_passing(window, problems) && window.more()) {
        block_offset_ = window.offset();
        const auto header = window.bytes().take<8>();
        if (!header) {
            if (window.left() < 8) {
                end(Kind::truncated, "the file ends within the header of a block", problems);
            } else {
                static_cast<void>(window.has(8));
            }
            return std::nullopt;
        }
        const auto type = header.number<0, 4>(order_);
        if (type == pcapng::kSectionHeader) {
            if (window.left() >= 24 && !window.has(24)) {
                return std::nullopt;
            }
            if (!read_byte_order(window, problems)) {
                return std::nullopt;
            }
        }
        const auto length = header.number<4, 4>(order_);
        if (length < pcapng::kBlockOverhead || length % 4 != 0) {
            end(Kind::bad_length, fmt::format("a block of {} bytes", length), problems);
            return std::nullopt;
        }
        if (window.left() < length) {
            end(Kind::truncated, fmt::format("the file ends after {} bytes of a block of {}", window.left(), length),
                problems);
            return std::nullopt;
        }
        if (is_packet(type) && !room) {
            return std::nullopt;
        }
        if (length > pcapng::kLongestBlock && is_read(type)) {
            auto text = fmt::format("a block of {} bytes, more than are read", length);
            if (is_description(type)) {
                end(Kind::bad_length, std::move(text), problems);
                return std::nullopt;
            }
            note(Kind::bad_block, std::move(text), problems);
            pass_over(window, length);
            continue;
        }
        if (!is_read(type)) {
            pass_over(window, length);
            continue;
        }
        if (!window.has(length)) {
            return std::nullopt;
        }
        const auto block = window.at_hand().first(length);
        pass_over(window, length);
        if (!finish_passing(window, problems)) {
            return std::nullopt;
        }
        return Block{type, block.subspan(8, length - pcapng::kBlockOverhead)};
    }
    return std::nullopt;
}

void PcapngReader::pass_over(FileWindow& window, std::uint32_t length) {
    passing_ = length;
    window.advance(length - 4);
}

// Reads the length at the end of a block that is being passed over. False when reading cannot go on.
bool PcapngReader::finish_passing(FileWindow& window, CaptureProblems& problems) {
    if (ended_) {
        return false;
    }
    if (passing_ == 0) {
        return true;
    }
    if (window.left() < 4) {  // the file became shorter meanwhile
        end(Kind::truncated, fmt::format("the file ends within a block of {} bytes", passing_), problems);
        return false;
    }
    if (!window.has(4)) {
        return false;
    }
    const auto trailer = window.bytes().take<4>().number<0, 4>(order_);
    if (trailer != passing_) {
        end(Kind::bad_length, fmt::format("a block of {} bytes that says {} at its end", passing_, trailer), problems);
        return false;
    }
    window.advance(4);
    passing_ = 0;
    return true;
}

// A section header's own length can only be read once its body has told the byte order.
bool PcapngReader::read_byte_order(const FileWindow& window, CaptureProblems& problems) {
    auto in = window.bytes();
    const auto body = in.skip(8) ? in.take<16>() : Fixed<16>{};
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
    return true;
}

// Whether the block was a packet that could be read. Precondition: `packet` is a place for it if it is one.
bool PcapngReader::read_block(const Block& block, CapturedPacket* packet, CaptureProblems& problems) {
    const Bytes body{block.body};
    switch (block.type) {
        case pcapng::kEnhancedPacket: return enhanced_packet(body, *packet, problems);
        case pcapng::kSimplePacket: return simple_packet(body, *packet, problems);
        case pcapng::kObsoletePacket: return obsolete_packet(body, *packet, problems);
        case pcapng::kInterfaceDescription: add_interface(body, problems); return false;
        case pcapng::kInterfaceStatistics: add_statistics(body, problems); return false;
        default: begin_section(); return false;
    }
}

void PcapngReader::begin_section() {
    previous_ = std::exchange(section_, {});
}

static std::string text_of(const pcapng::Option& option) {
    auto text = option.text();
    text.resize(std::min(text.size(), PcapngReader::kLongestText));
    return text;
}

void PcapngReader::add_interface(Bytes body, CaptureProblems& problems) {
    const auto header = body.take<8>();
    if (!header) {  // packets name their interface by its place, which can no longer be known
        return end(Kind::bad_length, "an interface description that is too short", problems);
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
            case pcapng::kInterfaceName: interface.name = text_of(*option); break;
            case pcapng::kInterfaceDescriptionText: interface.description = text_of(*option); break;
            case pcapng::kFilter:
                if (!option->value.empty() && option->value[0] == pcapng::kFilterText) {
                    interface.filter = text_of({.code = option->code, .value = option->value.subspan(1)});
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
    add_source(std::move(interface), TickClock{resolution, offset_s}, problems);
}

void PcapngReader::add_source(CaptureInterface interface, TickClock clock, CaptureProblems& problems) {
    const auto place = section_.size();
    if (place < previous_.size()) {
        const auto& before = previous_[place];
        const auto& known = interfaces_[before.id];
        if (before.clock == clock && known.link_type == interface.link_type &&
            known.snap_length == interface.snap_length && known.name == interface.name &&
            known.description == interface.description && known.filter == interface.filter) {
            tallies_[before.id].next_section();
            section_.push_back(before);
            return;
        }
    }
    if (interfaces_.size() == kMostInterfaces) {
        return end(Kind::too_many, fmt::format("more than {} interfaces", kMostInterfaces), problems);
    }
    section_.push_back(
        {static_cast<std::uint32_t>(interfaces_.size()), interface.link_type, interface.snap_length, clock});
    interfaces_.push_back(std::move(interface));
    tallies_.emplace_back();
}

void PcapngReader::add_statistics(Bytes body, CaptureProblems& problems) {
    const auto header = body.take<12>();
    if (!header) {
        return note(Kind::bad_block, "interface statistics that are too short", problems);
    }
    const auto interface_of_section = header.number<0, 4>(order_);
    if (interface_of_section >= section_.size()) {
        return;  // no packet is lost with them
    }
    const auto& source = section_[interface_of_section];
    CaptureStatistics now;
    pcapng::OptionReader options{body, order_};
    while (const auto option = options.next()) {
        const auto value = Bytes{option->value}.take<8>();
        if (!value) {
            continue;
        }
        const auto count = value.number<0, 8>(order_);
        const auto ticks = std::uint64_t{value.number<0, 4>(order_)} << 32 | value.number<4, 4>(order_);
        switch (option->code) {
            case pcapng::kStartTime: now.begin_ns_utc = source.clock.nanoseconds(ticks); break;
            case pcapng::kEndTime: now.end_ns_utc = source.clock.nanoseconds(ticks); break;
            case pcapng::kReceived: now.received = count; break;
            case pcapng::kDroppedByInterface: now.dropped_by_interface = count; break;
            case pcapng::kAccepted: now.accepted = count; break;
            case pcapng::kDroppedBySystem: now.dropped_by_system = count; break;
            default: break;
        }
    }
    if (options.broken()) {
        note(Kind::bad_block, "an option of interface statistics goes on beyond its block", problems);
    }
    tallies_[source.id].report(now);
    interfaces_[source.id].statistics = tallies_[source.id].total();
}

void PcapngReader::note(Kind kind, std::string text, CaptureProblems& problems) const {
    problems.add(kind, block_offset_, std::move(text));
}

void PcapngReader::end(Kind kind, std::string text, CaptureProblems& problems) {
    note(kind, std::move(text), problems);
    ended_ = true;
}

}  // namespace kwd::packet
