// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.h"

#include "packet/ipv4.h"
#include "packet/ipv6.h"
#include "packet/tcp.h"
#include "packet/udp.h"

#include <array>
#include <cstring>

namespace kwd::packet {
namespace {

template <class Word>
std::uint64_t word_at(const std::byte* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

// Words of 32 bits in sums of 64, which have room for 2^32 of them: carries are folded once, at the end. The byte order
// is this machine's, as a sum with end-around carry is the same in either but for the order of its own bytes (RFC
// 1071). Four sums do not wait for each other, and compilers make vectors of them.
std::uint64_t add_words(std::span<const std::byte> bytes) noexcept {
    std::array<std::uint64_t, 4> sums{};
    std::size_t i = 0;
    for (; i + 16 <= bytes.size(); i += 16) {
        for (std::size_t j = 0; j < 4; ++j) {
            sums[j] += word_at<std::uint32_t>(bytes.data() + i + 4 * j);
        }
    }
    std::uint64_t sum = sums[0] + sums[1] + sums[2] + sums[3];
    for (; i + 2 <= bytes.size(); i += 2) {
        sum += word_at<std::uint16_t>(bytes.data() + i);
    }
    if (i < bytes.size()) {
        const std::array<std::byte, 2> last{bytes[i], std::byte{0}};
        sum += word_at<std::uint16_t>(last.data());
    }
    return sum;
}

std::uint16_t fold(std::uint64_t sum) noexcept {
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(sum);
}

std::uint64_t number_as_word(std::uint32_t number) noexcept {
    const std::array<std::byte, 4> bytes{static_cast<std::byte>(number >> 24), static_cast<std::byte>(number >> 16),
                                         static_cast<std::byte>(number >> 8), static_cast<std::byte>(number)};
    return word_at<std::uint32_t>(bytes.data());
}

constexpr std::uint16_t kAllOnes = 0xffff;

/// What an IP packet says that its transport's checksum depends on.
struct Surroundings {
    std::uint64_t addresses;  ///< their words, added
    std::uint8_t protocol;
    bool whole;  ///< the payload was captured to its end, and is no fragment
    std::span<const std::byte> payload;
};

ChecksumVerdict with_pseudo_header(const Surroundings& ip, std::span<const std::byte> covered,
                                   std::size_t field) noexcept {
    const auto without_length = ip.addresses + number_as_word(ip.protocol);
    const auto pseudo = without_length + number_as_word(static_cast<std::uint32_t>(covered.size()));
    if (fold(pseudo + add_words(covered)) == kAllOnes) {
        return ChecksumVerdict::right;
    }
    const auto found = word_at<std::uint16_t>(covered.data() + field);
    return found == fold(pseudo) || found == fold(without_length) ? ChecksumVerdict::unfinished
                                                                  : ChecksumVerdict::wrong;
}

ChecksumVerdict udp_verdict(const Surroundings& ip) noexcept {
    const auto udp = dissect_udp(ip.payload);
    if (!udp) {
        return ChecksumVerdict::cannot_tell;
    }
    if (udp->checksum == 0) {
        return ChecksumVerdict::absent;
    }
    if (!ip.whole || udp->cut || udp->length < Udp::kSize) {
        return ChecksumVerdict::cannot_tell;
    }
    return with_pseudo_header(ip, ip.payload.first(udp->length), 6);
}

ChecksumVerdict transport_verdict(const Surroundings& ip) noexcept {
    switch (ip.protocol) {
        case kProtocolUdp: return udp_verdict(ip);
        case kProtocolTcp:
            return ip.whole && ip.payload.size() >= Tcp::kSize ? with_pseudo_header(ip, ip.payload, 16)
                                                               : ChecksumVerdict::cannot_tell;
        case kProtocolIcmpv6:
            return ip.whole && ip.payload.size() >= 4 ? with_pseudo_header(ip, ip.payload, 2)
                                                      : ChecksumVerdict::cannot_tell;
        case kProtocolIcmpv4:
            if (!ip.whole || ip.payload.size() < 4) {
                return ChecksumVerdict::cannot_tell;
            }
            return internet_sum(ip.payload) == kAllOnes ? ChecksumVerdict::right : ChecksumVerdict::wrong;
        default: return ChecksumVerdict::absent;
    }
}

// A routing header's last address is the one that counts, which Ipv6 does not read: hardly any network lets one
// through.
bool has_routing_header(std::span<const std::byte> packet, const Ipv6& ip) noexcept {
    constexpr std::uint8_t kRouting = 43;
    if (ip.extension_headers == 0) {
        return false;
    }
    Bytes in{packet};
    static_cast<void>(in.skip(6));
    auto next = in.be(1).value_or(0);
    static_cast<void>(in.skip(33));
    for (unsigned i = 0; i < ip.extension_headers && next != kRouting; ++i) {
        const auto header = Bytes{in.rest()}.take<2>();
        if (!header || !in.skip((header.be<1, 1>() + std::size_t{1}) * 8)) {
            return true;  // as good as one: the lengths of rarer headers are counted otherwise
        }
        next = header.be<0, 1>();
    }
    return next == kRouting;
}

Checksums verify_ipv4(const Ipv4& ip, std::span<const std::byte> packet) noexcept {
    Checksums result;
    if (ip.defect != Defect::none || ip.header_length > packet.size()) {
        return {ChecksumVerdict::cannot_tell, ChecksumVerdict::cannot_tell};
    }
    if (internet_sum(packet.first(ip.header_length)) == kAllOnes) {
        result.header = ChecksumVerdict::right;
    } else {
        result.header = ip.header_checksum == 0 ? ChecksumVerdict::unfinished : ChecksumVerdict::wrong;
    }
    result.transport = transport_verdict({.addresses = add_words(packet.subspan(12, 8)),
                                          .protocol = ip.protocol,
                                          .whole = !ip.cut && !ip.fragment() && ip.total_length != 0,
                                          .payload = ip.payload});
    return result;
}

Checksums verify_ipv6(const Ipv6& ip, std::span<const std::byte> packet) noexcept {
    if (ip.defect != Defect::none || has_routing_header(packet, ip)) {
        return {ChecksumVerdict::absent, ChecksumVerdict::cannot_tell};
    }
    return {.header = ChecksumVerdict::absent,
            .transport = transport_verdict({.addresses = add_words(packet.subspan(8, 32)),
                                            .protocol = ip.protocol,
                                            .whole = !ip.cut && !ip.fragment() && ip.payload_length != 0,
                                            .payload = ip.payload})};
}

}  // namespace

std::uint16_t internet_sum(std::span<const std::byte> bytes) noexcept {
    return fold(add_words(bytes));
}

Checksums verify_checksums(std::span<const std::byte> ip_packet) noexcept {
    const auto first = Bytes{ip_packet}.be(1).value_or(0) >> 4;
    if (first == 4) {
        if (const auto ip = dissect_ipv4(ip_packet)) {
            return verify_ipv4(*ip, ip_packet);
        }
    } else if (first == 6) {
        if (const auto ip = dissect_ipv6(ip_packet)) {
            return verify_ipv6(*ip, ip_packet);
        }
    }
    return {ChecksumVerdict::cannot_tell, ChecksumVerdict::cannot_tell};
}

TunnelChecksums verify_tunnel_checksums(std::span<const std::byte> outer_ip_packet,
                                        std::span<const std::byte> inner_ip_packet) noexcept {
    TunnelChecksums result{verify_checksums(outer_ip_packet), verify_checksums(inner_ip_packet)};
    if (result.outer.transport == ChecksumVerdict::wrong && result.inner.transport == ChecksumVerdict::unfinished) {
        result.outer.transport = ChecksumVerdict::unfinished;
    }
    return result;
}

}  // namespace kwd::packet
