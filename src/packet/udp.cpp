// SPDX-License-Identifier: Apache-2.0
#include "packet/udp.h"

#include "packet/bytes.h"

namespace kwd::packet {

std::optional<Udp> dissect_udp(std::span<const std::byte> ip_payload) noexcept {
    Bytes in{ip_payload};
    const auto header = in.take<8>();
    if (!header) {
        return std::nullopt;
    }
    Udp udp{.source_port = header->be<0, 2>(),
            .destination_port = header->be<2, 2>(),
            .length = header->be<4, 2>(),
            .checksum = header->be<6, 2>(),
            .cut = false,
            .defect = Defect::none,
            .payload = {}};
    if (udp.length == 0) {
        udp.payload = in.rest();
    } else if (udp.length < 8) {
        udp.defect = Defect::total_length;
    } else {
        udp.cut = udp.length > ip_payload.size();
        udp.payload = in.take_up_to(udp.length - std::size_t{8});
    }
    return udp;
}

}  // namespace kwd::packet
