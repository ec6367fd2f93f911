// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/vxlan_sender.h"

#include "packet/pcapng_writer.h"

#include <winsock2.h>
// clang-format off
#include <ws2tcpip.h>
// clang-format on

#include <array>
#include <chrono>
#include <initializer_list>

namespace kwd::test {
namespace {

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
    std::vector<std::byte> result;
    for (const unsigned value : values) {
        result.push_back(static_cast<std::byte>(value));
    }
    return result;
}

}  // namespace

std::vector<std::byte> vxlan_datagram(std::uint32_t vni) {
    return bytes({
        0x08,
        0,
        0,
        0,
        vni >> 16 & 0xff,
        vni >> 8 & 0xff,
        vni & 0xff,
        0,  // VXLAN, with a VNI
        0x02,
        0,
        0,
        0,
        0,
        0x02,
        0x02,
        0,
        0,
        0,
        0,
        0x01,
        0x08,
        0x00,  // Ethernet: IPv4
        0x45,
        0,
        0,
        0x20,
        0,
        0,
        0,
        0,
        0x40,
        0x11,
        0x62,
        0xd3,
        10,
        244,
        1,
        7,
        10,
        244,
        2,
        9,  // IPv4: UDP
        0x30,
        0x39,
        0x1f,
        0x90,
        0,
        12,
        0,
        0,
        'k',
        'w',
        'd',
        '!',  // port 12345 to 8080
    });
}

std::vector<std::byte> vxlan_frame(std::uint32_t vni) {
    auto frame = bytes({
        0x00, 0x15, 0x5d, 0,    0,  0x22, 0x00, 0x15, 0x5d, 0,    0, 0x21, 0x08, 0x00,  // Ethernet: IPv4
        0x45, 0,    0,    82,   0,  0,    0,    0,    0x40, 0x11, 0, 0,    192,  168,
        10,   21,   192,  168,  10, 22,             // IPv4: UDP
        0xc0, 0x00, 0x12, 0xb5, 0,  62,   0,    0,  // port 49152 to 4789
    });
    const auto datagram = vxlan_datagram(vni);
    frame.insert(frame.end(), datagram.begin(), datagram.end());
    return frame;
}

std::string seen_by_pktmon(std::uint32_t vni) {
    const packet::CaptureInterface source{
        .name = "", .description = "", .link_type = packet::LinkType::ethernet, .snap_length = 0};
    packet::PcapngWriter writer("Packet Monitor", std::array{source});
    const auto frame = vxlan_frame(vni);
    writer.add(0, 1'700'000'000'000'000'000, frame, 96);
    writer.add(0, 1'700'000'000'000'010'000, frame, 96);
    return writer.take();
}

VxlanSender::VxlanSender(std::string address, std::uint32_t vni)
    : address_(std::move(address)), vni_(vni), thread_([this](const std::stop_token& stop) { send(stop); }) {}

void VxlanSender::send(const std::stop_token& stop) const {
    WSADATA data{};
    WSAStartup(MAKEWORD(2, 2), &data);
    const SOCKET socket = ::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(4789);
    inet_pton(AF_INET, address_.c_str(), &to.sin_addr);
    const auto datagram = vxlan_datagram(vni_);
    while (!stop.stop_requested()) {
        sendto(socket, reinterpret_cast<const char*>(datagram.data()), static_cast<int>(datagram.size()), 0,
               reinterpret_cast<const sockaddr*>(&to), sizeof to);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    closesocket(socket);
    WSACleanup();
}

}  // namespace kwd::test
