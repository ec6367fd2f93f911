// SPDX-License-Identifier: Apache-2.0
#include "packet/dns.h"

#include <fmt/format.h>

#include <cassert>
#include <iterator>

namespace kwd::packet {

bool DnsName::add_label(std::span<const std::byte> label) noexcept {
    assert(!label.empty() && label.size() <= 63);
    if (length_ + 1 + label.size() > kMostOctets) {
        return false;
    }
    octets_[length_++] = static_cast<std::uint8_t>(label.size());
    for (const auto octet : label) {
        octets_[length_++] = std::to_integer<std::uint8_t>(octet);
    }
    return true;
}

static void append_label(std::string& text, std::span<const std::uint8_t> label) {
    for (const auto octet : label) {
        if (octet == '.' || octet == '\\') {
            text += '\\';
            text += static_cast<char>(octet);
        } else if (octet > 0x20 && octet < 0x7f) {
            text += static_cast<char>(octet);
        } else {
            fmt::format_to(std::back_inserter(text), "\\{:03}", octet);
        }
    }
}

std::string DnsName::text() const {
    std::string text;
    for (auto rest = labels(); !rest.empty(); rest = rest.subspan(rest.front() + std::size_t{1})) {
        if (!text.empty()) {
            text += '.';
        }
        append_label(text, rest.subspan(1, rest.front()));
    }
    return text.empty() ? "." : text;
}

// The first name of a message has nothing before it that a compression pointer (RFC 1035 §4.1.4) could mean but the
// header, so that a pointer here is a mistake or an attack and is never followed. False when there is no whole name:
// then it has what there is, to the middle of a label.
static bool read_name(Bytes& in, DnsName& name, Dns& dns) noexcept {
    while (const auto length = in.be(1)) {
        if (*length == 0) {
            return true;
        }
        if (*length > 63) {
            dns.defect = Defect::name;
            return false;
        }
        const auto label = in.take_up_to(*length);
        if (!label.empty() && !name.add_label(label)) {
            dns.defect = Defect::name;
            return false;
        }
        if (label.size() < *length) {
            return false;
        }
    }
    return false;
}

Dns::Dns(Fixed<kSize> header, Bytes rest) noexcept
    : id(header.be<0, 2>()),
      opcode(static_cast<std::uint8_t>(header.be<2, 1>() >> 3 & 0x0f)),
      response_code(static_cast<std::uint8_t>(header.be<3, 1>() & 0x0f)),
      response((header.be<2, 1>() & 0x80) != 0),
      authoritative((header.be<2, 1>() & 0x04) != 0),
      truncated((header.be<2, 1>() & 0x02) != 0),
      recursion_desired((header.be<2, 1>() & 0x01) != 0),
      recursion_available((header.be<3, 1>() & 0x80) != 0),
      questions(header.be<4, 2>()),
      answers(header.be<6, 2>()),
      authorities(header.be<8, 2>()),
      additionals(header.be<10, 2>()) {
    if (questions == 0) {
        return;
    }
    auto& first = question.emplace();
    const bool named = read_name(rest, first.name, *this);
    if (defect != Defect::none) {
        question.reset();
        return;
    }
    const auto tail = named ? rest.take<4>() : Fixed<4>{};
    if (!tail) {
        cut = true;
        return;
    }
    first.type = tail.be<0, 2>();
    first.dns_class = tail.be<2, 2>();
    first.whole = true;
}

std::optional<Dns> dissect_dns(const Layers& layers) noexcept {
    const auto by_port = [](const auto& header) {
        return header.source_port == kDnsPort || header.destination_port == kDnsPort;
    };
    if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        return by_port(*udp) ? dissect_dns(udp->payload) : std::nullopt;
    }
    if (const auto* tcp = std::get_if<Tcp>(&layers.transport)) {
        return by_port(*tcp) ? dissect_dns_over_tcp(tcp->payload) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace kwd::packet
