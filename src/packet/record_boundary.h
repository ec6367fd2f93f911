// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

// Where a capture file can be cut in two, so that two threads read it. Neither format marks its records: a place is
// found by what stands there and after it, which a payload may imitate. Whoever reads from such a place has to be told
// by the one who comes from the file's beginning whether a record really began there (CaptureSource::join()).

namespace kwd::packet {

/// What the header of a pcap file says of its records.
struct PcapShape {
    std::endian order = std::endian::little;
    std::uint32_t fractions_per_second = 1'000'000;
    std::uint32_t most_captured = 0;
};

/// The first place in `bytes` from which a chain of eight likely records goes on, or a shorter one up to the end of the
/// file, where `to_end` says that the bytes go so far. Likely is a record of at least one byte, not longer than can be,
/// whose time has a fraction below a second and is within a day of the next one's.
[[nodiscard]] std::optional<std::size_t> find_pcap_record(std::span<const std::byte> bytes, bool to_end,
                                                          const PcapShape& shape) noexcept;

/// The same for the blocks of a pcapng section: the first place, in steps of four, at which an enhanced packet block of
/// one of `interfaces` begins, from which a chain of eight blocks goes on whose two lengths agree.
/// Precondition: `bytes` begin at a multiple of four in the file, as every block does.
[[nodiscard]] std::optional<std::size_t> find_pcapng_packet(std::span<const std::byte> bytes, bool to_end,
                                                            std::endian order, std::size_t interfaces) noexcept;

}  // namespace kwd::packet
