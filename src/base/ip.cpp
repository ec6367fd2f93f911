// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace kwd {
namespace {

constexpr Bits128 operator&(Bits128 a, Bits128 b) noexcept {
    return {a.high & b.high, a.low & b.low};
}
constexpr Bits128 operator|(Bits128 a, Bits128 b) noexcept {
    return {a.high | b.high, a.low | b.low};
}
constexpr Bits128 operator~(Bits128 a) noexcept {
    return {~a.high, ~a.low};
}

constexpr Bits128 operator+(Bits128 a, std::uint64_t b) noexcept {
    const std::uint64_t low = a.low + b;
    return {a.high + (low < b ? 1 : 0), low};
}

constexpr Bits128 operator-(Bits128 a, std::uint64_t b) noexcept {
    return {a.high - (a.low < b ? 1 : 0), a.low - b};
}

/// The lowest `count` bits set.
constexpr Bits128 low_ones(int count) noexcept {
    constexpr std::uint64_t kAll = ~std::uint64_t{0};
    if (count == 0) {
        return {0, 0};
    }
    return count <= 64 ? Bits128{0, kAll >> (64 - count)} : Bits128{kAll >> (128 - count), kAll};
}

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// A decimal number without sign or leading zeros, at most `largest`.
std::optional<unsigned> plain_number(std::string_view text, unsigned largest) noexcept {
    if (text.empty() || text.size() > 3 || !is_digit(text.front()) || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value > largest) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::uint32_t> parse_v4(std::string_view text) noexcept {
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        const std::size_t dot = part < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) {
            return std::nullopt;
        }
        const auto number = plain_number(text.substr(0, dot), 255);
        if (!number) {
            return std::nullopt;
        }
        address = (address << 8) | *number;
        text.remove_prefix(part < 3 ? dot + 1 : dot);
    }
    return address;
}

std::optional<std::uint16_t> parse_group(std::string_view text) noexcept {
    std::uint16_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || text.size() > 4 || failure != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// Reads groups up to the end or to `::`. Returns how many were read, or nullopt when a group is malformed.
std::optional<int> parse_groups(std::string_view text, std::array<std::uint16_t, 8>& groups) noexcept {
    int count = 0;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view part = text.substr(0, colon);
        if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
            const auto v4 = parse_v4(part);
            if (!v4 || count > 6) {
                return std::nullopt;
            }
            groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(*v4 >> 16);
            groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(*v4 & 0xffff);
            return count;
        }
        const auto group = parse_group(part);
        if (!group || count > 7) {
            return std::nullopt;
        }
        groups[static_cast<std::size_t>(count++)] = *group;
        if (colon == std::string_view::npos) {
            return count;
        }
        text.remove_prefix(colon + 1);
        if (text.empty()) {
            return std::nullopt;
        }
    }
    return count;
}

std::optional<Bits128> parse_v6(std::string_view text) noexcept {
    if (const std::size_t zone = text.find('%'); zone != std::string_view::npos) {
        if (zone + 1 == text.size()) {
            return std::nullopt;
        }
        text = text.substr(0, zone);
    }
    std::array<std::uint16_t, 8> groups{};
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        if (parse_groups(text, groups) != 8) {
            return std::nullopt;
        }
    } else {
        std::array<std::uint16_t, 8> front{};
        std::array<std::uint16_t, 8> back{};
        const std::string_view before = text.substr(0, gap);
        const auto front_count = parse_groups(before, front);
        const auto back_count = parse_groups(text.substr(gap + 2), back);
        if (!front_count || !back_count || *front_count + *back_count > 7 ||
            before.find('.') != std::string_view::npos) {
            return std::nullopt;
        }
        std::copy_n(front.begin(), *front_count, groups.begin());
        std::copy_n(back.begin(), *back_count, groups.end() - *back_count);
    }
    Bits128 bits;
    for (std::size_t i = 0; i < 4; ++i) {
        bits.high = (bits.high << 16) | groups[i];
        bits.low = (bits.low << 16) | groups[i + 4];
    }
    return bits;
}

std::string v4_text(std::uint64_t address) {
    return fmt::format("{}.{}.{}.{}", (address >> 24) & 0xff, (address >> 16) & 0xff, (address >> 8) & 0xff,
                       address & 0xff);
}

bool is_mapped(Bits128 bits) noexcept {
    return bits.high == 0 && (bits.low >> 32) == 0xffff;
}

std::string v6_text(Bits128 bits) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 4; ++i) {
        groups[i] = static_cast<unsigned>((bits.high >> (48 - 16 * i)) & 0xffff);
        groups[i + 4] = static_cast<unsigned>((bits.low >> (48 - 16 * i)) & 0xffff);
    }
    std::size_t gap_start = 8;
    std::size_t gap_length = 1;
    for (std::size_t i = 0; i < 8;) {
        std::size_t end = i;
        while (end < 8 && groups[end] == 0) {
            ++end;
        }
        if (end - i > gap_length) {
            gap_start = i;
            gap_length = end - i;
        }
        i = end + 1;
    }
    std::string text;
    for (std::size_t i = 0; i < 8;) {
        if (i == gap_start) {
            text += "::";
            i += gap_length;
            continue;
        }
        if (!text.empty() && text.back() != ':') {
            text += ':';
        }
        text += fmt::format("{:x}", groups[i++]);
    }
    return text;
}

Cidr make(std::string_view text) noexcept {
    return *Cidr::parse(text);
}

template <std::size_t Count>
bool is_within(const Cidr& prefix, const std::array<Cidr, Count>& ranges) noexcept {
    const IpAddress host = prefix.first().unmapped();
    const Cidr judged = prefix.host_bits() == 0 ? Cidr(host, bits_of(host.family())) : prefix;
    for (const Cidr& range : ranges) {
        if (range.contains(judged)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
    if (text.find(':') == std::string_view::npos) {
        const auto address = parse_v4(text);
        return address ? std::optional(v4(*address)) : std::nullopt;
    }
    const auto bits = parse_v6(text);
    return bits ? std::optional(IpAddress(IpFamily::v6, *bits)) : std::nullopt;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) noexcept {
    Bits128 bits;
    for (std::size_t i = 0; i < 8; ++i) {
        bits.high = (bits.high << 8) | bytes[i];
        bits.low = (bits.low << 8) | bytes[i + 8];
    }
    return {IpFamily::v6, bits};
}

std::string IpAddress::text() const {
    if (family_ == IpFamily::v4) {
        return v4_text(bits_.low);
    }
    return is_mapped(bits_) ? "::ffff:" + v4_text(bits_.low) : v6_text(bits_);
}

IpAddress IpAddress::unmapped() const noexcept {
    return family_ == IpFamily::v6 && is_mapped(bits_) ? v4(static_cast<std::uint32_t>(bits_.low)) : *this;
}

Cidr::Cidr(IpAddress address, int prefix_length) noexcept
    : network_(address.family(), address.bits() & ~low_ones(bits_of(address.family()) - prefix_length)),
      prefix_length_(prefix_length) {}

std::optional<Cidr> Cidr::parse(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto address = IpAddress::parse(text.substr(0, slash));
    const std::string_view length = text.substr(slash + 1);
    if (!address) {
        return std::nullopt;
    }
    if (const auto number = plain_number(length, static_cast<unsigned>(bits_of(address->family())))) {
        return Cidr(*address, static_cast<int>(*number));
    }
    const auto mask = IpAddress::parse(length);
    if (!mask || mask->family() != address->family()) {
        return std::nullopt;
    }
    const auto ones = prefix_length_of_mask(*mask);
    return ones ? std::optional(Cidr(*address, *ones)) : std::nullopt;
}

std::optional<Cidr> Cidr::parse_or_host(std::string_view text) noexcept {
    if (const auto address = IpAddress::parse(text)) {
        return Cidr(*address, bits_of(address->family()));
    }
    return parse(text);
}

IpAddress Cidr::last() const noexcept {
    return {family(), network_.bits() | low_ones(host_bits())};
}

std::optional<IpAddress> Cidr::nth(std::int64_t n) const noexcept {
    const Bits128 largest = low_ones(host_bits());
    const std::uint64_t distance = n >= 0 ? static_cast<std::uint64_t>(n) : ~static_cast<std::uint64_t>(n);
    if (largest < Bits128{0, distance}) {
        return std::nullopt;
    }
    return IpAddress(family(), n >= 0 ? network_.bits() + distance : last().bits() - distance);
}

bool Cidr::contains(const IpAddress& address) const noexcept {
    return address.family() == family() && Cidr(address, prefix_length_).network_ == network_;
}

bool Cidr::contains(const Cidr& other) const noexcept {
    return other.prefix_length_ >= prefix_length_ && contains(other.network_);
}

std::string Cidr::text() const {
    return fmt::format("{}/{}", network_.text(), prefix_length_);
}

std::optional<int> prefix_length_of_mask(const IpAddress& mask) noexcept {
    const int size = bits_of(mask.family());
    const Bits128 host = ~mask.bits() & low_ones(size);
    const int host_bits = std::popcount(host.high) + std::popcount(host.low);
    return host == low_ones(host_bits) ? std::optional(size - host_bits) : std::nullopt;
}

bool is_private(const Cidr& prefix) noexcept {
    static const std::array kRanges{make("10.0.0.0/8"), make("172.16.0.0/12"), make("192.168.0.0/16"),
                                    make("fc00::/7")};
    return is_within(prefix, kRanges);
}

bool is_link_local(const Cidr& prefix) noexcept {
    static const std::array kRanges{make("169.254.0.0/16"), make("fe80::/10")};
    return is_within(prefix, kRanges);
}

bool is_loopback(const Cidr& prefix) noexcept {
    static const std::array kRanges{make("127.0.0.0/8"), make("::1/128")};
    return is_within(prefix, kRanges);
}

bool is_multicast(const Cidr& prefix) noexcept {
    static const std::array kRanges{make("224.0.0.0/4"), make("ff00::/8")};
    return is_within(prefix, kRanges);
}

}  // namespace kwd
