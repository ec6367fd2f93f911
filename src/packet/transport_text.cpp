// SPDX-License-Identifier: Apache-2.0
#include "packet/transport_text.h"

#include "packet/application.h"
#include "packet/dns.h"
#include "packet/neighbor.h"
#include "packet/packet_text.h"
#include "packet/quoted_packet.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace kwd::packet {
namespace {

std::string protocol_text(std::uint8_t protocol) {
    switch (protocol) {
        case kProtocolIcmpv4: return "icmp";
        case kProtocolTcp: return "tcp";
        case kProtocolUdp: return "udp";
        case kProtocolIcmpv6: return "icmp6";
        default: return fmt::format("ip-proto-{}", protocol);
    }
}

std::string length_text(std::optional<std::uint32_t> length, std::uint32_t header) {
    return length && *length >= header ? fmt::format(", length {}", *length - header) : std::string();
}

std::string dns_type_text(std::uint16_t type) {
    constexpr auto names = std::to_array<std::pair<std::uint16_t, const char*>>({{1, "A"},
                                                                                 {2, "NS"},
                                                                                 {5, "CNAME"},
                                                                                 {6, "SOA"},
                                                                                 {12, "PTR"},
                                                                                 {15, "MX"},
                                                                                 {16, "TXT"},
                                                                                 {28, "AAAA"},
                                                                                 {33, "SRV"},
                                                                                 {65, "HTTPS"},
                                                                                 {255, "ANY"}});
    for (const auto& [number, name] : names) {
        if (number == type) {
            return name;
        }
    }
    return fmt::format("Type{}", type);
}

std::string dns_answer_text(const Dns& dns) {
    constexpr std::array codes = {"", " FormErr", " ServFail", " NXDomain", " NotImp", " Refused"};
    std::string text =
        dns.response_code < codes.size() ? codes[dns.response_code] : fmt::format(" Resp{}", dns.response_code);
    text += dns.authoritative ? "*" : "";
    text += dns.recursion_available ? "" : "-";
    text += dns.truncated ? "|" : "";
    return text;
}

std::string dns_text(const Dns& dns, std::string_view length) {
    std::string question;
    if (dns.question && dns.question->whole) {
        const std::string name = dns.question->name.text();
        question = fmt::format(" {}? {}{}", dns_type_text(dns.question->type), name, name == "." ? "" : ".");
    }
    if (dns.response) {
        return fmt::format("{}{}{}{} {}/{}/{}{}", dns.id, dns_answer_text(dns), question.empty() ? "" : " q:", question,
                           dns.answers, dns.authorities, dns.additionals, length);
    }
    return fmt::format("{}{}{}{}", dns.id, dns.recursion_desired ? "+" : "", question, length);
}

std::string udp_text(const Udp& udp, const Layers& layers, std::string_view tunnel) {
    if (!tunnel.empty()) {
        return std::string(tunnel);
    }
    const auto length = udp.length >= Udp::kSize ? std::optional<std::uint32_t>(udp.length) : std::nullopt;
    if (const auto dns = dissect_dns(layers); dns && dns->defect == Defect::none) {
        return dns_text(*dns, length ? fmt::format(" ({})", *length - Udp::kSize) : std::string());
    }
    const std::string_view application = name_of(application_of(layers));
    return fmt::format("{}{}", application.empty() ? "UDP" : application, length_text(length, Udp::kSize));
}

std::string options_text(const Tcp& tcp) {
    std::string text;
    const auto add = [&](const std::string& option) { text += (text.empty() ? "" : ",") + option; };
    if (tcp.max_segment_size) {
        add(fmt::format("mss {}", *tcp.max_segment_size));
    }
    if (tcp.sack_permitted) {
        add("sackOK");
    }
    if (tcp.window_scale) {
        add(fmt::format("wscale {}", *tcp.window_scale));
    }
    return text.empty() ? text : fmt::format(", options [{}]", text);
}

// Sequence numbers as they stand in the packet, as `tcpdump -S` has them: one packet alone does not tell where they
// begin.
std::string tcp_text(const Tcp& tcp, const Layers& layers, std::optional<std::uint32_t> ip_length) {
    constexpr auto letters = std::to_array<std::pair<std::uint8_t, char>>({{Tcp::kFin, 'F'},
                                                                           {Tcp::kSyn, 'S'},
                                                                           {Tcp::kRst, 'R'},
                                                                           {Tcp::kPsh, 'P'},
                                                                           {Tcp::kAck, '.'},
                                                                           {Tcp::kUrg, 'U'},
                                                                           {Tcp::kEce, 'E'},
                                                                           {Tcp::kCwr, 'W'}});
    std::string flags;
    for (const auto& [flag, letter] : letters) {
        if (tcp.has(flag)) {
            flags += letter;
        }
    }
    const auto payload = ip_length && *ip_length >= tcp.header_length
                             ? std::optional<std::uint32_t>(*ip_length - tcp.header_length)
                             : std::nullopt;
    std::string text = fmt::format("Flags [{}]", flags.empty() ? "none" : flags);
    if (payload.value_or(0) > 0) {
        text += fmt::format(", seq {}:{}", tcp.sequence, tcp.sequence + *payload);
    } else if (tcp.has(Tcp::kSyn) || tcp.has(Tcp::kFin) || tcp.has(Tcp::kRst)) {
        text += fmt::format(", seq {}", tcp.sequence);
    }
    if (tcp.has(Tcp::kAck)) {
        text += fmt::format(", ack {}", tcp.acknowledgment);
    }
    text += fmt::format(", win {}{}{}", tcp.window, options_text(tcp), length_text(payload, 0));
    if (const auto dns = dissect_dns(layers); dns && dns->defect == Defect::none) {
        text += ": " + dns_text(*dns, "");
    }
    return text;
}

// What an ICMP error quotes: who sent it to whom, as far as it says.
struct Quoted {
    std::string protocol = "packet";
    std::string destination = "?";
    std::string port = "?";
    std::string whole = {};  ///< behind the error's own text
};

Quoted quoted_text(std::span<const std::byte> body) {
    const auto packet = dissect_quoted_packet(body);
    if (!packet) {
        return {};
    }
    Quoted quoted;
    quoted.protocol = protocol_text(packet->protocol);
    std::string source;
    std::visit(
        [&](const auto& ip) {
            const auto text = [](const auto& address) {
                if constexpr (std::is_same_v<std::decay_t<decltype(ip)>, Ipv4>) {
                    return IpAddress::v4(address).text();
                } else {
                    return IpAddress::v6(address).text();
                }
            };
            source = text(ip.source);
            quoted.destination = text(ip.destination);
        },
        packet->ip);
    const std::string destination = quoted.destination;
    if (packet->ports) {
        quoted.port = std::to_string(packet->ports->destination);
        quoted.whole = fmt::format(", of {}.{} > {}.{}: {}", source, packet->ports->source, destination,
                                   packet->ports->destination, quoted.protocol);
    } else {
        quoted.whole = fmt::format(", of {} > {}: {}", source, destination, quoted.protocol);
    }
    return quoted;
}

std::string unreachable_text(const Icmpv4& icmp, const Quoted& quoted) {
    switch (icmp.code) {
        case 0: return fmt::format("net {} unreachable", quoted.destination);
        case 1: return fmt::format("host {} unreachable", quoted.destination);
        case 2: return fmt::format("{} protocol {} unreachable", quoted.destination, quoted.protocol);
        case 3: return fmt::format("{} {} port {} unreachable", quoted.destination, quoted.protocol, quoted.port);
        case Icmpv4::kCodeFragmentationNeeded:
            return icmp.next_hop_mtu().value_or(0) == 0
                       ? fmt::format("{} unreachable - need to frag", quoted.destination)
                       : fmt::format("{} unreachable - need to frag (mtu {})", quoted.destination,
                                     *icmp.next_hop_mtu());
        case 9: return fmt::format("net {} unreachable - admin prohibited", quoted.destination);
        case 10: return fmt::format("host {} unreachable - admin prohibited", quoted.destination);
        case 13: return fmt::format("host {} unreachable - admin prohibited filter", quoted.destination);
        default: return fmt::format("{} unreachable - #{}", quoted.destination, icmp.code);
    }
}

std::string echo_text(const char* kind, std::uint32_t rest_of_header) {
    return fmt::format("echo {}, id {}, seq {}", kind, rest_of_header >> 16, rest_of_header & 0xffff);
}

std::string icmp_text(const Icmpv4& icmp, std::optional<std::uint32_t> ip_length) {
    const Quoted quoted = icmp.is_error() ? quoted_text(icmp.body) : Quoted{};
    std::string what;
    switch (icmp.type) {
        case 0: what = echo_text("reply", icmp.rest_of_header); break;
        case Icmpv4::kDestinationUnreachable: what = unreachable_text(icmp, quoted); break;
        case 5:
            what = fmt::format("redirect {} to {}", quoted.destination, IpAddress::v4(icmp.rest_of_header).text());
            break;
        case 8: what = echo_text("request", icmp.rest_of_header); break;
        case 11: what = icmp.code == 0 ? "time exceeded in-transit" : "ip reassembly time exceeded"; break;
        default: what = fmt::format("type-{}, code {}", icmp.type, icmp.code);
    }
    return fmt::format("ICMP {}{}{}", what, length_text(ip_length, 0), quoted.whole);
}

std::string neighbor_text(const Icmpv6& icmp) {
    const auto neighbor = dissect_neighbor(icmp);
    if (!neighbor) {
        return icmp.type == Icmpv6::kNeighborSolicitation ? "neighbor solicitation" : "neighbor advertisement";
    }
    const std::string target = IpAddress::v6(neighbor->target).text();
    if (neighbor->solicitation) {
        return fmt::format("neighbor solicitation, who has {}", target);
    }
    return fmt::format("neighbor advertisement, tgt is {}{}", target,
                       neighbor->target_mac ? ", at " + mac_text(*neighbor->target_mac) : "");
}

std::string icmp_text(const Icmpv6& icmp, std::optional<std::uint32_t> ip_length) {
    const Quoted quoted = icmp.is_error() ? quoted_text(icmp.body) : Quoted{};
    std::string what;
    switch (icmp.type) {
        case 1: what = fmt::format("destination unreachable, code {}", icmp.code); break;
        case Icmpv6::kPacketTooBig: what = fmt::format("packet too big, mtu {}", icmp.rest_of_header); break;
        case 3: what = fmt::format("time exceeded, code {}", icmp.code); break;
        case 128: what = echo_text("request", icmp.rest_of_header); break;
        case 129: what = echo_text("reply", icmp.rest_of_header); break;
        case 133: what = "router solicitation"; break;
        case 134: what = "router advertisement"; break;
        case Icmpv6::kNeighborSolicitation:
        case Icmpv6::kNeighborAdvertisement: what = neighbor_text(icmp); break;
        case 143: what = "multicast listener report v2"; break;
        default: what = fmt::format("type-{}, code {}", icmp.type, icmp.code);
    }
    return fmt::format("ICMP6, {}{}{}", what, length_text(ip_length, 0), quoted.whole);
}

}  // namespace

std::string datagram_text(const DatagramHead& head, const Layers& layers, std::string_view tunnel) {
    const std::string source = head.source.text();
    const std::string destination = head.destination.text();
    const auto between_ports = [&](const auto& header, const std::string& what) {
        return fmt::format("{}.{} > {}.{}: {}", source, header.source_port, destination, header.destination_port, what);
    };
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        return between_ports(*udp, udp_text(*udp, layers, tunnel));
    }
    if (const auto* tcp = std::get_if<Tcp>(&layers.transport)) {
        return between_ports(*tcp, tcp_text(*tcp, layers, head.length));
    }
    std::string what = protocol_text(head.protocol) + length_text(head.length, 0);
    if (const auto* v4 = std::get_if<Icmpv4>(&layers.transport)) {
        what = icmp_text(*v4, head.length);
    } else if (const auto* v6 = std::get_if<Icmpv6>(&layers.transport)) {
        what = icmp_text(*v6, head.length);
    }
    return fmt::format("{} > {}: {}", source, destination, what);
}

std::string arp_text(const Arp& arp) {
    if (!arp.addresses) {
        return fmt::format("operation {}", arp.operation);
    }
    const auto& addresses = *arp.addresses;
    const std::string sender = IpAddress::v4(addresses.sender_ip).text();
    switch (arp.operation) {
        case Arp::kRequest:
            return fmt::format("Request who-has {} tell {}", IpAddress::v4(addresses.target_ip).text(), sender);
        case Arp::kReply: return fmt::format("Reply {} is-at {}", sender, mac_text(addresses.sender_mac));
        default: return fmt::format("operation {}, of {}", arp.operation, sender);
    }
}

}  // namespace kwd::packet
