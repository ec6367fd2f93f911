// SPDX-License-Identifier: Apache-2.0
#include "packet/capture_reader.h"
#include "packet/pcapng_writer.h"
#include "packet/traffic/capture_feed.h"
#include "tests/fuzz/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace kwd::packet;

std::vector<CapturedPacket> all_packets(CaptureReader& reader) {
    std::vector<CapturedPacket> packets;
    while (const auto packet = reader.next()) {
        packets.push_back(*packet);
    }
    check(!reader.next());
    return packets;
}

bool same(const CapturedPacket& a, const CapturedPacket& b) {
    return a.number == b.number && a.time_ns_utc == b.time_ns_utc && a.link_type == b.link_type &&
           a.original_length == b.original_length && std::ranges::equal(a.captured, b.captured);
}

void check_packets(const std::vector<CapturedPacket>& packets, const CaptureReader& reader,
                   std::span<const std::byte> file) {
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const auto& captured = packets[i].captured;
        check(packets[i].number == i + 1);
        check(packets[i].interface_id < reader.interfaces().size());
        check(captured.empty() ||
              (captured.data() > file.data() && captured.data() + captured.size() <= file.data() + file.size()));
    }
    check(reader.problems().size() <= CaptureProblems::kMost + 1);
    for (const auto& problem : reader.problems()) {
        check(problem.offset <= file.size() && !problem.text.empty());
    }
}

void check_truncation(const std::vector<CapturedPacket>& packets, std::span<const std::byte> start) {
    CaptureReader reader{start};
    const auto fewer = all_packets(reader);
    check(fewer.size() <= packets.size() && std::equal(fewer.begin(), fewer.end(), packets.begin(), same));
}

void check_writing(std::vector<CapturedPacket> packets, const CaptureReader& reader) {
    PcapngWriter writer{"fuzz", reader.interfaces()};
    for (auto& packet : packets) {
        packet.time_ns_utc = std::max<std::int64_t>(packet.time_ns_utc.value_or(0), 0);
        writer.add(packet.interface_id, *packet.time_ns_utc, packet.captured, packet.original_length);
    }
    const auto written = writer.take();
    CaptureReader again{std::as_bytes(std::span{written})};
    const auto packets_again = all_packets(again);
    check(std::ranges::equal(packets, packets_again, same));
    check(again.problems().empty());
}

/// Handed out window by window. Packets of a file in memory stay where they are.
void check_feed(const std::vector<CapturedPacket>& packets, const CaptureReader& reader,
                std::span<const std::byte> file) {
    CaptureFeed feed{file};
    std::vector<CapturedPacket> fed;
    CaptureFeed::Window window;
    while (feed.next(window)) {
        fed.insert(fed.end(), window.packets().begin(), window.packets().end());
    }
    check(std::ranges::equal(fed, packets, same));
    check(feed.interfaces().size() == reader.interfaces().size());
    check(feed.problems().size() == reader.problems().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = std::as_bytes(std::span{data, size});
    CaptureReader reader{file};
    const auto packets = all_packets(reader);
    check_packets(packets, reader, file);
    check_truncation(packets, file.first(size / 2));
    check_feed(packets, reader, file);
    check_writing(packets, reader);
    return 0;
}
