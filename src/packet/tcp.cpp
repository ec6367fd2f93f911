// SPDX-License-Identifier: Apache-2.0
#include "packet/tcp.h"

namespace kwd::packet {

static constexpr std::uint8_t kEndOfOptions = 0;
static constexpr std::uint8_t kNoOperation = 1;
static constexpr std::uint8_t kMaxSegmentSize = 2;
static constexpr std::uint8_t kWindowScale = 3;
static constexpr std::uint8_t kSackPermitted = 4;

static void read_options(Bytes options, Tcp& tcp) noexcept {
    while (const auto kind = options.be(1)) {
        if (*kind == kEndOfOptions) {
            return;
        }
        if (*kind == kNoOperation) {
            continue;
        }
        const auto length = options.be(1);
        const auto data = length && *length >= 2 ? options.take(*length - 2) : std::nullopt;
        if (!data) {
            tcp.options_broken = !tcp.cut;
            return;
        }
        if (*kind == kMaxSegmentSize && data->size() == 2) {
            tcp.max_segment_size = static_cast<std::uint16_t>(*Bytes{*data}.be(2));
        } else if (*kind == kWindowScale && data->size() == 1) {
            tcp.window_scale = static_cast<std::uint8_t>(*Bytes{*data}.be(1));
        } else if (*kind == kSackPermitted && data->empty()) {
            tcp.sack_permitted = true;
        }
    }
}

bool Tcp::contradicts(Bytes beginning) noexcept {
    const auto data_offset = beginning.skip(12) ? beginning.be(1) : std::nullopt;
    return data_offset && *data_offset >> 4 << 2 < kSize;
}

Tcp::Tcp(Fixed<kSize> header, Bytes rest) noexcept
    : source_port(header.be<0, 2>()),
      destination_port(header.be<2, 2>()),
      sequence(header.be<4, 4>()),
      acknowledgment(header.be<8, 4>()),
      window(header.be<14, 2>()),
      checksum(header.be<16, 2>()),
      flags(header.be<13, 1>()),
      header_length(static_cast<std::uint8_t>(header.be<12, 1>() >> 4 << 2)) {
    if (header_length < kSize) {
        defect = Defect::header_length;
        return;
    }
    cut = header_length > kSize + rest.rest().size();
    const auto options = rest.take_up_to(header_length - kSize);
    if (has(kSyn)) {
        read_options(Bytes{options}, *this);
    }
    payload = rest.rest();
}

}  // namespace kwd::packet
