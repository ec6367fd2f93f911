// SPDX-License-Identifier: Apache-2.0
#include "packet/icmp.h"

#include "packet/bytes.h"

namespace kwd::packet {

template <class Icmp>
static std::optional<Icmp> dissect(std::span<const std::byte> ip_payload) noexcept {
    Bytes in{ip_payload};
    const auto header = in.take<8>();
    if (!header) {
        return std::nullopt;
    }
    return Icmp{.type = header->template be<0, 1>(),
                .code = header->template be<1, 1>(),
                .checksum = header->template be<2, 2>(),
                .rest_of_header = header->template be<4, 4>(),
                .body = in.rest()};
}

std::optional<Icmpv4> dissect_icmpv4(std::span<const std::byte> ip_payload) noexcept {
    return dissect<Icmpv4>(ip_payload);
}

std::optional<Icmpv6> dissect_icmpv6(std::span<const std::byte> ip_payload) noexcept {
    return dissect<Icmpv6>(ip_payload);
}

}  // namespace kwd::packet
