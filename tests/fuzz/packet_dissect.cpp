// SPDX-License-Identifier: Apache-2.0
#include "packet/application.h"
#include "packet/checksum.h"
#include "packet/dissect.h"
#include "packet/dns.h"
#include "packet/fragments.h"
#include "packet/neighbor.h"
#include "packet/packet_text.h"
#include "packet/quoted_packet.h"
#include "tests/fuzz/check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace {

using namespace kwd::packet;

constexpr std::array kLinkTypes{LinkType::ethernet, LinkType::linux_sll, LinkType::linux_sll2, LinkType::null,
                                LinkType::loop,     LinkType::raw,       LinkType::raw_bsd,    LinkType::raw_openbsd,
                                LinkType::ipv4,     LinkType::ipv6,      LinkType{0xffff}};

void check_within(std::span<const std::byte> part, std::span<const std::byte> whole) {
    check(part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()));
}

void check_dns(const std::optional<Dns>& dns) {
    if (dns && dns->question) {
        const auto text = dns->question->name.text();
        check(!text.empty() && text.size() <= 4 * DnsName::kMostOctets);
        for (const char c : text) {
            check(c > ' ' && c <= '~');
        }
    }
}

void check_application(const Layers& layers) {
    const auto application = application_of(layers);
    check(static_cast<std::size_t>(application) < kApplications && name_of(application) != nullptr);
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        check(static_cast<std::size_t>(dhcp_message(udp->payload)) < kDhcpMessages);
        check(geneve_vni(udp->payload) <= 0xffffff);
    }
}

void check_layers(const Layers& layers, std::span<const std::byte> bytes) {
    const auto payload_within = [&](const auto& header) {
        if constexpr (requires { header.payload; }) {
            check_within(header.payload, bytes);
        }
        if constexpr (requires { header.body; }) {
            check_within(header.body, bytes);
            const auto quoted = dissect_quoted_packet(header.body);
            check(!quoted || !quoted->ports || header.body.size() >= 24);
        }
    };
    std::visit(payload_within, layers.link);
    std::visit(payload_within, layers.network);
    std::visit(payload_within, layers.transport);
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        check_dns(dissect_dns(udp->payload));
    }
    if (const auto* icmp = std::get_if<Icmpv6>(&layers.transport)) {
        const auto neighbor = dissect_neighbor(*icmp);
        check(!neighbor || icmp->body.size() >= NeighborMessage::kSize);
    }
    check_dns(dissect_dns(layers));
    check_application(layers);
}

void check_packet(const Packet& packet, std::span<const std::byte> bytes) {
    check_layers(packet.outer, bytes);
    if (packet.vxlan) {
        check_within(packet.vxlan->inner_frame, bytes);
        check(packet.vxlan->vni <= 0xffffff);
    }
    check(!packet.inner || (packet.vxlan && packet.vxlan->vni_valid));
    if (packet.inner) {
        check_layers(*packet.inner, packet.vxlan->inner_frame);
    }
}

bool malformed(const Packet& packet) {
    return packet.outer.outcome == Outcome::malformed || (packet.inner && packet.inner->outcome == Outcome::malformed);
}

/// The input cut into fragments of a datagram: they come in two orders, and each is told once.
void check_fragments(LinkType link_type, std::span<const std::byte> bytes) {
    std::uint64_t unsettled = 0;
    Fragments fragments{VxlanPorts{}, [&](const Fragments::Unsettled& each) { unsettled += each.waited.packets; }};
    std::uint64_t waiting = 0;
    std::uint64_t told = 0;
    const auto add = [&](std::span<const std::byte> part) {
        auto packet = dissect(link_type, part, part.size(), VxlanPorts{});
        const auto answer = fragments.add(packet, 1, 0, part.size());
        waiting += answer.role == Fragments::Role::waiting ? 1U : 0U;
        told += answer.before.packets;
        check(answer.role != Fragments::Role::none || answer.before.packets == 0);
        check(!packet.inner || packet.vxlan);
    };
    // Each part begins with the same headers; what stands at fixed places in them makes it a fragment.
    for (std::size_t from = 0; from + 32 <= bytes.size(); from += 32) {
        add(bytes.subspan(from));
    }
    for (std::size_t to = bytes.size(); to > 32; to /= 2) {
        add(bytes.first(to));
    }
    fragments.settle();
    check(waiting == told + unsettled);
}

/// Lines of printable characters, whatever the packet holds.
void check_text(LinkType link_type, std::span<const std::byte> captured, std::size_t length) {
    const auto text = packet_text({.number = 1,
                                   .time_ns_utc = 0,
                                   .interface_id = 0,
                                   .link_type = link_type,
                                   .direction = Direction::unknown,
                                   .checksums_unfinished = false,
                                   .captured = captured,
                                   .original_length = static_cast<std::uint32_t>(length)},
                                  nullptr);
    check(std::ranges::count(text, '\n') <= 6);
    for (const char c : text) {
        check(c == '\n' || (c >= ' ' && c <= '~'));
    }
}

}  // namespace

/// One octet for the link type, one for where a snap length cuts, then a packet.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const auto link_type = kLinkTypes[data[0] % kLinkTypes.size()];
    const auto bytes = std::as_bytes(std::span{data, size}).subspan(2);
    const auto packet = dissect(link_type, bytes, bytes.size(), VxlanPorts{});
    check_packet(packet, bytes);
    check_dns(dissect_dns(bytes));
    check_dns(dissect_dns_over_tcp(bytes));
    check_fragments(link_type, bytes);
    static_cast<void>(verify_checksums(bytes));

    const auto snapped = bytes.first(data[1] < bytes.size() ? data[1] : bytes.size());
    const auto snapped_packet = dissect(link_type, snapped, bytes.size(), VxlanPorts{});
    check_packet(snapped_packet, snapped);
    check_text(link_type, bytes, bytes.size());
    check_text(link_type, snapped, bytes.size());
    check(malformed(packet) || !malformed(snapped_packet));  // a snap length takes away, it never breaks
    return 0;
}
