// SPDX-License-Identifier: Apache-2.0
//
// packet_decode FILE: how fast a capture file is decoded from memory, beside what the machine can do at all.
//
// Passes over the same bytes, each the best of five: reading every byte, stepping from packet to packet, the same
// through a window of the file, and dissecting every packet down to the inner transport header, from memory and through
// the window. Then what was found, to be held against what is known of the file.
#include "base/path.h"
#include "packet/capture_reader.h"
#include "packet/dissect.h"
#include "packet/dns.h"
#include "packet/traffic/capture_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace kwd::packet;

std::vector<std::byte> read_file(const char* path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        return {};
    }
    std::vector<std::byte> bytes(static_cast<std::size_t>(file.tellg()));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return bytes;
}

const char* file_name = nullptr;

using Pass = std::uint64_t (*)(std::span<const std::byte>);

/// Seconds of the fastest of five runs, and what the pass gave.
std::pair<double, std::uint64_t> best_of_five(Pass pass, std::span<const std::byte> file) {
    const volatile Pass opaque = pass;  // or the compiler would find that five runs give what one does
    double best = 1e9;
    std::uint64_t result = 0;
    for (int run = 0; run < 5; ++run) {
        const auto start = std::chrono::steady_clock::now();
        result = opaque(file);
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return {best, result};
}

std::uint64_t sum_all(std::span<const std::byte> file) {
    std::uint64_t sums[8] = {};  // independent, so that additions do not wait for each other
    std::size_t i = 0;
    for (; i + sizeof sums <= file.size(); i += sizeof sums) {
        std::uint64_t words[8];
        std::memcpy(words, file.data() + i, sizeof words);
        for (std::size_t j = 0; j < 8; ++j) {
            sums[j] += words[j];
        }
    }
    std::uint64_t sum = 0;
    for (const auto part : sums) {
        sum += part;
    }
    return sum;
}

std::uint64_t step_all(std::span<const std::byte> file) {
    CaptureReader reader{file};
    std::uint64_t bytes = 0;
    while (const auto packet = reader.next()) {
        bytes += packet->original_length;
    }
    return bytes;
}

std::uint64_t dissect_all(std::span<const std::byte> file) {
    CaptureReader reader{file};
    const VxlanPorts ports;
    std::uint64_t vni_sum = 0;
    while (const auto captured = reader.next()) {
        const auto packet = dissect(captured->link_type, captured->captured, captured->original_length, ports);
        if (packet.vxlan) {
            vni_sum += packet.vxlan->vni;
        }
        if (packet.inner) {
            vni_sum += packet.inner->transport.index();
        }
    }
    return vni_sum;
}

template <class Each>
void for_each_in_windows(Each each) {
    auto feed = CaptureFeed::open(kwd::path_of(file_name));
    if (!feed) {
        return;
    }
    CaptureFeed::Window window;
    while (feed->next(window)) {
        for (const auto& captured : window.packets()) {
            each(captured);
        }
    }
}

std::uint64_t step_in_windows(std::span<const std::byte> /*file*/) {
    std::uint64_t bytes = 0;
    for_each_in_windows([&](const CapturedPacket& captured) { bytes += captured.original_length; });
    return bytes;
}

std::uint64_t dissect_in_windows(std::span<const std::byte> /*file*/) {
    const VxlanPorts ports;
    std::uint64_t vni_sum = 0;
    for_each_in_windows([&](const CapturedPacket& captured) {
        const auto packet = dissect(captured.link_type, captured.captured, captured.original_length, ports);
        if (packet.vxlan) {
            vni_sum += packet.vxlan->vni;
        }
        if (packet.inner) {
            vni_sum += packet.inner->transport.index();
        }
    });
    return vni_sum;
}

struct Counts {
    std::uint64_t packets = 0, bytes = 0, arp = 0, malformed = 0, truncated = 0, vxlan = 0, inner_bytes = 0;
    std::map<std::uint32_t, std::uint64_t> by_vni;
    std::map<std::uint16_t, std::uint64_t> by_udp_port;
    std::uint64_t tcp = 0, udp = 0, icmp = 0, syn = 0, syn_ack = 0, fin = 0, rst = 0, data_segments = 0,
                  payload_bytes = 0;
    std::uint64_t dns_queries = 0, dns_answers = 0, nxdomain = 0, frag_needed = 0, oversized = 0;
};

void count_inner(const Layers& layers, Counts& counts) {
    if (const auto* ip = std::get_if<Ipv4>(&layers.network)) {
        counts.oversized += ip->total_length > 1450;
    }
    if (const auto* tcp = std::get_if<Tcp>(&layers.transport)) {
        ++counts.tcp;
        counts.syn += tcp->has(Tcp::kSyn) && !tcp->has(Tcp::kAck);
        counts.syn_ack += tcp->has(Tcp::kSyn) && tcp->has(Tcp::kAck);
        counts.fin += tcp->has(Tcp::kFin);
        counts.rst += tcp->has(Tcp::kRst);
        counts.data_segments += !tcp->payload.empty();
        counts.payload_bytes += tcp->payload.size();
    } else if (const auto* udp = std::get_if<Udp>(&layers.transport)) {
        ++counts.udp;
        const auto dns = dissect_dns(udp->payload);
        if (dns && dns->questions != 0) {
            ++(dns->response ? counts.dns_answers : counts.dns_queries);
            counts.nxdomain += dns->response_code == 3;
        }
    } else if (const auto* icmp = std::get_if<Icmpv4>(&layers.transport)) {
        ++counts.icmp;
        counts.frag_needed += icmp->next_hop_mtu().has_value();
    }
}

Counts count(CaptureReader& reader) {
    Counts counts;
    while (const auto captured = reader.next()) {
        const auto packet = dissect(captured->link_type, captured->captured, captured->original_length, VxlanPorts{});
        ++counts.packets;
        counts.bytes += captured->original_length;
        const auto worst = packet.inner ? std::max(packet.outer.outcome, packet.inner->outcome) : packet.outer.outcome;
        counts.malformed += worst == Outcome::malformed;
        counts.truncated += worst == Outcome::truncated;
        counts.arp += std::holds_alternative<Arp>(packet.outer.network);
        if (packet.vxlan) {
            ++counts.vxlan;
            ++counts.by_vni[packet.vxlan->vni];
            ++counts.by_udp_port[std::get<Udp>(packet.outer.transport).destination_port];
            counts.inner_bytes += packet.vxlan->inner_frame.size();
        }
        if (packet.inner) {
            count_inner(*packet.inner, counts);
        }
    }
    return counts;
}

template <class Key>
std::string list(const std::map<Key, std::uint64_t>& counts) {
    std::string text;
    for (const auto& [key, count] : counts) {
        text += fmt::format(" {}: {}", key, count);
    }
    return text;
}

void print_counts(const Counts& counts) {
    fmt::print("packets {}, bytes {}, truncated {}, malformed {}, arp {}\n", counts.packets, counts.bytes,
               counts.truncated, counts.malformed, counts.arp);
    fmt::print("vxlan {}, inner bytes {}, by vni{}, by port{}\n", counts.vxlan, counts.inner_bytes, list(counts.by_vni),
               list(counts.by_udp_port));
    fmt::print("inner: tcp {}, udp {}, icmp {}, over 1450 bytes {}, fragmentation needed {}\n", counts.tcp, counts.udp,
               counts.icmp, counts.oversized, counts.frag_needed);
    fmt::print("tcp: syn {}, syn+ack {}, fin {}, rst {}, data segments {}, payload bytes {}\n", counts.syn,
               counts.syn_ack, counts.fin, counts.rst, counts.data_segments, counts.payload_bytes);
    fmt::print("dns: queries {}, answers {}, nxdomain {}\n", counts.dns_queries, counts.dns_answers, counts.nxdomain);
}

void print_pass(const char* name, double seconds, std::size_t bytes, std::uint64_t packets, double limit) {
    fmt::print("{:<20} {:8.1f} ms {:7.2f} GB/s {:8.1f} M packets/s {:6.2f} x the memory read\n", name, seconds * 1e3,
               static_cast<double>(bytes) / seconds * 1e-9, static_cast<double>(packets) / seconds * 1e-6,
               seconds / limit);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: packet_decode FILE.pcap|FILE.pcapng\n");
        return 2;
    }
    file_name = argv[1];
    const auto file = read_file(file_name);
    CaptureReader reader{file};
    const auto counts = count(reader);
    for (const auto& problem : reader.problems()) {
        fmt::print("problem at byte {}: {}\n", problem.offset, problem.text);
    }
    if (counts.packets == 0) {
        return 1;
    }
    const auto [memory, sum] = best_of_five(sum_all, file);
    const auto [steps, bytes] = best_of_five(step_all, file);
    const auto [dissection, vni_sum] = best_of_five(dissect_all, file);
    const auto [window_steps, window_bytes] = best_of_five(step_in_windows, file);
    const auto [window_dissection, window_vni_sum] = best_of_five(dissect_in_windows, file);
    fmt::print("{} bytes; check {:x} {:x} {:x} {:x} {:x}\n", file.size(), sum, bytes, window_bytes, vni_sum,
               window_vni_sum);
    print_pass("every byte read", memory, file.size(), counts.packets, memory);
    print_pass("packet to packet", steps, file.size(), counts.packets, memory);
    print_pass("the same, windows", window_steps, file.size(), counts.packets, memory);
    print_pass("all dissected", dissection, file.size(), counts.packets, memory);
    print_pass("the same, windows", window_dissection, file.size(), counts.packets, memory);
    print_counts(counts);
    return 0;
}
