// SPDX-License-Identifier: Apache-2.0
#include "packet/application.h"

#include "packet/bytes.h"
#include "packet/dns.h"

#include <array>

namespace kwd::packet {

// Bytes of a DHCP message before its options: BOOTP's 236, and the cookie (RFC 2131 §2).
static constexpr std::size_t kOptions = 240;

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
    const auto cookie = in.skip(kOptions - 5) ? in.be(4) : std::nullopt;
    return !cookie || *cookie == 0x63825363;
}

static bool is_geneve(std::span<const std::byte> payload) noexcept {
    const auto header = Bytes{payload}.take<8>();
    return header && header.be<0, 1>() >> 6 == 0;
}

Application application_of_udp(std::uint16_t source_port, std::uint16_t destination_port,
                               std::span<const std::byte> payload) noexcept {
    if (source_port == kDnsPort || destination_port == kDnsPort) {
        return Application::dns;
    }
    if (between(source_port, destination_port, 67, 68) && is_dhcp(payload)) {
        return Application::dhcp;
    }
    // A server may answer from any port (RFC 8415 §7.2).
    if (destination_port == 546 || destination_port == 547) {
        return Application::dhcpv6;
    }
    if (destination_port == 6081 && is_geneve(payload)) {
        return Application::geneve;
    }
    return Application::unknown;
}

Application application_of_tcp(std::uint16_t source_port, std::uint16_t destination_port) noexcept {
    return source_port == kDnsPort || destination_port == kDnsPort ? Application::dns : Application::unknown;
}

Application application_of(const Layers& layers) noexcept {
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        return application_of_udp(udp->source_port, udp->destination_port, udp->payload);
    }
    const auto* tcp = std::get_if<Tcp>(&layers.transport);
    return tcp != nullptr ? application_of_tcp(tcp->source_port, tcp->destination_port) : Application::unknown;
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

DhcpMessage dhcp_message(std::span<const std::byte> payload) noexcept {
    constexpr std::uint8_t kPad = 0;
    constexpr std::uint8_t kMessageType = 53;
    constexpr std::uint8_t kEnd = 255;
    Bytes in{payload};
    if (!in.skip(kOptions)) {
        return DhcpMessage::other;
    }
    while (const auto code = in.be(1)) {
        if (*code == kPad) {
            continue;
        }
        const auto length = *code == kEnd ? std::nullopt : in.be(1);
        const auto value = length ? in.take(static_cast<std::size_t>(*length)) : std::nullopt;
        if (!value) {
            break;
        }
        if (*code == kMessageType) {
            const auto message = Bytes{*value}.be(1).value_or(0);
            return message < kDhcpMessages ? static_cast<DhcpMessage>(message) : DhcpMessage::other;
        }
    }
    return DhcpMessage::other;
}

const char* name_of(DhcpMessage message) noexcept {
    static constexpr std::array<const char*, kDhcpMessages> kNames{"other", "DISCOVER", "OFFER",   "REQUEST", "DECLINE",
                                                                   "ACK",   "NAK",      "RELEASE", "INFORM"};
    return kNames[static_cast<std::size_t>(message)];
}

std::uint32_t geneve_vni(std::span<const std::byte> payload) noexcept {
    const auto header = Bytes{payload}.take<8>();
    return header ? header.be<4, 3>() : 0;
}

}  // namespace kwd::packet
