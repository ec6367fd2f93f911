// SPDX-License-Identifier: Apache-2.0
#include "packet/pcap_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kwd::packet {

static constexpr std::uint32_t kMagicMicroseconds = 0xa1b2c3d4;
static constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;

// What libpcap takes for the longest packet of any ordinary link type; a longer one means that the file is damaged.
static constexpr std::uint32_t kLongestPacket = 262144;
// A snap length can ask for more, but one record is kept at hand.
static constexpr std::uint32_t kLongestPacketEver = 16U << 20U;

static bool is_magic(std::uint32_t number) noexcept {
    return number == kMagicMicroseconds || number == kMagicNanoseconds;
}

bool PcapReader::recognises(std::span<const std::byte> file) noexcept {
    const auto magic = Bytes{file}.take<4>();
    return magic && (is_magic(magic.be<0, 4>()) || is_magic(magic.le<0, 4>()));
}

// Whether the file's header is behind us.
bool PcapReader::begin(FileWindow& window, CaptureProblems& problems) {
    const auto header = window.bytes().take<24>();
    if (!header) {
        if (window.left() < 24) {
            end(CaptureProblem::Kind::truncated, "the file ends within its header", window, problems);
            return false;
        }
        return window.has(24);
    }
    begun_ = true;
    order_ = is_magic(header.be<0, 4>()) ? std::endian::big : std::endian::little;
    ns_per_fraction_ = header.number<0, 4>(order_) == kMagicNanoseconds ? 1 : 1000;
    const auto major = header.number<4, 2>(order_);
    const auto minor = header.number<6, 2>(order_);
    if (major != 2 || minor < 4) {  // before 2.4 the two lengths of a record could be the other way round
        end(CaptureProblem::Kind::unsupported_version, fmt::format("pcap version {}.{}, not 2.4", major, minor), window,
            problems);
        return false;
    }
    window.advance(24);
    interface_.snap_length = header.number<16, 4>(order_);
    // The upper half says how long the frame check sequence is, which nothing here depends on.
    interface_.link_type = static_cast<LinkType>(header.number<20, 4>(order_) & 0xffff);
    most_captured_ = std::clamp(interface_.snap_length, kLongestPacket, kLongestPacketEver);
    return true;
}

std::size_t PcapReader::read(FileWindow& window, std::span<CapturedPacket> into, CaptureProblems& problems) {
    if (ended_ || (!begun_ && !begin(window, problems))) {
        return 0;
    }
    using Kind = CaptureProblem::Kind;
    std::size_t count = 0;
    while (count < into.size() && window.more()) {
        auto in = window.bytes();
        const auto header = in.take<16>();
        if (!header) {
            if (window.left() < 16) {
                end(Kind::truncated, "the file ends within the header of a packet", window, problems);
            } else {
                static_cast<void>(window.has(16));
            }
            break;
        }
        const auto captured_length = header.number<8, 4>(order_);
        if (captured_length > most_captured_) {
            end(Kind::bad_length, fmt::format("a packet of {} bytes", captured_length), window, problems);
            break;
        }
        const auto captured = in.take(captured_length);
        if (!captured) {
            if (window.left() - 16 < captured_length) {
                end(Kind::truncated,
                    fmt::format("the file ends after {} bytes of a packet of {}", window.left() - 16, captured_length),
                    window, problems);
            } else {
                static_cast<void>(window.has(16 + std::uint64_t{captured_length}));
            }
            break;
        }
        window.advance(16 + std::uint64_t{captured_length});
        const std::int64_t seconds = header.number<0, 4>(order_);
        const std::int64_t fraction = header.number<4, 4>(order_);
        // Member by member: g++ 12 makes a whole one on the stack and copies it in larger pieces than it wrote, which
        // takes half of this loop's time.
        auto& packet = into[count++];
        packet.number = ++packets_;
        packet.time_ns_utc = seconds * 1'000'000'000 + fraction * ns_per_fraction_;
        packet.interface_id = 0;
        packet.link_type = interface_.link_type;
        packet.direction = Direction::unknown;
        packet.checksums_unfinished = false;
        packet.captured = *captured;
        packet.original_length = header.number<12, 4>(order_);
    }
    return count;
}

void PcapReader::end(CaptureProblem::Kind kind, std::string text, const FileWindow& window, CaptureProblems& problems) {
    problems.add(kind, window.offset(), std::move(text));
    ended_ = true;
}

}  // namespace kwd::packet
