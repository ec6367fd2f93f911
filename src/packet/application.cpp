// SPDX-License-Identifier: Apache-2.0
#include "packet/application.h"

#include "packet/dns.h"

#include <algorithm>

namespace kwd::packet {

static constexpr bool between(std::uint16_t a, std::uint16_t b, std::uint16_t one, std::uint16_t other) noexcept {
    return (a == one || a == other) && (b == one || b == other);
}

// BOOTP's operation, Ethernet, and after 236 bytes the cookie that makes it DHCP. A relay sends from 67 to 67.
static bool is_dhcp(std::span<const std::byte> payload) noexcept {
    Bytes in{payload};
    const auto operation = in.be(1);
    if (!operation || (*operation != 1 && *operation != 2)) {
        return false;
    }
    const auto cookie = in.skip(235) ? in.be(4) : std::nullopt;
    return !cookie || *cookie == 0x63825363;
}

static bool is_geneve(std::span<const std::byte> payload) noexcept {
    const auto header = Bytes{payload}.take<8>();
    return header && header.be<0, 1>() >> 6 == 0;
}

static Application of_udp(const Udp& udp) noexcept {
    if (udp.source_port == kDnsPort || udp.destination_port == kDnsPort) {
        return Application::dns;
    }
    if (between(udp.source_port, udp.destination_port, 67, 68) && is_dhcp(udp.payload)) {
        return Application::dhcp;
    }
    // A server may answer from any port (RFC 8415 §7.2).
    if (udp.destination_port == 546 || udp.destination_port == 547) {
        return Application::dhcpv6;
    }
    if (udp.destination_port == 6081 && is_geneve(udp.payload)) {
        return Application::geneve;
    }
    return Application::unknown;
}

Application application_of(const Layers& layers) noexcept {
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        return of_udp(*udp);
    }
    if (const auto* tcp = std::get_if<Tcp>(&layers.transport);
        tcp != nullptr && (tcp->source_port == kDnsPort || tcp->destination_port == kDnsPort)) {
        return Application::dns;
    }
    return Application::unknown;
}

const char* name_of(Application application) noexcept {
    switch (application) {
        case Application::unknown: return "";
        case Application::dns: return "DNS";
        case Application::dhcp: return "DHCP";
        case Application::dhcpv6: return "DHCPv6";
        case Application::geneve: return "Geneve";
    }
    return "";
}

}  // namespace kwd::packet
