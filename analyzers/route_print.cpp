// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"
#include "base/identifiers.h"
#include "base/ip.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <algorithm>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::line_place;
using snapshot::RoutesRow;

using Words = std::vector<std::string_view>;

bool is_v4(std::string_view word) {
    const auto address = IpAddress::parse(word);
    return address && address->family() == IpFamily::v4;
}

std::optional<Cidr> v4_prefix(std::string_view destination, std::string_view mask) {
    const auto address = IpAddress::parse(destination);
    const auto bits = IpAddress::parse(mask);
    if (!address || !bits || address->family() != IpFamily::v4 || bits->family() != IpFamily::v4) {
        return std::nullopt;
    }
    const auto length = prefix_length_of_mask(*bits);
    return length ? std::optional(Cidr(*address, *length)) : std::nullopt;
}

// `DESTINATION MASK GATEWAY INTERFACE METRIC`, the gateway in words when on-link; or, among the persistent routes,
// `DESTINATION MASK GATEWAY METRIC`, the metric in words when it is the default.
std::optional<RoutesRow> v4_row(const Words& words) {
    const auto prefix = words.size() >= 4 ? v4_prefix(words[0], words[1]) : std::nullopt;
    if (!prefix) {
        return std::nullopt;
    }
    RoutesRow row;
    row.destination = prefix->text();
    row.family = 4;
    const std::string_view last = words.back();
    const std::string_view before_last = words[words.size() - 2];
    const Integer metric = parse_integer(last);
    if (metric && is_v4(before_last) && words.size() >= 5) {
        row.next_hop = words.size() == 5 && is_v4(words[2]) ? snapshot::Text(words[2]) : std::nullopt;
        row.interface_address = std::string(before_last);
        row.metric = metric;
        row.metric_includes_interface = true;
        row.persistent = false;
        return row;
    }
    if (!is_v4(words[2])) {
        return std::nullopt;
    }
    row.next_hop = std::string(words[2]);
    row.metric = words.size() == 4 ? metric : std::nullopt;
    row.metric_includes_interface = row.metric ? snapshot::Flag(false) : std::nullopt;
    row.persistent = true;
    return row;
}

// `INDEX METRIC PREFIX GATEWAY`; the gateway stands on the next line when the prefix is long.
std::optional<RoutesRow> v6_row(const Words& words, std::string_view next_line, bool persistent) {
    const Integer index = words.size() >= 3 ? parse_integer(words[0]) : std::nullopt;
    const Integer metric = words.size() >= 3 ? parse_integer(words[1]) : std::nullopt;
    const auto prefix = words.size() >= 3 ? Cidr::parse(words[2]) : std::nullopt;
    if (!index || !metric || !prefix || prefix->family() != IpFamily::v6) {
        return std::nullopt;
    }
    const std::string_view gateway = words.size() > 3 ? words[3] : trim(next_line);
    const auto address = printed_address(gateway);
    RoutesRow row;
    row.destination = prefix->text();
    row.family = 6;
    row.next_hop = address ? snapshot::Text(address->address) : std::nullopt;
    row.interface_index = *index > 0 ? index : std::nullopt;
    row.metric = metric;
    row.metric_includes_interface = !persistent;
    row.persistent = persistent;
    return row;
}

// ` 12...00 50 56 9a 3c 21 ......Hyper-V Virtual Ethernet Adapter`
std::optional<snapshot::InterfacesRow> interface_row(std::string_view line) {
    const std::string_view text = trim(line);
    const std::size_t dots = text.find("...");
    const Integer index = dots != std::string_view::npos ? parse_integer(text.substr(0, dots)) : std::nullopt;
    const std::size_t name = text.rfind("...");
    if (!index || name == std::string_view::npos || name + 3 >= text.size()) {
        return std::nullopt;
    }
    snapshot::InterfacesRow row;
    row.interface_index = index;
    row.name = trim(text.substr(name + 3));
    row.description = row.name;
    std::string octets;
    for (const std::string_view word : split_words(text.substr(dots, name - dots), " .")) {
        octets += (octets.empty() ? "" : "-") + std::string(word);
    }
    row.mac = normal_mac(octets);
    return row.name.empty() ? std::nullopt : std::optional(row);
}

// The title of a table stands alone above a bar.
bool begins(const TextLines& lines, std::size_t at) {
    const bool bar_then_list = is_bar(lines[at]) && (interface_row(lines[at + 1]) || interface_row(lines[at + 2]));
    const bool title_then_bar = !lines[at].empty() && !lines[at].starts_with(' ') && !is_bar(lines[at]) &&
                                lines[at].find("IPv") != std::string_view::npos && is_bar(lines[at + 1]);
    return bar_then_list || title_then_bar;
}

// The list of interfaces, between two bars.
std::size_t read_interface_list(WindowsText& text, std::size_t at) {
    for (++at; at < text.lines.size() && !is_bar(text.lines[at]); ++at) {
        if (auto row = interface_row(text.lines[at])) {
            text.out.add_in_outline(snapshot::kInterfaces, std::move(*row), line_place(at + 1));
        }
    }
    text.out.covers_in_outline(snapshot::kInterfaces.name, "route print names adapters by their description");
    return at + 1;
}

// A table: title, bar, active routes, bar, persistent routes, bar.
std::size_t read_table(WindowsText& text, std::size_t at) {
    text.out.covers(snapshot::kRoutes.name);
    int bars = 0;
    bool has_rows = false;
    for (++at; at < text.lines.size(); ++at) {
        const std::string_view line = text.lines[at];
        if (is_bar(line)) {
            ++bars;
            continue;
        }
        if (line.empty() || (bars >= 3 && !line.starts_with(' ')) || begins(text.lines, at)) {
            break;
        }
        const Words words = split_words(line);
        auto row = v4_row(words);
        if (!row) {
            row = v6_row(words, text.lines[at + 1], bars >= 2);
        }
        if (row) {
            has_rows = true;
            text.out.add(snapshot::kRoutes, std::move(*row), line_place(at + 1));
        }
    }
    if (has_rows && bars < 2) {  // a bar stands below the active routes
        text.out.note(line_place(at), "truncated", "the table of routes breaks off");
        text.out.covers_partly(snapshot::kRoutes.name, "a table of route print breaks off");
    }
    return at;
}

// Rows without a title, as people paste them.
bool is_route_row(std::string_view line) {
    const auto row = line.starts_with(' ') ? v4_row(split_words(line)) : std::nullopt;
    return row && row->interface_address;
}

}  // namespace

std::size_t read_route_print(WindowsText& text, std::size_t at) {
    if (begins(text.lines, at)) {
        return is_bar(text.lines[at]) ? read_interface_list(text, at) : read_table(text, at);
    }
    if (!is_route_row(text.lines[at])) {
        return at;
    }
    for (; is_route_row(text.lines[at]); ++at) {
        text.out.add(snapshot::kRoutes, *v4_row(split_words(text.lines[at])), line_place(at + 1));
    }
    return at;
}

}  // namespace kwd::analyzers
