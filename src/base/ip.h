// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kwd {

enum class IpFamily : std::uint8_t { v4 = 4, v6 = 6 };

/// The number of bits in an address: 32 or 128.
[[nodiscard]] constexpr int bits_of(IpFamily family) noexcept {
    return family == IpFamily::v4 ? 32 : 128;
}

/// An unsigned number of 128 bits; there is no portable one.
struct Bits128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend constexpr bool operator==(const Bits128&, const Bits128&) = default;
    friend constexpr bool operator<(const Bits128& a, const Bits128& b) noexcept {
        return a.high != b.high ? a.high < b.high : a.low < b.low;
    }
};

/// An IPv4 or IPv6 address as a number. IPv4 sorts before IPv6; an IPv4-mapped IPv6 address stays IPv6.
class IpAddress {
  public:
    /// Reads one address and nothing beside it: no blanks, no port, no brackets.
    ///
    /// IPv4 is four decimal numbers without leading zeros (inet_aton would take those as octal). IPv6 is every form of
    /// RFC 4291 §2.2; a zone (`%12`, `%eth0`) is accepted and forgotten.
    [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text) noexcept;
    [[nodiscard]] static IpAddress v4(std::uint32_t address) noexcept { return {IpFamily::v4, {0, address}}; }
    [[nodiscard]] static IpAddress v6(const std::array<std::uint8_t, 16>& bytes) noexcept;

    [[nodiscard]] IpFamily family() const noexcept { return family_; }
    /// The address as a number; IPv4 takes the lowest 32 bits.
    [[nodiscard]] Bits128 bits() const noexcept { return bits_; }

    /// The canonical form: RFC 5952 for IPv6, with the IPv4 part of an IPv4-mapped address in dots.
    [[nodiscard]] std::string text() const;

    /// For `::ffff:10.0.0.1` the address 10.0.0.1, else the address itself.
    [[nodiscard]] IpAddress unmapped() const noexcept;

    friend bool operator==(const IpAddress&, const IpAddress&) = default;
    friend bool operator<(const IpAddress& a, const IpAddress& b) noexcept {
        return a.family_ != b.family_ ? a.family_ < b.family_ : a.bits_ < b.bits_;
    }

  private:
    friend class Cidr;
    IpAddress(IpFamily family, Bits128 bits) noexcept : family_(family), bits_(bits) {}

    IpFamily family_;
    Bits128 bits_;
};

/// A prefix: every address whose first `prefix_length` bits are those of `network`. Host bits are always zero.
class Cidr {
  public:
    /// The prefix that `address` is in. Precondition: 0 <= prefix_length <= bits_of(address.family()).
    Cidr(IpAddress address, int prefix_length) noexcept;

    /// Reads `10.244.0.0/16`, `fd00::/8` or `10.244.0.0/255.255.0.0`. Host bits are allowed and masked. A prefix length
    /// too large for the family, a mask with holes, and a plain address are refused.
    [[nodiscard]] static std::optional<Cidr> parse(std::string_view text) noexcept;
    /// Like parse(), and a plain address is its own prefix: /32 or /128.
    [[nodiscard]] static std::optional<Cidr> parse_or_host(std::string_view text) noexcept;

    [[nodiscard]] IpFamily family() const noexcept { return network_.family(); }
    [[nodiscard]] int prefix_length() const noexcept { return prefix_length_; }
    /// The lowest and the highest address. Of an IPv4 subnet these are its network and its broadcast address.
    [[nodiscard]] IpAddress first() const noexcept { return network_; }
    [[nodiscard]] IpAddress last() const noexcept;
    /// The n-th address from the first (0) or, when negative, from the end (-1 is the last). nullopt beyond the prefix.
    [[nodiscard]] std::optional<IpAddress> nth(std::int64_t n) const noexcept;
    /// The number of bits that are free, so that 2^host_bits() addresses are in the prefix.
    [[nodiscard]] int host_bits() const noexcept { return bits_of(family()) - prefix_length_; }

    [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
    /// Whether every address of `other` is in this prefix. False between families.
    [[nodiscard]] bool contains(const Cidr& other) const noexcept;
    [[nodiscard]] bool overlaps(const Cidr& other) const noexcept { return contains(other) || other.contains(*this); }

    [[nodiscard]] std::string text() const;

    friend bool operator==(const Cidr&, const Cidr&) = default;

  private:
    IpAddress network_;
    int prefix_length_;
};

/// The prefix length that a netmask means: 255.255.255.0 is 24. nullopt when the ones are not all in front.
[[nodiscard]] std::optional<int> prefix_length_of_mask(const IpAddress& mask) noexcept;

/// What an address or a whole prefix is meant for. IPv4-mapped addresses count as the IPv4 address within.
[[nodiscard]] bool is_private(const Cidr& prefix) noexcept;     ///< RFC 1918, RFC 4193 (fc00::/7); not RFC 6598
[[nodiscard]] bool is_link_local(const Cidr& prefix) noexcept;  ///< 169.254.0.0/16 (RFC 3927), fe80::/10
[[nodiscard]] bool is_loopback(const Cidr& prefix) noexcept;    ///< 127.0.0.0/8, ::1
[[nodiscard]] bool is_multicast(const Cidr& prefix) noexcept;   ///< 224.0.0.0/4, ff00::/8

}  // namespace kwd
