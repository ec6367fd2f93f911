// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture_reader.h"
#include "packet/traffic/capture_feed.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kwd::packet {

/// Everything that reading a file gave, as text, so that two ways of reading are compared and told apart by eye.
struct CaptureAccount {
    std::vector<std::string> packets;
    std::vector<std::string> interfaces;
    std::vector<std::string> problems;

    bool operator==(const CaptureAccount&) const = default;
};

inline std::string account_of(const CapturedPacket& packet) {
    std::uint64_t sum = 0;
    for (const auto octet : packet.captured) {
        sum = sum * 31 + std::to_integer<std::uint64_t>(octet);
    }
    return fmt::format("{} at {} on {}/{} way {}{} {}/{}:{:x}", packet.number, packet.time_ns_utc.value_or(-1),
                       packet.interface_id, static_cast<int>(packet.link_type), static_cast<int>(packet.direction),
                       packet.checksums_unfinished ? " unfinished" : "", packet.captured.size(), packet.original_length,
                       sum);
}

inline void add_rest(std::span<const CaptureInterface> interfaces, std::span<const CaptureProblem> problems,
                     CaptureAccount& account) {
    for (const auto& interface : interfaces) {
        const auto statistics = interface.statistics.value_or(CaptureStatistics{});
        account.interfaces.push_back(fmt::format(
            "{} {} {} received {} dropped {} lost {}", interface.name, static_cast<int>(interface.link_type),
            interface.snap_length, statistics.received.value_or(9'999'999),
            statistics.dropped_by_system.value_or(9'999'999), interface.lost_between_packets));
    }
    for (const auto& problem : problems) {
        account.problems.push_back(
            fmt::format("{} at {}: {}", static_cast<int>(problem.kind), problem.offset, problem.text));
    }
}

inline CaptureAccount account_of(CaptureReader reader) {
    CaptureAccount account;
    while (const auto packet = reader.next()) {
        account.packets.push_back(account_of(*packet));
    }
    add_rest(reader.interfaces(), reader.problems(), account);
    return account;
}

inline CaptureAccount account_of(CaptureFeed feed) {
    CaptureAccount account;
    CaptureFeed::Window window;
    while (feed.next(window)) {
        for (const auto& packet : window.packets()) {
            account.packets.push_back(account_of(packet));
        }
    }
    add_rest(feed.interfaces(), feed.problems(), account);
    return account;
}

}  // namespace kwd::packet
