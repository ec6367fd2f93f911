// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"
#include "base/identifiers.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <charconv>

namespace kwd::analyzers {
namespace {

// `Interface: 192.168.10.21 --- 0xc`: the number is the index of the interface.
snapshot::Integer interface_of(std::string_view line) {
    const std::size_t mark = line.find(" --- 0x");
    if (mark == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = line.substr(mark + 7);
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index, 16);
    return error == std::errc() && end == digits.data() + digits.size() ? snapshot::Integer(index) : std::nullopt;
}

}  // namespace

std::size_t read_arp(WindowsText& text, std::size_t at) {
    const auto index = interface_of(text.lines[at]);
    if (!index) {
        return at;
    }
    text.out.covers(snapshot::kNeighbors.name);
    for (++at; at < text.lines.size() && !text.lines[at].empty() && text.lines[at].starts_with(' '); ++at) {
        const auto words = split_words(text.lines[at]);
        const auto address = words.size() >= 2 ? printed_address(words[0]) : std::nullopt;
        const auto mac = words.size() >= 2 ? normal_mac(words[1]) : std::nullopt;
        if (!address || !mac) {
            continue;  // the header
        }
        const bool is_static = words.size() > 2 && is_static_word(words[2]);
        text.out.add(snapshot::kNeighbors,
                     {.interface_index = index,
                      .address = address->address,
                      .mac = mac,
                      .state = is_static ? snapshot::Text("permanent") : snapshot::Text(),
                      .family = address->family},
                     snapshot::line_place(at + 1));
    }
    return at;
}

}  // namespace kwd::analyzers
