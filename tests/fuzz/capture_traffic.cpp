// SPDX-License-Identifier: Apache-2.0
#include "packet/capture_reader.h"
#include "packet/pcapng_writer.h"
#include "packet/traffic/capture_feed.h"
#include "packet/traffic/read_together.h"
#include "packet/traffic/read_traffic.h"
#include "tests/fuzz/check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace kwd::packet;

constexpr std::array kLinkTypes{LinkType::ethernet, LinkType::ethernet, LinkType::linux_sll, LinkType::linux_sll2,
                                LinkType::null,     LinkType::raw,      LinkType::ipv4,      LinkType::ipv6,
                                LinkType::loop,     LinkType{0xffff}};

/// Input that is no capture is made one: for each packet one octet for its interface, one for the time that passed, one
/// for how much a snap length cut, two for its length, then its bytes.
std::string made_capture(Bytes in) {
    std::vector<CaptureInterface> interfaces(kLinkTypes.size());
    for (std::size_t i = 0; i < kLinkTypes.size(); ++i) {
        interfaces[i].link_type = kLinkTypes[i];
    }
    PcapngWriter writer{"fuzz", interfaces};
    std::int64_t time_ns = 1'700'000'000'000'000'000;
    while (const auto head = in.take<5>()) {
        const auto bytes = in.take_up_to(head.be<3, 2>());
        constexpr std::int64_t kLeap = 10'000'000'000;
        time_ns += head.be<1, 1>() == 0xff ? kLeap : head.be<1, 1>() * std::int64_t{20'000};
        writer.add(static_cast<std::uint32_t>(head.be<0, 1>() % kLinkTypes.size()), time_ns, bytes,
                   static_cast<std::uint32_t>(bytes.size() + head.be<2, 1>()));
    }
    return writer.take();
}

template <class Numbers>
std::uint64_t sum(const Numbers& numbers) {
    return std::accumulate(std::begin(numbers), std::end(numbers), std::uint64_t{0});
}

template <class Map>
std::uint64_t sum_of_values(const Map& map) {
    std::uint64_t result = 0;
    for (const auto& [key, value] : map) {
        result += value;
    }
    return result;
}

void check_counts(const TrafficCounts& counts) {
    check(counts.malformed <= counts.packets && counts.duplicates <= counts.packets);
    check(counts.tcp_flows <= counts.flows && counts.tcp_unanswered <= counts.tcp_flows);
    check(counts.flows <= counts.packets - counts.duplicates);
    check(counts.tcp.retransmitted_segments + counts.tcp.out_of_order_segments + counts.tcp.keep_alives <=
          counts.packets);
    check(counts.tcp.syn_retransmissions + counts.tcp.syn_ack_retransmissions <= counts.packets);
    check(counts.dns_retries <= counts.dns_queries && counts.dns_unanswered <= counts.dns_queries);
    check(counts.neighbor_unanswered <= counts.neighbor_requests);
    check(counts.icmp_frag_needed <= counts.packets);
    check(sum_of_values(counts.by_udp_port) <= counts.packets);
    const auto& protocols = counts.protocols;
    check(sum(protocols.by_kind) == counts.packets - counts.duplicates);
    check(sum(protocols.by_application) ==
          protocols.of(PacketRecord::Kind::udp) + protocols.of(PacketRecord::Kind::tcp));
    check(sum(protocols.dhcp_messages) == protocols.by_application[static_cast<std::size_t>(Application::dhcp)]);
    check(sum_of_values(protocols.geneve_vnis) ==
          protocols.by_application[static_cast<std::size_t>(Application::geneve)]);
}

/// Holds what was counted in one way against what was counted in another, and returns it as numbers.
std::vector<std::uint64_t> checked(const Traffic& traffic) {
    const auto inner = traffic.inner();
    const auto outer = traffic.outer();
    check_counts(inner);
    check_counts(outer);
    check(sum_of_values(inner.by_vni) == inner.packets && outer.by_vni.empty());
    check(inner.flows + outer.flows == traffic.flows().size());
    std::uint64_t tunnelled = 0;
    for (const auto& [key, tunnel] : traffic.tunnels().all()) {
        tunnelled += tunnel.packets;
        check(tunnel.packets > 0 && key.vni <= 0xffffff);
    }
    check(tunnelled == inner.packets - inner.duplicates);
    std::vector<std::uint64_t> numbers;
    for (const auto* side : {&inner, &outer}) {
        const auto& tcp = side->tcp;
        numbers.insert(numbers.end(), {side->packets,
                                       side->bytes,
                                       side->malformed,
                                       side->flows,
                                       side->tcp_unanswered,
                                       tcp.retransmitted_segments,
                                       tcp.out_of_order_segments,
                                       tcp.syn_retransmissions,
                                       tcp.resets,
                                       side->dns_queries,
                                       side->dns_retries,
                                       side->dns_answers,
                                       side->dns_unanswered,
                                       side->icmp_frag_needed,
                                       side->oversized,
                                       side->fragments,
                                       side->duplicates,
                                       side->neighbor_requests,
                                       side->neighbor_unanswered,
                                       side->address_conflicts,
                                       side->checksums_wrong,
                                       side->checksums_offloaded});
    }
    std::uint64_t in_flows = 0;
    for (std::uint32_t i = 0; i < traffic.flows().size(); ++i) {
        const auto& flow = traffic.flows()[i];
        check(flow.packets[0] + flow.packets[1] > 0);
        check(!traffic.address(flow.key, flow.key.low_address).text().empty());
        in_flows += flow.packets[0] + flow.packets[1];
        numbers.insert(numbers.end(), {flow.packets[0], flow.packets[1], flow.bytes[0], flow.bytes[1]});
    }
    check(in_flows <= inner.packets + outer.packets - inner.duplicates - outer.duplicates);
    return numbers;
}

std::vector<std::uint64_t> counted(std::span<const std::byte> file, unsigned threads) {
    const auto traffic = std::make_unique<Traffic>();
    CaptureFeed feed{file};
    read_traffic(feed, *traffic, threads);
    return checked(*traffic);
}

class File final : public CaptureFiles {
  public:
    explicit File(std::span<const std::byte> bytes) : bytes_(bytes) {}
    [[nodiscard]] std::size_t count() const override { return 1; }
    [[nodiscard]] std::uint64_t size(std::size_t) const override { return bytes_.size(); }
    [[nodiscard]] std::string beginning() const override {
        const auto some = bytes_.first(std::min<std::size_t>(bytes_.size(), 300));
        return {reinterpret_cast<const char*>(some.data()), some.size()};
    }
    [[nodiscard]] std::span<const std::byte> load(std::size_t) override { return bytes_; }
    void let_go() override {}
    void tell(std::size_t, std::span<const CaptureProblem>) override { ++told; }
    int told = 0;

  private:
    std::span<const std::byte> bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto file = std::as_bytes(std::span{data, size});
    std::string made;
    if (!recognise_capture(file)) {
        made = made_capture(Bytes{file});
        file = std::as_bytes(std::span{made});
    }
    const auto once = counted(file, 1);
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    for (CaptureReader reader{file}; const auto packet = reader.next();) {
        ++packets;
        bytes += packet->original_length;
    }
    constexpr std::size_t kOfOneSide = 22;
    check(once[0] + once[kOfOneSide] == packets && once[1] + once[kOfOneSide + 1] == bytes);
    if (size % 16 == 0) {  // threads take their time
        check(counted(file, 2) == once);
    }
    // Twice at the same time: what is counted of it may be another, but is not of more packets.
    for (const bool room_for_both : {true, false}) {
        const auto traffic = std::make_unique<Traffic>();
        File one{file};
        File other{file};
        const std::array<CaptureFiles*, 2> both{&one, &other};
        check(read_together(both, *traffic, 1, room_for_both ? kMostBytesTogether : file.size()) <= 1);
        const auto twice = checked(*traffic);
        check(one.told == 1 && other.told == 1);
        check(twice[0] + twice[kOfOneSide] == 2 * packets);
    }
    return 0;
}
