// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/packet_checksums.h"

#include "packet/bytes.h"
#include "packet/ipv4.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace kwd::packet {
namespace {

std::uint16_t folded(std::uint64_t sum) noexcept {
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(sum);
}

enum class Verdict : std::uint8_t { right, offloaded, wrong };

/// Of a transport's bytes, its checksum at `checksum_at`. `pseudo_header` is the sum of the pseudo-header without the
/// length, nullopt where there is none.
Verdict judge(std::span<const std::byte> bytes, std::size_t checksum_at,
              std::optional<std::uint32_t> pseudo_header) noexcept {
    const auto field = Fixed<2>{bytes.subspan(checksum_at).first<2>()}.be<0, 2>();
    const auto with_length = pseudo_header ? *pseudo_header + bytes.size() : 0;
    if (folded(internet_sum(bytes) + with_length) == 0xffff) {
        return Verdict::right;
    }
    const bool begun =
        field == 0 || (pseudo_header && (field == folded(with_length) || field == folded(*pseudo_header)));
    return begun ? Verdict::offloaded : Verdict::wrong;
}

/// Of a transport that is all there. `bytes` are the IP packet's.
Verdict judge_transport(const PacketRecord& record, std::span<const std::byte> bytes, std::size_t ip_header) noexcept {
    const auto payload = bytes.subspan(ip_header);
    const auto addresses = internet_sum(bytes.subspan(record.ipv6 ? 8 : 12, record.ipv6 ? 32 : 8));
    const auto protocol = std::to_integer<std::uint8_t>(bytes[record.ipv6 ? 6 : 9]);
    const std::uint32_t pseudo_header = std::uint32_t{addresses} + protocol;
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

std::uint16_t internet_sum(std::span<const std::byte> bytes) noexcept {
    // Words of this machine's byte order: the sum of swapped words is the swapped sum. Four sums do not wait for each
    // other, and a half of 32 bits leaves room for four billion of them.
    std::uint64_t sums[4] = {};
    const auto* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= sizeof sums / 2; at += sizeof sums / 2, left -= sizeof sums / 2) {
        std::uint32_t words[4];
        std::memcpy(words, at, sizeof words);
        for (std::size_t i = 0; i < 4; ++i) {
            sums[i] += words[i];
        }
    }
    std::uint8_t tail[16] = {};
    std::uint32_t words[4];
    if (left != 0) {
        std::memcpy(tail, at, left);
    }
    std::memcpy(words, tail, sizeof words);
    for (std::size_t i = 0; i < 4; ++i) {
        sums[i] += words[i];
    }
    const auto sum = folded(sums[0] + sums[1] + sums[2] + sums[3]);
    return std::endian::native == std::endian::little ? static_cast<std::uint16_t>(sum << 8 | sum >> 8) : sum;
}

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
    if (!record.ipv6 && internet_sum(bytes.first(ip_header)) != 0xffff) {
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
