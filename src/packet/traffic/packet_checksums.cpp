// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/packet_checksums.h"

#include "packet/ipv4.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace kwd::packet {
namespace {

// All sums here are of 16-bit words as they lie in memory, whatever this machine's byte order is: that the sum of
// swapped words is the swapped sum is what RFC 1071 §2 builds on. 0xffff is the same in both orders.

/// A number as it would lie in memory in network byte order.
constexpr std::uint64_t in_memory(std::uint64_t number) noexcept {
    return std::endian::native == std::endian::big ? number : (number & 0xff) << 8 | (number >> 8 & 0xff);
}

constexpr std::uint64_t folded(std::uint64_t sum) noexcept {
    sum = (sum & 0xffffffff) + (sum >> 32);
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
}

template <class Word>
Word word_at(const std::byte* place) noexcept {
    Word word = 0;
    std::memcpy(&word, place, sizeof word);
    return word;
}

/// The sum of some bytes, folded to 33 bits at most. An odd last byte counts as if a 0 followed.
std::uint64_t sum_of(std::span<const std::byte> bytes) noexcept {
    // Four sums of 64 bits do not wait for each other; what leaves one at the top comes in again at the bottom.
    std::uint64_t sums[4] = {};
    std::uint64_t carries = 0;
    const auto* at = bytes.data();
    auto left = bytes.size();
    for (; left >= sizeof sums; at += sizeof sums, left -= sizeof sums) {
        for (std::size_t i = 0; i < 4; ++i) {
            const auto word = word_at<std::uint64_t>(at + 8 * i);
            sums[i] += word;
            carries += sums[i] < word ? 1 : 0;
        }
    }
    std::uint64_t sum = carries;
    for (const auto each : sums) {
        sum += (each & 0xffffffff) + (each >> 32);
    }
    for (; left >= 4; at += 4, left -= 4) {
        sum += word_at<std::uint32_t>(at);
    }
    if (left >= 2) {
        sum += word_at<std::uint16_t>(at);
        at += 2;
        left -= 2;
    }
    return left == 0 ? sum : sum + in_memory(std::to_integer<std::uint64_t>(*at) << 8);
}

enum class Verdict : std::uint8_t { right, offloaded, wrong };

/// Of a transport's bytes, its checksum at `checksum_at`. `pseudo_header` is the sum of the pseudo-header without the
/// length, nullopt where there is none.
Verdict judge(std::span<const std::byte> bytes, std::size_t checksum_at,
              std::optional<std::uint64_t> pseudo_header) noexcept {
    const auto with_length = pseudo_header ? *pseudo_header + in_memory(bytes.size()) : 0;
    if (folded(sum_of(bytes) + with_length) == 0xffff) {
        return Verdict::right;
    }
    const std::uint64_t field = word_at<std::uint16_t>(bytes.data() + checksum_at);
    const bool begun =
        field == 0 || (pseudo_header && (field == folded(with_length) || field == folded(*pseudo_header)));
    return begun ? Verdict::offloaded : Verdict::wrong;
}

/// Of a transport that is all there. `bytes` are the IP packet's.
Verdict judge_transport(const PacketRecord& record, std::span<const std::byte> bytes, std::size_t ip_header) noexcept {
    const auto payload = bytes.subspan(ip_header);
    const auto protocol = std::to_integer<std::uint8_t>(bytes[record.ipv6 ? 6 : 9]);
    const auto pseudo_header = sum_of(bytes.subspan(record.ipv6 ? 8 : 12, record.ipv6 ? 32 : 8)) + in_memory(protocol);
    switch (protocol) {
        case kProtocolTcp: return payload.size() < 20 ? Verdict::right : judge(payload, 16, pseudo_header);
        case kProtocolUdp: {
            const auto datagram = record.payload_length + std::size_t{8};
            if (payload.size() < datagram) {
                return Verdict::right;
            }
            const bool none = payload[6] == std::byte{0} && payload[7] == std::byte{0} && !record.ipv6;
            return none ? Verdict::right : judge(payload.first(datagram), 6, pseudo_header);
        }
        case kProtocolIcmpv4: return payload.size() < 8 ? Verdict::right : judge(payload, 2, std::nullopt);
        case kProtocolIcmpv6: return payload.size() < 8 ? Verdict::right : judge(payload, 2, pseudo_header);
        default: return Verdict::right;  // another protocol, or one behind extension headers
    }
}

}  // namespace

void check_checksums(PacketRecord& record, const CapturedPacket& captured) noexcept {
    if (record.ip == nullptr || record.fragment || record.outer_fragment || record.malformed) {
        return;
    }
    const auto* end = captured.captured.data() + captured.captured.size();
    const std::size_t ip_header = record.ipv6 ? 40 : (std::to_integer<std::size_t>(record.ip[0]) & 0x0f) * 4;
    if (end - record.ip < static_cast<std::ptrdiff_t>(record.ip_length) || record.ip_length < ip_header) {
        return;
    }
    const std::span bytes{record.ip, record.ip_length};
    auto verdict = Verdict::right;
    if (!record.ipv6 && folded(sum_of(bytes.first(ip_header))) != 0xffff) {
        const bool left_out = bytes[10] == std::byte{0} && bytes[11] == std::byte{0};
        verdict = left_out ? Verdict::offloaded : Verdict::wrong;
    }
    if (record.kind != PacketRecord::Kind::none) {
        verdict = std::max(verdict, judge_transport(record, bytes, ip_header));
    }
    if (verdict == Verdict::wrong && captured.checksums_unfinished) {
        verdict = Verdict::offloaded;
    }
    record.checksum_wrong = verdict == Verdict::wrong;
    record.checksum_offloaded = verdict == Verdict::offloaded;
}

}  // namespace kwd::packet
