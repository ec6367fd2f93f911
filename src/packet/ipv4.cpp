// SPDX-License-Identifier: Apache-2.0
#include "packet/ipv4.h"

namespace kwd::packet {

static constexpr Defect defect_of(unsigned version, const Ipv4& ip) noexcept {
    if (version != 4) {
        return Defect::version;
    }
    if (ip.header_length < 20) {
        return Defect::header_length;
    }
    if (ip.total_length != 0 && ip.total_length < ip.header_length) {
        return Defect::total_length;
    }
    return Defect::none;
}

bool Ipv4::contradicts(Bytes beginning) noexcept {
    const auto first = beginning.be(1).value_or(0x45);
    const auto header_length = (first & 0x0f) * 4;
    const auto total_length = beginning.skip(1) ? beginning.be(2).value_or(0) : 0;
    return first >> 4 != 4 || header_length < 20 || (total_length != 0 && total_length < header_length);
}

Ipv4::Ipv4(Fixed<kSize> header, Bytes rest) noexcept
    : source(header.be<12, 4>()),
      destination(header.be<16, 4>()),
      total_length(header.be<2, 2>()),
      identification(header.be<4, 2>()),
      fragment_offset(static_cast<std::uint16_t>((header.be<6, 2>() & 0x1fff) * 8)),
      header_checksum(header.be<10, 2>()),
      header_length(static_cast<std::uint8_t>((header.be<0, 1>() & 0x0f) * 4)),
      traffic_class(header.be<1, 1>()),
      ttl(header.be<8, 1>()),
      protocol(header.be<9, 1>()),
      dont_fragment((header.be<6, 1>() & 0x40) != 0),
      more_fragments((header.be<6, 1>() & 0x20) != 0) {
    defect = defect_of(header.be<0, 1>() >> 4, *this);
    if (defect != Defect::none) {
        return;
    }
    cut = total_length > kSize + rest.rest().size();
    if (!rest.skip(header_length - kSize)) {
        cut = true;
    } else {
        payload = total_length == 0 ? rest.rest() : rest.take_up_to(std::size_t{total_length} - header_length);
    }
}

}  // namespace kwd::packet
