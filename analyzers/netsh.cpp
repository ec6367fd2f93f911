// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <algorithm>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::IpInterfacesRow;
using snapshot::line_place;
using snapshot::Text;

// netsh does not say in its answer for which family it was asked; the file's name or the command may.
std::int64_t family_asked(const WindowsText& text) {
    return text.hint.find("ipv6") != std::string::npos ? 6 : 4;
}

bool all_numbers(const std::vector<std::string_view>& words, std::size_t count) {
    return words.size() > count && std::all_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count),
                                               [](std::string_view word) { return parse_integer(word).has_value(); });
}

Text connection_state(std::string_view word) {
    return word == "connected"      ? Text("connected")
           : word == "disconnected" ? Text("disconnected")
                                    : std::nullopt;  // in another language
}

// What follows the n-th word of a line.
std::string_view behind_word(std::string_view line, const std::vector<std::string_view>& words, std::size_t n) {
    return trim(line.substr(static_cast<std::size_t>(words[n].data() + words[n].size() - line.data())));
}

// `Idx Met MTU State Name` of show interfaces; `MTU MediaSenseState In Out Interface` of show subinterfaces.
std::optional<IpInterfacesRow> interface_row(std::string_view line) {
    const auto words = split_words(line);
    IpInterfacesRow row;
    if (all_numbers(words, 4)) {
        row.mtu_bytes = parse_integer(words[0]);
        row.interface_name = text_or_null(behind_word(line, words, 3));
        return row.interface_name ? std::optional(row) : std::nullopt;
    }
    if (all_numbers(words, 3) && words.size() > 4) {
        row.interface_index = parse_integer(words[0]);
        row.metric = parse_integer(words[1]);
        row.mtu_bytes = parse_integer(words[2]);
        row.state = connection_state(words[3]);
        row.interface_name = text_or_null(behind_word(line, words, 3));
        return row;
    }
    return std::nullopt;
}

struct Setting {
    std::string_view key;
    std::string_view value;
};

std::optional<Setting> setting_in(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)).empty()) {
        return std::nullopt;
    }
    return Setting{trim(line.substr(0, colon)), trim(line.substr(colon + 1))};
}

// The order in which `netsh interface ipv4 show interface NAME` lists its settings; only the first two are not
// translated.
constexpr std::size_t kState = 2;
constexpr std::size_t kMetric = 3;
constexpr std::size_t kMtu = 4;
constexpr std::size_t kForwarding = 11;
constexpr std::size_t kWeakHostSends = 18;
constexpr std::size_t kWeakHostReceives = 19;

void read_detail(std::size_t position, std::string_view value, IpInterfacesRow& row) {
    switch (position) {
        case 1: row.interface_index = parse_integer(value); break;
        case kState: row.state = connection_state(value); break;
        case kMetric: row.metric = parse_integer(value); break;
        case kMtu: row.mtu_bytes = parse_integer(value.substr(0, value.find(' '))); break;
        case kForwarding: row.forwarding = printed_flag(value); break;
        case kWeakHostSends: row.weak_host_send = printed_flag(value); break;
        case kWeakHostReceives: row.weak_host_receive = printed_flag(value); break;
        default: break;
    }
}

// tcp or udp, in the title above a table, which keeps the word in every language.
Text protocol_above(const TextLines& lines, std::size_t at) {
    for (std::size_t back = 1; back <= 4 && back <= at; ++back) {
        const std::string title = lower(lines[at - back]);
        for (const std::string_view protocol : {"tcp", "udp"}) {
            if (title.find(protocol) != std::string::npos) {
                return Text(protocol);
            }
        }
    }
    return std::nullopt;
}

Integer port_of(std::string_view word) {
    const Integer port = parse_integer(word);
    return port && *port >= 0 && *port <= 65535 ? port : std::nullopt;
}

// `START END *`, the star where an administrator made it.
std::size_t read_excluded_ranges(WindowsText& text, std::size_t at, const Text& protocol) {
    text.out.covers(snapshot::kPortRanges.name);
    for (; at < text.lines.size(); ++at) {
        const auto words = split_words(text.lines[at]);
        const Integer first = words.size() >= 2 ? port_of(words[0]) : std::nullopt;
        const Integer last = words.size() >= 2 ? port_of(words[1]) : std::nullopt;
        if (!first || !last) {
            break;
        }
        text.out.add(snapshot::kPortRanges,
                     {.protocol = *protocol,
                      .family = family_asked(text),
                      .kind = "excluded",
                      .first_port = *first,
                      .last_port = *last,
                      .administered = words.size() > 2 && words[2] == "*"},
                     line_place(at + 1));
    }
    return at;
}

// Two settings, `Start Port : 49152` and `Number of Ports : 16384`.
std::size_t read_dynamic_range(WindowsText& text, std::size_t at, const Text& protocol) {
    const auto start = setting_in(text.lines[at]);
    const auto number = setting_in(text.lines[at + 1]);
    if (!start || !number) {
        return at;
    }
    const std::int64_t first = port_of(start->value).value_or(-1);
    const std::int64_t count = port_of(number->value).value_or(0);
    if (first < 0 || count == 0) {
        return at;
    }
    text.out.add(snapshot::kPortRanges,
                 {.protocol = *protocol,
                  .family = family_asked(text),
                  .kind = "dynamic",
                  .first_port = first,
                  .last_port = std::min<std::int64_t>(first + count - 1, 65535)},
                 line_place(at + 1, at + 2));
    return at + 2;
}

}  // namespace

std::size_t read_netsh_interfaces(WindowsText& text, std::size_t at) {
    if (dash_groups(text.lines[at + 1]).size() != 5 || !interface_row(text.lines[at + 2])) {
        return at;
    }
    for (at += 2; at < text.lines.size(); ++at) {
        auto row = interface_row(text.lines[at]);
        if (!row) {
            break;
        }
        row->family = family_asked(text);
        row->compartment_id = text.compartment_id;
        text.out.add(snapshot::kIpInterfaces, std::move(*row), line_place(at + 1));
    }
    return at;
}

std::size_t read_netsh_interface_details(WindowsText& text, std::size_t at) {
    const auto luid = setting_in(text.lines[at + 2]);
    if (dash_groups(text.lines[at + 1]).size() != 1 || !luid || luid->key != "IfLuid") {
        return at;
    }
    // `Interface vEthernet (Ethernet) Parameters`: the name is what no language translates, but the words around it are
    // not known, so that it is told by the index where this title is not English.
    IpInterfacesRow row;
    const std::string_view title = trim(text.lines[at]);
    if (title.starts_with("Interface ") && title.ends_with(" Parameters")) {
        row.interface_name = std::string(title.substr(10, title.size() - 21));
    }
    row.family = family_asked(text);
    const std::size_t begin = at;
    std::size_t position = 0;
    for (at += 2; at < text.lines.size(); ++at, ++position) {
        const auto setting = setting_in(text.lines[at]);
        if (!setting) {
            break;
        }
        read_detail(position, setting->value, row);
    }
    text.out.add(snapshot::kIpInterfaces, std::move(row), line_place(begin + 1, at));
    return at;
}

std::size_t read_netsh_ports(WindowsText& text, std::size_t at) {
    const std::size_t rule = dash_groups(text.lines[at]).empty() ? at + 1 : at;
    const std::size_t groups = dash_groups(text.lines[rule]).size();
    const Text protocol = groups == 1 || groups == 2 ? protocol_above(text.lines, rule) : std::nullopt;
    if (!protocol) {
        return at;
    }
    if (groups == 2) {
        return read_excluded_ranges(text, rule + 1, protocol);
    }
    const std::size_t next = read_dynamic_range(text, rule + 1, protocol);
    return next == rule + 1 ? at : next;
}

}  // namespace kwd::analyzers
