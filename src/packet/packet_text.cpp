// SPDX-License-Identifier: Apache-2.0
#include "packet/packet_text.h"

#include "base/ip.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "packet/dissect.h"
#include "packet/transport_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <tuple>

namespace kwd::packet {
namespace {

// As Wireshark shows a frame's time.
std::string time_text(std::int64_t time_ns_utc) {
    using namespace std::chrono;
    const sys_time<nanoseconds> time{nanoseconds{time_ns_utc}};
    // Of microseconds: the first day of what nanoseconds can say begins before them.
    const auto shown = floor<microseconds>(time);
    const auto day = floor<days>(shown);
    const year_month_day date{day};
    const hh_mm_ss clock{shown - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06} UTC", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

// Windows' longest is `\Device\NPF_` and a GUID. What a file says may be anything.
constexpr std::size_t kLongestName = 64;

std::string frame_text(const CapturedPacket& captured, const CaptureInterface* interface) {
    std::string text = captured.time_ns_utc ? time_text(*captured.time_ns_utc) + ", " : "";
    if (interface != nullptr && !interface->name.empty()) {
        text += shortened(printable(repair_utf8(interface->name)), kLongestName);
        text += captured.direction == Direction::inbound    ? " in, "
                : captured.direction == Direction::outbound ? " out, "
                                                            : ", ";
    }
    text += fmt::format("{} bytes", captured.original_length);
    if (captured.captured.size() < captured.original_length) {
        text += fmt::format(" ({} captured)", captured.captured.size());
    }
    return text;
}

std::string vlans_text(const VlanTags& vlans) {
    std::string text;
    for (std::size_t i = 0; i < vlans.count; ++i) {
        text += fmt::format(", vlan {}", vlans.tags[i].id);
    }
    return text;
}

struct LinkText {
    std::string operator()(const Ethernet& frame) const {
        return fmt::format("{} > {}{}", mac_text(frame.source), mac_text(frame.destination), vlans_text(frame.vlans));
    }
    // As tcpdump names what an `any` device says of a packet's way.
    std::string operator()(const LinuxCooked& cooked) const {
        constexpr std::array ways = {"In", "B", "M", "P", "Out"};
        std::string text = cooked.packet_type < ways.size() ? ways[cooked.packet_type] : "?";
        if (cooked.address_length == std::tuple_size_v<MacAddress>) {
            MacAddress mac;
            std::copy_n(cooked.address.begin(), mac.size(), mac.begin());
            text += " " + mac_text(mac);
        }
        return text + vlans_text(cooked.vlans);
    }
    std::string operator()(const auto&) const { return {}; }
};

// What a link header says that it carries, where no dissector went on.
std::string ethertype_text(const Link& link) {
    const auto* frame = std::get_if<Ethernet>(&link);
    const auto* cooked = std::get_if<LinuxCooked>(&link);
    return frame != nullptr    ? fmt::format("ethertype 0x{:04x}", frame->ethertype)
           : cooked != nullptr ? fmt::format("ethertype 0x{:04x}", cooked->ethertype)
                               : "no IP";
}

std::string header_text(const Ipv4& ip) {
    const char* flags = ip.dont_fragment ? ip.more_fragments ? "DF, MF" : "DF" : ip.more_fragments ? "+" : "none";
    return fmt::format("IP (ttl {}, id {}, offset {}, flags [{}], length {})", ip.ttl, ip.identification,
                       ip.fragment_offset, flags, ip.total_length);
}

std::string header_text(const Ipv6& ip) {
    const std::string fragment = ip.fragment_header
                                     ? fmt::format(", frag (id {}, offset {}{})", ip.fragment_header->identification,
                                                   ip.fragment_header->offset, ip.fragment_header->more ? ", more" : "")
                                     : "";
    return fmt::format("IP6 (hlim {}{}, payload length {})", ip.hop_limit, fragment, ip.payload_length);
}

IpAddress address_of(std::uint32_t address) {
    return IpAddress::v4(address);
}
IpAddress address_of(const Ipv6Address& address) {
    return IpAddress::v6(address);
}

// Bytes behind the IP headers; nullopt where the network card was to set the length, or an extension header is cut off.
std::optional<std::uint32_t> length_of(const Ipv4& ip) {
    return ip.total_length < ip.header_length ? std::nullopt
                                              : std::optional<std::uint32_t>(ip.total_length - ip.header_length);
}
std::optional<std::uint32_t> length_of(const Ipv6& ip) {
    if (ip.extension_headers == 0 && ip.payload_length != 0) {
        return ip.payload_length;
    }
    return ip.cut ? std::nullopt : std::optional(static_cast<std::uint32_t>(ip.payload.size()));
}

std::string outcome_text(const Layers& layers) {
    switch (layers.outcome) {
        case Outcome::truncated:
            // Of a payload nothing is shown, so that it is nothing new that it ends.
            return layers.transport.index() == 0 ? " [cut off by the capture]" : "";
        case Outcome::contradictory: return " [headers contradict themselves or the packet's length]";
        case Outcome::malformed: return " [malformed]";
        case Outcome::complete:
        case Outcome::unsupported:
        case Outcome::fragment: break;
    }
    return {};
}

// Two lines, each with this indent: the headers up to IP, and what follows.
std::string layers_text(const Layers& layers, std::string_view tunnel, std::string_view indent) {
    std::string headers = std::visit(LinkText{}, layers.link);
    headers += headers.empty() ? "" : ", ";
    std::string what;
    if (const auto* arp = std::get_if<Arp>(&layers.network)) {
        headers += "ARP";
        what = arp_text(*arp);
    } else if (const auto* v4 = std::get_if<Ipv4>(&layers.network)) {
        headers += header_text(*v4);
        what = datagram_text({address_of(v4->source), address_of(v4->destination), v4->protocol, length_of(*v4)},
                             layers, tunnel);
    } else if (const auto* v6 = std::get_if<Ipv6>(&layers.network)) {
        headers += header_text(*v6);
        what = datagram_text({address_of(v6->source), address_of(v6->destination), v6->protocol, length_of(*v6)},
                             layers, tunnel);
    } else {
        headers += ethertype_text(layers.link);
    }
    std::string text = fmt::format("\n{}{}", indent, headers);
    if (!what.empty()) {
        text += fmt::format("\n{}{}", indent, what);
    }
    return text + outcome_text(layers);
}

std::string vxlan_text(const Vxlan& vxlan) {
    std::string text =
        fmt::format("VXLAN, flags [{}] (0x{:02x}), vni {}", vxlan.vni_valid ? "I" : ".", vxlan.flags, vxlan.vni);
    if (vxlan.extension == Vxlan::Extension::group_policy) {
        text += fmt::format(", group policy ID {}", vxlan.group_policy_id);
    } else if (vxlan.extension == Vxlan::Extension::generic_protocol) {
        text += fmt::format(", next protocol {}", vxlan.next_protocol);
    }
    return text;
}

}  // namespace

std::string mac_text(const MacAddress& mac) {
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

std::string packet_text(const CapturedPacket& captured, const CaptureInterface* interface) {
    const Packet packet = dissect(captured.link_type, captured.captured, captured.original_length, VxlanPorts{});
    std::string text = frame_text(captured, interface);
    text += layers_text(packet.outer, packet.vxlan ? vxlan_text(*packet.vxlan) : std::string(), "");
    if (packet.inner) {
        text += layers_text(*packet.inner, "", "  ");
    }
    return text;
}

}  // namespace kwd::packet
