// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.h"

#include "packet/ipv4.h"
#include "packet/ipv6.h"
#include "packet/tcp.h"
#include "packet/udp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace kwd::packet {
namespace {

template <class Word>
std::uint64_t word_at(const std::byte* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

constexpr std::uint64_t halves(std::uint64_t word) noexcept {
    return (word & 0xffffffff) + (word >> 32);
}

// The last `count` of a word's eight bytes, as if they were the first and zeros followed.
constexpr std::uint64_t last_of(std::uint64_t word, std::size_t count) noexcept {
    const auto bits = (8 - count) * 8;
    return count == 0 ? 0 : std::endian::native == std::endian::little ? word >> bits : word << bits;
}

// The byte order is this machine's: a sum with end-around carry is the same in either but for the order of its own
// bytes (RFC 1071 §2). Compilers make the first loop one over vectors: the halves of words have no carries that would
// have to be kept apart, and it is about a number of words that any vector divides. What is left has no branches, since
// nobody foresees how long a packet is.
std::uint64_t add_words(std::span<const std::byte> bytes) noexcept {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    constexpr std::size_t kWords = 4;
    if (bytes.size() < kWord) {
        std::array<std::byte, kWord> padded{};
        std::ranges::copy(bytes, padded.begin());
        return halves(word_at<std::uint64_t>(padded.data()));
    }
    const auto* begin = bytes.data();
    const auto words = bytes.size() / kWord;
    const auto in_vectors = words / kWords * kWords;
    std::uint64_t lower = 0;
    std::uint64_t upper = 0;
    for (std::size_t i = 0; i < in_vectors; ++i) {
        const auto word = word_at<std::uint64_t>(begin + i * kWord);
        lower += word & 0xffffffff;
        upper += word >> 32;
    }
    auto sum = lower + upper;
    for (std::size_t i = in_vectors; i < in_vectors + kWords - 1; ++i) {
        const auto word = word_at<std::uint64_t>(begin + std::min(i, words - 1) * kWord);
        sum += i < words ? halves(word) : 0;
    }
    return sum + halves(last_of(word_at<std::uint64_t>(begin + bytes.size() - kWord), bytes.size() % kWord));
}

std::uint16_t fold(std::uint64_t sum) noexcept {
    sum = halves(sum);                   // 33 bits
    sum = (sum & 0xffff) + (sum >> 16);  // 18
    sum = (sum & 0xffff) + (sum >> 16);  // 17
    return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
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
    bool source_routed;       ///< the destination may be one on the way: the checksum is made with the last one
    std::uint8_t protocol;
    bool whole;           ///< the payload was captured to its end, and is no fragment
    std::size_t length;   ///< of the packet; 0 where the card was to cut it up, and padding may follow it
    bool zero_is_absent;  ///< UDP may do without a checksum
    std::span<const std::byte> payload;
};

// A longer IP packet may be several segments of TCP that a network card joined as they came. Windows lets it leave
// their checksum and that of IPv4 as they were. Source: Microsoft, Indicating Coalesced Segments. It may have come in a
// jumbo frame as well, which nothing in it tells.
constexpr bool maybe_coalesced(std::uint8_t protocol, std::size_t length) noexcept {
    constexpr std::size_t kLongestOnEthernet = 1500;
    return protocol == kProtocolTcp && length > kLongestOnEthernet;
}

ChecksumVerdict not_right(const Surroundings& ip, bool begun) noexcept {
    if (begun) {
        return ChecksumVerdict::unfinished;
    }
    return ip.length == 0 || maybe_coalesced(ip.protocol, ip.length) ? ChecksumVerdict::cannot_tell
                                                                     : ChecksumVerdict::wrong;
}

ChecksumVerdict with_pseudo_header(const Surroundings& ip, std::span<const std::byte> covered,
                                   std::size_t field) noexcept {
    const auto without_length = ip.addresses + number_as_word(ip.protocol);
    const auto pseudo = without_length + number_as_word(static_cast<std::uint32_t>(covered.size()));
    if (fold(pseudo + add_words(covered)) == kAllOnes) {
        return ChecksumVerdict::right;
    }
    if (ip.source_routed) {
        return ChecksumVerdict::cannot_tell;
    }
    const auto found = word_at<std::uint16_t>(covered.data() + field);
    return not_right(ip, found == 0 || found == fold(pseudo) || found == fold(without_length));
}

ChecksumVerdict udp_verdict(const Surroundings& ip) noexcept {
    const auto udp = Bytes{ip.payload}.take<Udp::kSize>();
    if (!udp) {
        return ChecksumVerdict::cannot_tell;
    }
    if (udp.be<6, 2>() == 0) {
        return ip.zero_is_absent ? ChecksumVerdict::absent : ChecksumVerdict::unfinished;
    }
    const std::size_t length = udp.be<4, 2>();
    if (!ip.whole || length < Udp::kSize || length > ip.payload.size()) {
        return ChecksumVerdict::cannot_tell;
    }
    return with_pseudo_header(ip, ip.payload.first(length), 6);
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
            if (internet_sum(ip.payload) == kAllOnes) {
                return ChecksumVerdict::right;
            }
            return not_right(ip, word_at<std::uint16_t>(ip.payload.data() + 2) == 0);
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

// Loose and strict source route (RFC 791 §3.1).
bool has_source_route(Bytes options) noexcept {
    constexpr std::uint8_t kEnd = 0;
    constexpr std::uint8_t kNoOperation = 1;
    constexpr std::uint8_t kLoose = 131;
    constexpr std::uint8_t kStrict = 137;
    while (const auto kind = options.be(1)) {
        if (*kind == kLoose || *kind == kStrict) {
            return true;
        }
        if (*kind == kEnd) {
            return false;
        }
        if (*kind != kNoOperation) {
            const auto length = options.be(1).value_or(0);
            if (length < 2 || !options.skip(length - 2)) {
                return false;
            }
        }
    }
    return false;
}

// Nearly all packets come through here: the few fields are read without making an Ipv4.
Checksums verify_ipv4(Fixed<Ipv4::kSize> header, std::span<const std::byte> packet) noexcept {
    const std::size_t header_length = (header.be<0, 1>() & 0x0f) * std::size_t{4};
    const std::size_t total_length = header.be<2, 2>();
    const auto length = total_length == 0 ? packet.size() : std::min(total_length, packet.size());
    if (header_length < Ipv4::kSize || header_length > length) {
        return {ChecksumVerdict::cannot_tell, ChecksumVerdict::cannot_tell};
    }
    const auto addresses = word_at<std::uint32_t>(packet.data() + 12) + word_at<std::uint32_t>(packet.data() + 16);
    const auto before = halves(word_at<std::uint64_t>(packet.data())) + word_at<std::uint32_t>(packet.data() + 8);
    const auto options = packet.first(header_length).subspan(Ipv4::kSize);
    const auto in_options = options.empty() ? 0 : add_words(options);
    Checksums result{.header = ChecksumVerdict::right};
    if (fold(before + addresses + in_options) != kAllOnes) {
        result.header = header.be<10, 2>() == 0                            ? ChecksumVerdict::unfinished
                        : maybe_coalesced(header.be<9, 1>(), total_length) ? ChecksumVerdict::cannot_tell
                                                                           : ChecksumVerdict::wrong;
    }
    constexpr unsigned kMoreFragmentsAndOffset = 0x3fff;
    result.transport =
        transport_verdict({.addresses = addresses,
                           .source_routed = !options.empty() && has_source_route(Bytes{options}),
                           .protocol = header.be<9, 1>(),
                           .whole = total_length <= packet.size() && (header.be<6, 2>() & kMoreFragmentsAndOffset) == 0,
                           .length = total_length,
                           .zero_is_absent = true,
                           .payload = packet.first(length).subspan(header_length)});
    return result;
}

Checksums verify_ipv6(const Ipv6& ip, std::span<const std::byte> packet, bool tunnel) noexcept {
    if (ip.defect != Defect::none || has_routing_header(packet, ip)) {
        return {ChecksumVerdict::absent, ChecksumVerdict::cannot_tell};
    }
    return {.header = ChecksumVerdict::absent,
            .transport =
                transport_verdict({.addresses = add_words(packet.subspan(8, 32)),
                                   .source_routed = false,
                                   .protocol = ip.protocol,
                                   .whole = !ip.cut && !ip.fragment(),
                                   .length = ip.payload_length == 0 ? std::size_t{0} : Ipv6::kSize + ip.payload_length,
                                   .zero_is_absent = tunnel,
                                   .payload = ip.payload})};
}

Checksums verify(std::span<const std::byte> ip_packet, bool tunnel) noexcept {
    const auto first = Bytes{ip_packet}.be(1).value_or(0) >> 4;
    if (first == 4) {
        if (const auto header = Bytes{ip_packet}.take<Ipv4::kSize>()) {
            return verify_ipv4(header, ip_packet);
        }
    } else if (first == 6) {
        if (const auto ip = dissect_ipv6(ip_packet)) {
            return verify_ipv6(*ip, ip_packet, tunnel);
        }
    }
    return {ChecksumVerdict::cannot_tell, ChecksumVerdict::cannot_tell};
}

}  // namespace

std::uint16_t internet_sum(std::span<const std::byte> bytes) noexcept {
    return fold(add_words(bytes));
}

Checksums verify_checksums(std::span<const std::byte> ip_packet) noexcept {
    return verify(ip_packet, false);
}

TunnelChecksums verify_tunnel_checksums(std::span<const std::byte> outer_ip_packet,
                                        std::span<const std::byte> inner_ip_packet) noexcept {
    TunnelChecksums result{verify(outer_ip_packet, true), verify(inner_ip_packet, false)};
    if (result.outer.transport == ChecksumVerdict::wrong && result.inner.transport == ChecksumVerdict::unfinished) {
        result.outer.transport = ChecksumVerdict::unfinished;
    }
    return result;
}

}  // namespace kwd::packet
