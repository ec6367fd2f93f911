// SPDX-License-Identifier: Apache-2.0
#include "collectors/snap_filter.h"

#include "collectors/packet_documents.h"

#include <catch2/catch_test_macros.hpp>

#include <initializer_list>
#include <string>
#include <vector>

using namespace kwd::collectors;

namespace {

using Frame = std::vector<unsigned char>;

// A program for one link type, as libpcap compiles it.
class Program {
  public:
    Program(int dlt, const std::string& filter) : handle_(::pcap_open_dead(dlt, 65535)) {
        INFO(filter);
        REQUIRE(::pcap_compile(handle_, &program_, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0);
    }
    ~Program() {
        ::pcap_freecode(&program_);
        ::pcap_close(handle_);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    [[nodiscard]] std::span<const bpf_insn> instructions() const { return {program_.bf_insns, program_.bf_len}; }

  private:
    pcap_t* handle_;
    bpf_program program_{};
};

// How many bytes of a packet libpcap's own machine would keep.
unsigned kept(const std::vector<bpf_insn>& program, const Frame& frame) {
    return ::bpf_filter(program.data(), frame.data(), static_cast<unsigned>(frame.size()),
                        static_cast<unsigned>(frame.size()));
}

Frame join(std::initializer_list<Frame> parts, std::size_t size) {
    Frame frame;
    for (const Frame& part : parts) {
        frame.insert(frame.end(), part.begin(), part.end());
    }
    frame.resize(size, 0x5a);
    return frame;
}

const Frame kEthernet4{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00};
const Frame kEthernet6{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd};
Frame ipv4(unsigned char protocol) {
    return {0x45, 0, 0x04, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
}
Frame ipv6(unsigned char protocol) {
    Frame header{0x60, 0, 0, 0, 0x03, 0xc0, protocol, 64};
    header.resize(40, 1);
    return header;
}
Frame ports(unsigned source, unsigned destination) {
    return {static_cast<unsigned char>(source >> 8),
            static_cast<unsigned char>(source),
            static_cast<unsigned char>(destination >> 8),
            static_cast<unsigned char>(destination),
            0x03,
            0x80,
            0,
            0};
}
const Frame kVxlan{8, 0, 0, 0, 0, 0x10, 0, 0};

std::vector<bpf_insn> usual(int dlt) {
    const Program filter(dlt, kDefaultPacketFilter);
    const Program whole(dlt, kWholePackets);
    return snap_filter(filter.instructions(), whole.instructions(), kShortSnap);
}

}  // namespace

TEST_CASE("the kernel keeps DNS whole, of other packets no more than headers, and refuses what it did",
          "[collectors][packets]") {
    const auto program = usual(DLT_EN10MB);
    REQUIRE_FALSE(program.empty());
    const auto tunnel4 = join({kEthernet4, ipv4(17), ports(50000, 4789), kVxlan}, 50);
    const auto tunnel6 = join({kEthernet6, ipv6(17), ports(50000, 8472), kVxlan}, 70);
    struct Case {
        const char* what;
        Frame frame;
        unsigned kept;
    };
    const Case cases[] = {
        {"DNS", join({kEthernet4, ipv4(17), ports(50000, 53)}, 900), 65535},
        {"DNS by TCP and IPv6", join({kEthernet6, ipv6(6), ports(53, 50000)}, 900), 65535},
        {"DNS in a tunnel", join({tunnel4, kEthernet4, ipv4(17), ports(50000, 53)}, 900), 65535},
        {"answers in a tunnel", join({tunnel4, kEthernet4, ipv4(17), ports(53, 50000)}, 900), 65535},
        {"DNS by IPv6 in a tunnel", join({tunnel4, kEthernet6, ipv6(17), ports(53, 50000)}, 900), 65535},
        {"DNS in a tunnel over IPv6", join({tunnel6, kEthernet4, ipv4(17), ports(53, 50000)}, 900), 65535},
        {"DNS by IPv6 in such a tunnel", join({tunnel6, kEthernet6, ipv6(6), ports(50000, 53)}, 900), 65535},
        {"bulk in a tunnel", join({tunnel4, kEthernet4, ipv4(6), ports(50000, 443)}, 900), 256},
        {"bulk in a tunnel over IPv6", join({tunnel6, kEthernet6, ipv6(6), ports(50000, 443)}, 900), 256},
        {"a short packet", join({tunnel4}, 60), 256},
        {"a datagram without anything", join({kEthernet4, ipv4(17), ports(50000, 4789)}, 42), 256},
        {"bulk that nobody asked for", join({kEthernet4, ipv4(17), ports(50000, 443)}, 900), 0},
    };
    for (const Case& each : cases) {
        INFO(each.what);
        CHECK(kept(program, each.frame) == each.kept);
    }
}

TEST_CASE("the joined filter is one that libpcap's machine takes, for every link type that a node has",
          "[collectors][packets]") {
    for (const int dlt : {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_NULL}) {
        CAPTURE(dlt);
        const auto program = usual(dlt);
        REQUIRE_FALSE(program.empty());
        CHECK(::bpf_validate(program.data(), static_cast<int>(program.size())) != 0);
    }
}

TEST_CASE("programs that are too long, or return more than constants, are not joined", "[collectors][packets]") {
    const bpf_insn accumulator{.code = BPF_RET | BPF_A, .jt = 0, .jf = 0, .k = 0};
    const bpf_insn all{.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = 96};
    CHECK(snap_filter({&accumulator, 1}, {&all, 1}, 256).empty());
    CHECK(snap_filter({&all, 1}, {&accumulator, 1}, 256).empty());
    const std::vector<bpf_insn> long_one(4096, all);
    CHECK(snap_filter(long_one, {&all, 1}, 256).empty());
    const auto joined = snap_filter({&all, 1}, {&all, 1}, 256);
    REQUIRE(joined.size() == 2);
    CHECK(joined[1].k == 96);
}
