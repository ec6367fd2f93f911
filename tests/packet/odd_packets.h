// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hex.h"
#include "packet/link_type.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace kwd::packet {

/// A packet as it was on the wire, and how much of it was kept.
struct OddPacket {
    LinkType link_type;
    std::vector<std::byte> wire;
    std::size_t kept;
};

inline const auto kMacs = hex("00155df00001 00155df00000");
inline const auto kInnerMacs = hex("0e2a0af40203 0e2a0af40102");

/// Good packets of every kind that is read, with headers that agree with their lengths.
inline std::vector<OddPacket> good_packets() {
    const auto udp_dns =
        hex("45 00 0039 0001 4000 40 11 0000 0af40102 0a600000 c350 0035 0025 0000"
            "1234 0100 0001 0000 0000 0000 03 617069 07 6578616d706c65 00 0001 0001");
    const auto tcp_syn =
        hex("45 00 003c 0001 4000 40 06 0000 0af40102 0af40203"
            "c350 0050 00000001 00000000 a0 02 faf0 0000 0000 020405b4 0402 080a 0000000100000000 01 030307");
    const auto tcp_data =
        hex("45 00 0030 0001 4000 40 06 0000 0af40102 0af40203"
            "c350 c351 00000001 00000001 50 18 faf0 0000 0000 4141414141414141");
    const auto icmp = hex("45 00 0024 0001 0000 40 01 0000 0af40102 0af40203 08 00 0000 0001 0001 4141414141414141");
    const auto icmp_error = hex("45 00 0038 0001 0000 40 01 0000 0af40102 0af40203 03 04 0000 0000 05aa") +
                            hex("45 00 05dc 0001 4000 40 06 0000 0af40102 0af40203 c350 0050 00000001");
    const auto first_fragment =
        hex("45 00 0024 0007 2000 40 11 0000 0af40102 0af40203 c350 c351 0100 0000 4141414141414141");
    const auto later_fragment =
        hex("45 00 0024 0007 0002 40 11 0000 0af40102 0af40203 4141414141414141 4141414141414141");
    const auto options =
        hex("46 00 0028 0001 0000 40 11 0000 0af40102 0af40203 94040000 c350 c351 0010 0000 4141414141414141");
    const auto ipv6_udp =
        hex("60000000 0010 11 40 fd000000000000000000000000000001 fd000000000000000000000000000002"
            "c350 c351 0010 1234 4141414141414141");
    const auto ipv6_extended =
        hex("60000000 0020 00 40 fd000000000000000000000000000001 fd000000000000000000000000000002"
            "3c 00 010400000000 11 00 010400000000 c350 c351 0010 1234 4141414141414141");
    const auto ipv6_fragment =
        hex("60000000 0018 2c 40 fd000000000000000000000000000001 fd000000000000000000000000000002"
            "11 00 0001 00000007 c350 c351 0100 1234 4141414141414141");
    const auto neighbor =
        hex("60000000 0020 3a ff fe800000000000000000000000000001 ff0200000000000000000001ff000002"
            "87 00 0000 00000000 fe800000000000000000000000000002 01 01 00155df00000");
    const auto arp = hex("0001 0800 06 04 0001 00155df00000 0af40102 000000000000 0af40203");
    const auto sll = hex("0000 0001 0006 00155df00000 0000 0800");
    const auto sll2 = hex("0800 0000 00000002 0001 00 06 00155df00000 0000");

    std::vector<OddPacket> packets;
    const auto add = [&](LinkType link_type, std::vector<std::byte> wire) {
        const auto size = wire.size();
        packets.push_back({link_type, std::move(wire), size});
    };
    const auto vxlan = [](const std::vector<std::byte>& frame, std::string_view port) {
        auto outer = hex("45 00 0000 0001 0000 40 11 0000 0af00004 0af00005 d431") + hex(port) +
                     hex("0000 0000 08 000000 001000 00") + frame;
        const auto put = [&](std::size_t place, std::size_t number) {
            outer[place] = static_cast<std::byte>(number >> 8);
            outer[place + 1] = static_cast<std::byte>(number);
        };
        put(2, outer.size());
        put(24, outer.size() - 20);
        return kMacs + hex("0800") + outer;
    };
    for (const auto& ip : {udp_dns, tcp_syn, tcp_data, icmp, icmp_error, first_fragment, later_fragment, options}) {
        add(LinkType::ethernet, kMacs + hex("0800") + ip);
        add(LinkType::ethernet, kMacs + hex("8100 0007 0800") + ip);
        add(LinkType::linux_sll, sll + ip);
        add(LinkType::linux_sll2, sll2 + ip);
        add(LinkType::raw, ip);
        add(LinkType::null, hex("02000000") + ip);
        add(LinkType::ethernet, vxlan(kInnerMacs + hex("0800") + ip, "12b5"));
        add(LinkType::ethernet, vxlan(kInnerMacs + hex("0800") + ip, "2118"));
    }
    for (const auto& ip : {ipv6_udp, ipv6_extended, ipv6_fragment, neighbor}) {
        add(LinkType::ethernet, kMacs + hex("86dd") + ip);
        add(LinkType::raw, ip);
        add(LinkType::ethernet, vxlan(kInnerMacs + hex("86dd") + ip, "12b5"));
    }
    add(LinkType::ethernet, kMacs + hex("0806") + arp);
    add(LinkType::ethernet, kMacs + hex("0806") + arp + std::vector<std::byte>(18));
    add(LinkType::ethernet, vxlan(kInnerMacs + hex("0806") + arp, "12b5"));
    add(LinkType::ethernet, kMacs + hex("88a8 0007 8100 0008 0806") + arp);
    return packets;
}

/// Packets of which one length, version or option each cannot be, whole.
inline std::vector<OddPacket> impossible_packets() {
    std::vector<OddPacket> packets;
    const auto add = [&](LinkType link_type, std::vector<std::byte> wire) {
        const auto size = wire.size();
        packets.push_back({link_type, std::move(wire), size});
    };
    const auto length = [](std::size_t bytes) {
        return std::vector{static_cast<std::byte>(bytes >> 8), static_cast<std::byte>(bytes)};
    };
    const auto ip = [&](std::string_view ethertype, const std::vector<std::byte>& packet) {
        add(LinkType::ethernet, kMacs + hex(ethertype) + packet);
        const auto frame = kInnerMacs + hex(ethertype) + packet;
        add(LinkType::ethernet, kMacs + hex("0800 45 00") + length(36 + frame.size()) +
                                    hex("0001 0000 40 11 0000 0af00004 0af00005 d431 12b5") +
                                    length(16 + frame.size()) + hex("0000 08 000000 001000 00") + frame);
    };
    const auto addresses = hex("0af40102 0af40203");
    const auto addresses6 = hex("fd000000000000000000000000000001 fd000000000000000000000000000002");
    const auto udp = hex("c350 c351 0010 0000 4141414141414141");
    // IPv4: a total length beyond the frame and below the header's, header lengths below 20.
    for (const char* begin : {"45 00 0400", "45 00 0013", "45 00 0001", "44 00 0024", "40 00 0024", "4f 00 0024",
                              "55 00 0024", "65 00 0024"}) {
        ip("0800", hex(begin) + hex("0001 0000 40 11 0000") + addresses + udp);
    }
    for (const char* announced : {"0000", "0001", "0007", "0009", "0011", "ffff"}) {  // UDP
        ip("0800", hex("45 00 0024 0001 0000 40 11 0000") + addresses + hex("c350 c351") + hex(announced) +
                       hex("0000 4141414141414141"));
    }
    for (const char* tcp : {"00 18", "40 18", "80 18", "f0 18"}) {  // data offsets
        ip("0800", hex("45 00 0028 0001 0000 40 06 0000") + addresses + hex("c350 0050 00000001 00000001") + hex(tcp) +
                       hex("faf0 0000 0000"));
    }
    for (const char* options : {"02010000", "03200000", "02040000", "02ff0000", "05000000", "08020000", "01010103"}) {
        for (const char* flags : {"60 02", "60 10"}) {
            ip("0800", hex("45 00 002c 0001 0000 40 06 0000") + addresses + hex("c350 0050 00000001 00000001") +
                           hex(flags) + hex("faf0 0000 0000") + hex(options));
        }
    }
    for (std::size_t i = 0; i < 256 * std::size_t{8}; ++i) {  // ICMP of all types, from nothing to one byte too few
        const auto size = i % 8;
        auto begun = hex("00 00 0000 0001 0001");
        begun[0] = static_cast<std::byte>(i / 8);
        begun.resize(size);
        ip("0800", hex("45 00 00") + std::vector{static_cast<std::byte>(20 + size)} + hex("0001 0000 40 01 0000") +
                       addresses + begun);
        ip("86dd", hex("60000000 00") + std::vector{static_cast<std::byte>(size)} + hex("3a 40") + addresses6 + begun);
    }
    ip("86dd", hex("60000000 0400 11 40") + addresses6 + udp);  // a payload length beyond the frame
    for (std::size_t count : {9U, 10U, 12U}) {                  // destination options over and over
        auto packet = hex("60000000 00") + std::vector{static_cast<std::byte>(count * 8 + udp.size())} + hex("3c 40") +
                      addresses6;
        for (std::size_t i = 0; i < count; ++i) {
            packet = packet + hex(i + 1 < count ? "3c" : "11") + hex("00 010400000000");
        }
        ip("86dd", packet + udp);
    }
    for (const char* first : {"05", "15", "75", "f5"}) {
        add(LinkType::raw, hex(first) + hex("00 0024 0001 0000 40 11 0000") + addresses + udp);
    }
    const auto arp = hex("0001 0800 06 04 0001 00155df00000 0af40102 000000000000 0af40203");
    for (const std::size_t size : {0U, 1U, 7U, 8U, 14U, 20U, 27U}) {
        ip("0806", {arp.begin(), arp.begin() + static_cast<std::ptrdiff_t>(size)});
    }
    const auto to_port = [&](const char* port, const std::vector<std::byte>& payload) {
        ip("0800", hex("45 00") + length(28 + payload.size()) + hex("0001 0000 40 11 0000") + addresses + hex("c350") +
                       hex(port) + length(8 + payload.size()) + hex("0000") + payload);
    };
    const auto question = hex("1234 0100 0001 0000 0000 0000");
    for (const char* name : {"", "0361", "0361706900 0001", "c00c 0001 0001", "cfff 0001 0001", "8061 00 0001 0001"}) {
        to_port("0035", question + hex(name));
    }
    const auto frame = kInnerMacs + hex("0800 45 00 0024 0001 0000 40 11 0000") + addresses + udp;
    for (const char* vxlan : {"00000000", "04000000", "0c0000ff", "88000064", "ff000000"}) {
        to_port("12b5", hex(vxlan) + hex("00100000") + frame);
        to_port("12b5", hex(vxlan) + hex("00100000 4500"));
    }
    for (const char* geneve : {"3f 00", "01 00", "40 00", "c0 00", "00 40"}) {
        to_port("17c1", hex(geneve) + hex("6558 00100000") + frame);
        to_port("17c1", hex(geneve) + hex("6558 00100000"));
    }
    for (const std::size_t size : {1U, 43U, 236U, 241U}) {
        to_port("0043", hex("01 01 06 00") + std::vector<std::byte>(size));
    }
    return packets;
}

/// Good packets with something wrong: cut short on the wire or by the capture, padded, or with bytes and lengths that
/// are not what they were.
inline std::vector<OddPacket> odd_packets(std::size_t count, std::uint32_t seed) {
    std::mt19937 random{seed};
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random);
    };
    const auto good = good_packets();
    std::vector<OddPacket> packets;
    for (std::size_t i = 0; i < count; ++i) {
        auto packet = good[below(good.size())];
        for (auto changes = below(4); changes > 0; --changes) {
            // Small numbers, near ones and any: lengths and versions are wrong in all of these ways.
            auto& octet = packet.wire[below(packet.wire.size())];
            switch (below(3)) {
                case 0: octet = static_cast<std::byte>(below(16)); break;
                case 1: octet = static_cast<std::byte>(std::to_integer<unsigned>(octet) + below(9) - 4); break;
                default: octet = static_cast<std::byte>(below(256)); break;
            }
        }
        switch (below(4)) {
            case 0: packet.wire.resize(1 + below(packet.wire.size())); break;
            case 1: packet.wire.resize(packet.wire.size() + below(20)); break;
            default: break;
        }
        packet.kept = below(4) == 0 ? 1 + below(packet.wire.size()) : packet.wire.size();
        packets.push_back(std::move(packet));
    }
    return packets;
}

}  // namespace kwd::packet
