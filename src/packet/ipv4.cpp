// SPDX-License-Identifier: Apache-2.0
#include "packet/ipv4.h"

#include "packet/bytes.h"

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

std::optional<Ipv4> dissect_ipv4(std::span<const std::byte> packet) noexcept {
    Bytes in{packet};
    const auto header = in.take<20>();
    if (!header) {
        return std::nullopt;
    }
    const auto first = header->be<0, 1>();
    const auto fragment = header->be<6, 2>();
    Ipv4 ip{.source = header->be<12, 4>(),
            .destination = header->be<16, 4>(),
            .total_length = header->be<2, 2>(),
            .identification = header->be<4, 2>(),
            .fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fff) * 8),
            .header_checksum = header->be<10, 2>(),
            .header_length = static_cast<std::uint8_t>((first & 0x0f) * 4),
            .traffic_class = header->be<1, 1>(),
            .ttl = header->be<8, 1>(),
            .protocol = header->be<9, 1>(),
            .dont_fragment = (fragment & 0x4000) != 0,
            .more_fragments = (fragment & 0x2000) != 0,
            .cut = false,
            .defect = Defect::none,
            .payload = {}};
    ip.defect = defect_of(first >> 4, ip);
    if (ip.defect != Defect::none) {
        return ip;
    }
    ip.cut = ip.total_length > packet.size();
    if (!in.skip(ip.header_length - 20U)) {
        ip.cut = true;
    } else {
        ip.payload = ip.total_length == 0 ? in.rest() : in.take_up_to(std::size_t{ip.total_length} - ip.header_length);
    }
    return ip;
}

}  // namespace kwd::packet
