// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture_packet.h"

#include "analyzers/log_time.h"

namespace kwd::analyzers {

std::optional<IpPacket> ip_of(const packet::Layers& layers) {
    if (const auto* v4 = std::get_if<packet::Ipv4>(&layers.network)) {
        return IpPacket{IpAddress::v4(v4->source),
                        IpAddress::v4(v4->destination),
                        v4->protocol,
                        v4->total_length,
                        v4->identification,
                        v4->fragment()};
    }
    if (const auto* v6 = std::get_if<packet::Ipv6>(&layers.network)) {
        const auto& fragment = v6->fragment_header;
        return IpPacket{IpAddress::v6(v6->source),
                        IpAddress::v6(v6->destination),
                        v6->protocol,
                        static_cast<std::int64_t>(packet::Ipv6::kSize) + v6->payload_length,
                        fragment ? fragment->identification : 0,
                        v6->fragment()};
    }
    return std::nullopt;
}

std::optional<std::string> time_text(std::optional<std::int64_t> time_ns) {
    const auto time = time_ns ? time_of_epoch(*time_ns / 1000) : std::nullopt;
    return time ? iso_text(*time) : std::nullopt;
}

}  // namespace kwd::analyzers
