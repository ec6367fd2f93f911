// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace kwd::packet {

/// The smallest unsigned number that `kWidth` bytes fit into.
template <std::size_t kWidth>
using UnsignedOf = std::conditional_t<
    kWidth == 1, std::uint8_t,
    std::conditional_t<kWidth == 2, std::uint16_t, std::conditional_t<(kWidth <= 4), std::uint32_t, std::uint64_t>>>;

/// kSize bytes that are there, or nothing: to be tested like a pointer before any of them is read. A field is read by
/// its place and width as the specification's drawing gives them, and the compiler refuses one that is not inside.
///
/// This is an optional in one register; g++ 12 builds an std::optional of a span in memory and reads it back.
template <std::size_t kSize>
class Fixed {
  public:
    constexpr Fixed() noexcept = default;
    constexpr explicit Fixed(std::span<const std::byte, kSize> bytes) noexcept : bytes_(bytes.data()) {}

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return bytes_ != nullptr; }

    /// A number in network byte order: `be<4, 3>()` is the VNI of a VXLAN header.
    template <std::size_t kOffset, std::size_t kWidth>
    [[nodiscard]] constexpr UnsignedOf<kWidth> be() const noexcept {
        static_assert(kWidth >= 1 && kWidth <= 8 && kOffset + kWidth <= kSize);
        Accumulator<kWidth> value = 0;
        for (std::size_t i = 0; i < kWidth; ++i) {
            value = value << 8 | std::to_integer<Accumulator<kWidth>>(bytes_[kOffset + i]);
        }
        return static_cast<UnsignedOf<kWidth>>(value);
    }

    /// The same with the least significant byte first.
    template <std::size_t kOffset, std::size_t kWidth>
    [[nodiscard]] constexpr UnsignedOf<kWidth> le() const noexcept {
        static_assert(kWidth >= 1 && kWidth <= 8 && kOffset + kWidth <= kSize);
        Accumulator<kWidth> value = 0;
        for (std::size_t i = 0; i < kWidth; ++i) {
            value |= std::to_integer<Accumulator<kWidth>>(bytes_[kOffset + i]) << (8 * i);
        }
        return static_cast<UnsignedOf<kWidth>>(value);
    }

    /// A number in the byte order of the machine that wrote it.
    template <std::size_t kOffset, std::size_t kWidth>
    [[nodiscard]] constexpr UnsignedOf<kWidth> number(std::endian order) const noexcept {
        return order == std::endian::big ? be<kOffset, kWidth>() : le<kOffset, kWidth>();
    }

    /// Bytes that are no number, such as a MAC or IPv6 address.
    template <std::size_t kOffset, std::size_t kCount>
    [[nodiscard]] constexpr std::array<std::uint8_t, kCount> octets() const noexcept {
        static_assert(kOffset + kCount <= kSize);
        std::array<std::uint8_t, kCount> octets{};
        for (std::size_t i = 0; i < kCount; ++i) {
            octets[i] = std::to_integer<std::uint8_t>(bytes_[kOffset + i]);
        }
        return octets;
    }

  private:
    /// Compilers make one load of the loops above if they add up in no more bits than are wanted.
    template <std::size_t kWidth>
    using Accumulator = std::conditional_t<(kWidth <= 4), std::uint32_t, std::uint64_t>;

    const std::byte* bytes_ = nullptr;
};

/// A place in bytes that somebody else wrote. Every check of a length is in here; what is not there is nullopt, and the
/// place stays where it was.
class Bytes {
  public:
    constexpr explicit Bytes(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

    /// The next `width` bytes (1 to 4) as a number in network byte order.
    [[nodiscard]] constexpr std::optional<std::uint32_t> be(std::size_t width) noexcept {
        if (width > 4 || width > rest_.size()) {
            return std::nullopt;
        }
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            value = value << 8 | std::to_integer<std::uint32_t>(rest_[i]);
        }
        rest_ = rest_.subspan(width);
        return value;
    }

    /// A header of known size, to be read field by field.
    template <std::size_t kSize>
    [[nodiscard]] constexpr Fixed<kSize> take() noexcept {
        if (kSize > rest_.size()) {
            return {};
        }
        const Fixed<kSize> fixed{rest_.template first<kSize>()};
        rest_ = rest_.subspan(kSize);
        return fixed;
    }

    [[nodiscard]] constexpr std::optional<std::span<const std::byte>> take(std::size_t count) noexcept {
        if (count > rest_.size()) {
            return std::nullopt;
        }
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    /// At most `count` bytes: all that are left if there are fewer.
    [[nodiscard]] constexpr std::span<const std::byte> take_up_to(std::size_t count) noexcept {
        const auto taken = rest_.first(count < rest_.size() ? count : rest_.size());
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

    [[nodiscard]] constexpr bool skip(std::size_t count) noexcept { return take(count).has_value(); }

    /// Everything that was not read yet.
    [[nodiscard]] constexpr std::span<const std::byte> rest() const noexcept { return rest_; }

  private:
    std::span<const std::byte> rest_;
};

}  // namespace kwd::packet
