// SPDX-License-Identifier: Apache-2.0
#include "packet/ipv6.h"

namespace kwd::packet {

// RFC 8200 §4.1: each at most once, destination options twice. The registry has eight that can stand in a chain.
static constexpr std::uint8_t kMostExtensionHeaders = 9;

static constexpr std::uint8_t kFragment = 44;
static constexpr std::uint8_t kAuthentication = 51;

static constexpr bool is_extension_header(std::uint8_t next_header) noexcept {
    switch (next_header) {
        case 0:   // hop-by-hop options
        case 43:  // routing
        case kFragment:
        case kAuthentication:
        case 60:                // destination options
        case 135:               // mobility
        case 139:               // HIP
        case 140: return true;  // Shim6
        default: return false;
    }
}

static constexpr std::size_t extension_length(std::uint8_t kind, std::uint8_t length_field) noexcept {
    if (kind == kFragment) {
        return 8;
    }
    return kind == kAuthentication ? (length_field + std::size_t{2}) * 4 : (length_field + std::size_t{1}) * 8;
}

static void read_extension_headers(Bytes& in, Ipv6& ip) noexcept {
    while (is_extension_header(ip.protocol)) {
        if (ip.extension_headers == kMostExtensionHeaders) {
            ip.defect = Defect::extension_headers;
            return;
        }
        const auto header = in.take<8>();
        if (!header) {
            ip.cut = true;
            return;
        }
        if (ip.protocol == kFragment) {
            const auto offset = header.be<2, 2>();
            ip.fragment_header = Ipv6::Fragment{.identification = header.be<4, 4>(),
                                                .offset = static_cast<std::uint16_t>(offset & 0xfff8),
                                                .more = (offset & 1) != 0};
        }
        if (!in.skip(extension_length(ip.protocol, header.be<1, 1>()) - 8)) {
            ip.cut = true;
            return;
        }
        ip.protocol = header.be<0, 1>();
        ++ip.extension_headers;
        if (ip.fragment_header && ip.fragment_header->offset != 0) {
            break;  // what follows is the middle of the datagram
        }
    }
    ip.payload = in.rest();
}

Ipv6::Ipv6(Fixed<kSize> header, Bytes rest) noexcept
    : source(header.octets<8, 16>()),
      destination(header.octets<24, 16>()),
      flow_label(header.be<0, 4>() & 0x000fffff),
      payload_length(header.be<4, 2>()),
      traffic_class(static_cast<std::uint8_t>(header.be<0, 2>() >> 4)),
      hop_limit(header.be<7, 1>()),
      protocol(header.be<6, 1>()) {
    if (header.be<0, 1>() >> 4 != 6) {
        defect = Defect::version;
        return;
    }
    cut = payload_length > rest.rest().size();
    Bytes body{payload_length == 0 ? rest.rest() : rest.take_up_to(payload_length)};
    read_extension_headers(body, *this);
}

}  // namespace kwd::packet
