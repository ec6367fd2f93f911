// SPDX-License-Identifier: Apache-2.0
#include "packet/dns.h"

#include "packet/bytes.h"

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
// header, so that a pointer here is a mistake or an attack and is never followed.
static bool read_name(Bytes& in, DnsName& name, Dns& dns) noexcept {
    while (const auto length = in.be(1)) {
        if (*length == 0) {
            return true;
        }
        if (*length > 63) {
            dns.defect = Defect::name;
            return false;
        }
        const auto label = in.take(*length);
        if (!label) {
            break;
        }
        if (!name.add_label(*label)) {
            dns.defect = Defect::name;
            return false;
        }
    }
    dns.cut = true;
    return false;
}

std::optional<Dns> dissect_dns(std::span<const std::byte> message) noexcept {
    Bytes in{message};
    const auto header = in.take<12>();
    if (!header) {
        return std::nullopt;
    }
    const auto flags = header->be<2, 2>();
    std::optional<Dns> dns{Dns{.id = header->be<0, 2>(),
                               .opcode = static_cast<std::uint8_t>(flags >> 11 & 0x0f),
                               .response_code = static_cast<std::uint8_t>(flags & 0x0f),
                               .response = (flags & 0x8000) != 0,
                               .authoritative = (flags & 0x0400) != 0,
                               .truncated = (flags & 0x0200) != 0,
                               .recursion_desired = (flags & 0x0100) != 0,
                               .recursion_available = (flags & 0x0080) != 0,
                               .questions = header->be<4, 2>(),
                               .answers = header->be<6, 2>(),
                               .authorities = header->be<8, 2>(),
                               .additionals = header->be<10, 2>(),
                               .question = std::nullopt,
                               .cut = false,
                               .defect = Defect::none}};
    if (dns->questions == 0) {
        return dns;
    }
    DnsName name;
    if (!read_name(in, name, *dns)) {
        return dns;
    }
    if (const auto tail = in.take<4>()) {
        dns->question = Dns::Question{.name = name, .type = tail->be<0, 2>(), .dns_class = tail->be<2, 2>()};
    } else {
        dns->cut = true;
    }
    return dns;
}

}  // namespace kwd::packet
