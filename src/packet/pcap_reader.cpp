// SPDX-License-Identifier: Apache-2.0
#include "packet/pcap_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace kwd::packet {

static constexpr std::uint32_t kMagicMicroseconds = 0xa1b2c3d4;
static constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;

// What libpcap takes for the longest packet of any ordinary link type; a longer one means that the file is damaged.
static constexpr std::uint32_t kLongestPacket = 262144;

static bool is_magic(std::uint32_t number) noexcept {
    return number == kMagicMicroseconds || number == kMagicNanoseconds;
}

bool PcapReader::recognises(std::span<const std::byte> file) noexcept {
    const auto magic = Bytes{file}.take<4>();
    return magic && (is_magic(magic.be<0, 4>()) || is_magic(magic.le<0, 4>()));
}

PcapReader::PcapReader(std::span<const std::byte> file, CaptureProblems& problems) : file_(file), in_(file) {
    assert(recognises(file));
    auto in = in_;
    const auto header = in.take<24>();
    if (!header) {
        end_at(CaptureProblem::Kind::truncated, "the file ends within its header", problems);
        return;
    }
    order_ = is_magic(header.be<0, 4>()) ? std::endian::big : std::endian::little;
    ns_per_fraction_ = header.number<0, 4>(order_) == kMagicNanoseconds ? 1 : 1000;
    const auto major = header.number<4, 2>(order_);
    const auto minor = header.number<6, 2>(order_);
    if (major != 2 || minor < 4) {  // before 2.4 the two lengths of a record could be the other way round
        end_at(CaptureProblem::Kind::unsupported_version, fmt::format("pcap version {}.{}, not 2.4", major, minor),
               problems);
        return;
    }
    in_ = in;
    interface_.snap_length = header.number<16, 4>(order_);
    // The upper half says how long the frame check sequence is, which nothing here depends on.
    interface_.link_type = static_cast<LinkType>(header.number<20, 4>(order_) & 0xffff);
    most_captured_ = std::max(interface_.snap_length, kLongestPacket);
}

std::optional<CapturedPacket> PcapReader::next(CaptureProblems& problems) {
    if (in_.rest().empty()) {
        return std::nullopt;
    }
    auto in = in_;
    const auto header = in.take<16>();
    if (!header) {
        end_at(CaptureProblem::Kind::truncated, "the file ends within the header of a packet", problems);
        return std::nullopt;
    }
    const auto captured_length = header.number<8, 4>(order_);
    if (captured_length > most_captured_) {
        end_at(CaptureProblem::Kind::bad_length, fmt::format("a packet of {} bytes", captured_length), problems);
        return std::nullopt;
    }
    const auto captured = in.take(captured_length);
    if (!captured) {
        end_at(CaptureProblem::Kind::truncated,
               fmt::format("the file ends after {} bytes of a packet of {}", in.rest().size(), captured_length),
               problems);
        return std::nullopt;
    }
    in_ = in;
    const std::int64_t seconds = header.number<0, 4>(order_);
    const std::int64_t fraction = header.number<4, 4>(order_);
    return CapturedPacket{.number = ++packets_,
                          .time_ns_utc = seconds * 1'000'000'000 + fraction * ns_per_fraction_,
                          .interface_id = 0,
                          .link_type = interface_.link_type,
                          .captured = *captured,
                          .original_length = header.number<12, 4>(order_)};
}

void PcapReader::end_at(CaptureProblem::Kind kind, std::string text, CaptureProblems& problems) {
    problems.add(kind, file_.size() - in_.rest().size(), std::move(text));
    in_ = Bytes{{}};
}

}  // namespace kwd::packet
