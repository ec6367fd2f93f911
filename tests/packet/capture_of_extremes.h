// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hex.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kwd::packet {

/// A pcapng file with two interfaces of raw IP: by its if_tsoffset the first one's packets came 9,223,372,035 seconds
/// before 1970, in 1677, and the second one's as many after it, in 2262.
class CaptureOfExtremes {
  public:
    static constexpr std::int64_t kLatestNs = 9'223'372'035'000'000'000;

    CaptureOfExtremes& in_1677(const std::vector<std::byte>& packet) { return add("00000000", packet); }
    CaptureOfExtremes& in_2262(const std::vector<std::byte>& packet) { return add("01000000", packet); }

    std::vector<std::byte> file =
        hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
            "01000000 24000000 6500 0000 00000000 0e00 0800 fd823edafdffffff 0000 0000 24000000"
            "01000000 24000000 6500 0000 00000000 0e00 0800 037dc12502000000 0000 0000 24000000");

  private:
    CaptureOfExtremes& add(std::string_view interface, std::vector<std::byte> packet) {
        const auto number = [](std::size_t of) {
            return std::vector{static_cast<std::byte>(of), static_cast<std::byte>(of >> 8), std::byte{0}, std::byte{0}};
        };
        const auto size = number(packet.size());
        packet.resize((packet.size() + 3) / 4 * 4);
        const auto length = number(32 + packet.size());
        file =
            file + hex("06000000") + length + hex(interface) + hex("00000000 00000000") + size + size + packet + length;
        return *this;
    }
};

}  // namespace kwd::packet
