// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/bytes.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// The numbers of draft-ietf-opsawg-pcapng that reader and writer share.
namespace kwd::packet::pcapng {

inline constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
inline constexpr std::uint32_t kInterfaceDescription = 1;
inline constexpr std::uint32_t kObsoletePacket = 2;
inline constexpr std::uint32_t kSimplePacket = 3;
inline constexpr std::uint32_t kInterfaceStatistics = 5;
inline constexpr std::uint32_t kEnhancedPacket = 6;

inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
inline constexpr std::uint32_t kBlockOverhead = 12;  ///< type, and the length twice

/// Longer blocks are passed over: no packet is near it (libpcap's limit is the same), and readers keep one block at
/// hand.
inline constexpr std::uint32_t kLongestBlock = 16U << 20U;

inline constexpr std::uint16_t kEndOfOptions = 0;
inline constexpr std::uint16_t kUserApplication = 4;  ///< of a section header

/// Of an interface description.
inline constexpr std::uint16_t kInterfaceName = 2;
inline constexpr std::uint16_t kInterfaceDescriptionText = 3;
inline constexpr std::uint16_t kTimeResolution = 9;
inline constexpr std::uint16_t kFilter = 11;
inline constexpr std::uint16_t kTimeOffset = 14;
inline constexpr std::byte kFilterText{0};  ///< the first octet of a filter that is a text, as libpcap takes it

/// Of interface statistics.
inline constexpr std::uint16_t kStartTime = 2;
inline constexpr std::uint16_t kEndTime = 3;
inline constexpr std::uint16_t kReceived = 4;
inline constexpr std::uint16_t kDroppedByInterface = 5;
inline constexpr std::uint16_t kAccepted = 6;
inline constexpr std::uint16_t kDroppedBySystem = 7;

/// Of a packet.
inline constexpr std::uint16_t kPacketFlags = 2;
inline constexpr std::uint16_t kPacketDropCount = 4;

struct Option {
    std::uint16_t code;
    std::span<const std::byte> value;

    /// The value up to its end, or to the NUL that some programs put there.
    [[nodiscard]] std::string text() const;
};

/// The options at the end of a block: code, length, value, padded to four bytes.
class OptionReader {
  public:
    OptionReader(Bytes in, std::endian order) noexcept : in_(in), order_(order) {}

    /// nullopt after the last one, and when one goes on beyond the block: then broken() is true.
    [[nodiscard]] std::optional<Option> next() noexcept;
    [[nodiscard]] bool broken() const noexcept { return broken_; }

  private:
    Bytes in_;
    std::endian order_;
    bool broken_ = false;
};

}  // namespace kwd::packet::pcapng
