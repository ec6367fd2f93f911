// SPDX-License-Identifier: Apache-2.0
#include "analyzers/normal_forms.h"

#include "analyzers/text_lines.h"
#include "base/identifiers.h"
#include "base/ip.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::Text;

bool only_zeros(std::string_view text) {
    return text.find_first_not_of("0-:") == std::string_view::npos;
}

constexpr std::array<NamedNumber, 8> kProtocols = {
    {{"ICMP", 1}, {"ICMPv4", 1}, {"IGMP", 2}, {"TCP", 6}, {"UDP", 17}, {"ICMPv6", 58}, {"SCTP", 132}, {"Any", 256}}};

}  // namespace

Text normal_address(const Text& text) {
    if (!text || trim(*text).empty()) {
        return std::nullopt;
    }
    const auto address = IpAddress::parse(trim(*text));
    return address ? address->text() : Text(trim(*text));
}

Text normal_prefix(const Text& text) {
    if (!text || trim(*text).empty()) {
        return std::nullopt;
    }
    const auto prefix = Cidr::parse(trim(*text));
    return prefix ? prefix->text() : normal_address(text);
}

Text normal_mac_text(const Text& text) {
    if (!text || trim(*text).empty()) {
        return std::nullopt;
    }
    return normal_mac(trim(*text)).value_or(lower(trim(*text)));
}

Text normal_id(const Text& text) {
    if (!text) {
        return std::nullopt;
    }
    std::string_view id = trim(*text);
    id.remove_prefix(id.rfind('/') + 1);
    if (id.empty() || only_zeros(id)) {
        return std::nullopt;
    }
    if (auto guid = normal_guid(id)) {
        return only_zeros(*guid) ? Text() : guid;
    }
    std::string upper(id);
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}

Integer family_of(std::string_view address_or_prefix) noexcept {
    const auto prefix = Cidr::parse_or_host(address_or_prefix);
    return prefix ? Integer(static_cast<std::int64_t>(prefix->family())) : std::nullopt;
}

Integer number_or_names(const JsonNode& node, std::span<const NamedNumber> names) {
    if (const Integer number = node.integer()) {
        return number;
    }
    const auto words = node.words();
    if (words.empty()) {
        return std::nullopt;
    }
    std::int64_t sum = 0;
    for (const std::string& word : words) {
        const auto named =
            std::ranges::find_if(names, [&](const NamedNumber& each) { return equal_ignoring_case(each.first, word); });
        if (named == names.end()) {
            return std::nullopt;
        }
        sum += named->second;
    }
    return sum;
}

Integer protocol_number(const JsonNode& node) {
    return number_or_names(node, kProtocols);
}

Text spelled_as(const Text& word, std::span<const std::string_view> words) {
    if (!word) {
        return word;
    }
    const auto found =
        std::ranges::find_if(words, [&](std::string_view each) { return equal_ignoring_case(each, *word); });
    return found != words.end() ? Text(*found) : word;
}

}  // namespace kwd::analyzers
