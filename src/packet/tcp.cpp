// SPDX-License-Identifier: Apache-2.0
#include "packet/tcp.h"

#include "packet/bytes.h"

namespace kwd::packet {

static constexpr std::uint8_t kEndOfOptions = 0;
static constexpr std::uint8_t kNoOperation = 1;
static constexpr std::uint8_t kMaxSegmentSize = 2;

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
            tcp.defect = tcp.cut ? Defect::none : Defect::options;
            return;
        }
        if (*kind == kMaxSegmentSize && data->size() == 2) {
            tcp.max_segment_size = static_cast<std::uint16_t>(*Bytes{*data}.be(2));
        }
    }
}

std::optional<Tcp> dissect_tcp(std::span<const std::byte> ip_payload) noexcept {
    Bytes in{ip_payload};
    const auto header = in.take<20>();
    if (!header) {
        return std::nullopt;
    }
    Tcp tcp{.source_port = header->be<0, 2>(),
            .destination_port = header->be<2, 2>(),
            .sequence = header->be<4, 4>(),
            .acknowledgment = header->be<8, 4>(),
            .window = header->be<14, 2>(),
            .checksum = header->be<16, 2>(),
            .flags = header->be<13, 1>(),
            .header_length = static_cast<std::uint8_t>(header->be<12, 1>() >> 4 << 2),
            .max_segment_size = std::nullopt,
            .cut = false,
            .defect = Defect::none,
            .payload = {}};
    if (tcp.header_length < 20) {
        tcp.defect = Defect::header_length;
        return tcp;
    }
    tcp.cut = tcp.header_length > ip_payload.size();
    const auto options = in.take_up_to(tcp.header_length - std::size_t{20});
    if (tcp.has(Tcp::kSyn)) {
        read_options(Bytes{options}, tcp);
    }
    tcp.payload = in.rest();
    return tcp;
}

}  // namespace kwd::packet
