// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/repeated_packets.h"

#include "packet/time_between.h"

#include <algorithm>
#include <cstring>

namespace kwd::packet {
namespace {

constexpr std::int64_t kLongestNs = 1'000'000'000;
constexpr std::int64_t kOnItsWayNs = 100'000;  // from one interface of a node to the next; nobody sends again so soon

// Without a key, so that the same packets have the same places in each run. Whoever chooses packets can make others
// forgotten, but nothing slow.
std::uint64_t digest_of_bytes(std::uint64_t digest, const std::byte* bytes, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; i += sizeof digest) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + i, std::min(sizeof word, count - i));
        digest = mixed(digest ^ word);
    }
    return digest;
}

// Of what stays the same from interface to interface: not the time to live, nor checksums that the card was still to
// compute. 0 for what cannot be told apart.
std::uint64_t digest_of(const PacketRecord& record) noexcept {
    auto digest = mixed(record.key.network ^ static_cast<std::uint64_t>(record.kind) << 32);
    if (record.ip == nullptr) {
        return record.kind == PacketRecord::Kind::arp && record.payload_captured != 0
                   ? digest_of_bytes(digest, record.payload, record.payload_captured)
                   : 0;
    }
    // The identification and fragment offset of IPv4, the flow label of IPv6.
    digest = digest_of_bytes(digest, record.ip + (record.ipv6 ? 0 : 4), 4);
    const auto source = source_address(record);
    digest = digest_of_bytes(digest, source.data(), 2 * source.size());
    digest = mixed(digest ^ (std::uint64_t{record.key.low_port} << 48 | std::uint64_t{record.key.high_port} << 32 |
                             record.ip_length));
    digest = mixed(digest ^ (std::uint64_t{record.sequence} << 32 | record.acknowledgment));
    digest = mixed(digest ^ (std::uint64_t{record.tcp_flags} << 32 | record.window));
    if (record.payload != nullptr) {
        digest = digest_of_bytes(digest, record.payload, std::min<std::size_t>(record.payload_captured, 16));
    }
    return digest == 0 ? 1 : digest;
}

bool came_within(std::int64_t ns, std::int64_t one, std::int64_t other) noexcept {
    return one == PacketRecord::kNoTime || other == PacketRecord::kNoTime ||
           ns_between(std::min(one, other), std::max(one, other)) <= ns;
}

// Of a packet that is the same as one before: whether it can be that one, on another interface which looks alike.
bool may_be_elsewhere(const PacketRecord& record, std::int64_t seen_ns) noexcept {
    const bool identified = record.ip != nullptr && !record.ipv6 && (record.ip[4] | record.ip[5]) != std::byte{0};
    return identified || came_within(kOnItsWayNs, seen_ns, record.time_ns);
}

}  // namespace

bool RepeatedPackets::seen_elsewhere(const PacketRecord& record) {
    const auto digest = digest_of(record);
    if (digest == 0) {
        return false;
    }
    seen_.resize(kPlaces);
    auto& seen = seen_[digest % kPlaces];
    if (seen.digest == digest && came_within(kLongestNs, seen.time_ns, record.time_ns) &&
        (seen.seen_at != record.seen_at || (record.place_unsure() && may_be_elsewhere(record, seen.time_ns)))) {
        return true;
    }
    seen = {.digest = digest, .time_ns = record.time_ns, .seen_at = record.seen_at};
    return false;
}

}  // namespace kwd::packet
