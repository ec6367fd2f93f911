// SPDX-License-Identifier: Apache-2.0
#include "packet/record_boundary.h"

#include "packet/bytes.h"
#include "packet/pcapng_format.h"

namespace kwd::packet {

static constexpr int kChain = 8;
// As many do where long records leave no room for more: each has about 50 bits that have to be right.
static constexpr int kShortChain = 3;
static constexpr std::uint32_t kDay = 86'400;

/// Follows a chain of records through `bytes`: `length_of` gives the length of the record that they begin with, 0 when
/// there is none.
template <class LengthOf>
static bool is_chain(std::span<const std::byte> bytes, bool to_end, LengthOf length_of) noexcept {
    for (int i = 0; i < kChain; ++i) {
        if (bytes.empty()) {
            return to_end ? i > 0 : i >= kShortChain;
        }
        const std::optional<std::size_t> length = length_of(bytes);
        if (!length) {  // the bytes end within it
            return !to_end && i >= kShortChain;
        }
        if (*length == 0) {
            return false;
        }
        bytes = bytes.subspan(*length);
    }
    return true;
}

std::optional<std::size_t> find_pcap_record(std::span<const std::byte> bytes, bool to_end,
                                            const PcapShape& shape) noexcept {
    for (std::size_t place = 0; place + 16 < bytes.size(); ++place) {
        std::optional<std::uint32_t> before;
        const auto length_of = [&](std::span<const std::byte> record) -> std::optional<std::size_t> {
            const auto header = Bytes{record}.take<16>();
            if (!header) {
                return std::nullopt;
            }
            const auto seconds = header.number<0, 4>(shape.order);
            const auto captured = header.number<8, 4>(shape.order);
            const auto original = header.number<12, 4>(shape.order);
            const bool likely = header.number<4, 4>(shape.order) < shape.fractions_per_second && captured != 0 &&
                                captured <= shape.most_captured && captured <= original &&
                                original <= pcapng::kLongestBlock && (!before || seconds - *before + kDay <= 2 * kDay);
            before = seconds;
            if (!likely) {
                return 0;
            }
            const std::size_t length = 16 + std::size_t{captured};
            return length <= record.size() ? std::optional{length} : std::nullopt;
        };
        if (is_chain(bytes.subspan(place), to_end, length_of)) {
            return place;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> find_pcapng_packet(std::span<const std::byte> bytes, bool to_end, std::endian order,
                                              std::size_t interfaces) noexcept {
    const auto length_of = [order](std::span<const std::byte> block) -> std::optional<std::size_t> {
        const auto header = Bytes{block}.take<8>();
        if (!header) {
            return std::nullopt;
        }
        const auto length = header.number<4, 4>(order);
        if (length < pcapng::kBlockOverhead || length % 4 != 0 || length > pcapng::kLongestBlock) {
            return 0;
        }
        if (length > block.size()) {
            return std::nullopt;
        }
        const auto trailer = Bytes{block.subspan(length - 4)}.take<4>();
        return trailer.number<0, 4>(order) == length ? length : std::size_t{0};
    };
    for (std::size_t place = 0; place + 28 < bytes.size(); place += 4) {
        const auto header = Bytes{bytes.subspan(place)}.take<28>();
        if (header.number<0, 4>(order) == pcapng::kEnhancedPacket && header.number<8, 4>(order) < interfaces &&
            std::uint64_t{header.number<20, 4>(order)} + 32 <= header.number<4, 4>(order) &&
            is_chain(bytes.subspan(place), to_end, length_of)) {
            return place;
        }
    }
    return std::nullopt;
}

}  // namespace kwd::packet
