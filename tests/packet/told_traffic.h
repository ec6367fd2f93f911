// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hex.h"
#include "packet/tcp.h"
#include "packet/traffic/traffic.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kwd::packet {

using Frame = std::vector<std::byte>;

inline constexpr std::int64_t kMs = 1'000'000;

inline void put(Frame& frame, std::size_t at, std::size_t width, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i) {
        frame[at + i] = static_cast<std::byte>(value >> 8 * (width - 1 - i));
    }
}

/// One segment between 10.244.1.2:50000, the client, and 10.244.2.3:443, in VNI 4096.
struct Tcp4 {
    bool from_client = true;
    std::uint8_t flags = Tcp::kAck;
    std::uint32_t sequence = 0;
    std::uint16_t payload = 0;
    std::uint16_t window = 64240;
    std::uint16_t server_port = 443;
    std::uint16_t client_port = 50000;
    std::vector<std::uint8_t> content = {};

    [[nodiscard]] Frame inner() const {
        const std::size_t length = content.empty() ? payload : content.size();
        auto frame =
            hex("0e2a0af40203 0e2a0af40102 0800  45 00 0000 0001 4000 40 06 0000 00000000 00000000"
                "0000 0000 00000000 00000000 5000 0000 0000 0000");
        put(frame, 16, 2, 40 + length);
        put(frame, 26, 4, from_client ? 0x0af40102 : 0x0af40203);
        put(frame, 30, 4, from_client ? 0x0af40203 : 0x0af40102);
        put(frame, 34, 2, from_client ? client_port : server_port);
        put(frame, 36, 2, from_client ? server_port : client_port);
        put(frame, 38, 4, sequence);
        put(frame, 47, 1, flags);
        put(frame, 48, 2, window);
        frame.resize(frame.size() + length);
        for (std::size_t i = 0; i < content.size(); ++i) {
            put(frame, 54 + i, 1, content[i]);
        }
        return frame;
    }
};

inline Frame in_vxlan(const Frame& inner) {
    auto frame =
        hex("00155df00001 00155df00000 0800  45 00 0000 0002 0000 40 11 0000 0af00004 0af00005"
            "d431 12b5 0000 0000  08 000000 001000 00");
    put(frame, 16, 2, 36 + inner.size());
    put(frame, 38, 2, 16 + inner.size());
    return frame + inner;
}

inline CapturedPacket captured(const Frame& frame, std::int64_t time_ns = 0) {
    return {.number = 1,
            .time_ns_utc = time_ns,
            .interface_id = 0,
            .link_type = LinkType::ethernet,
            .direction = Direction::unknown,
            .checksums_unfinished = false,
            .captured = frame,
            .original_length = static_cast<std::uint32_t>(frame.size())};
}

/// Traffic that segments are told one by one.
class Told {
  public:
    void operator()(const Tcp4& segment) {
        time_ += kMs / 10;
        add(in_vxlan(segment.inner()));
    }
    void after(std::int64_t ns) { time_ += ns; }
    void add(const Frame& frame) {
        const auto record = describe(captured(frame, time_));
        traffic.add({&record, 1});
    }
    void handshake() {
        (*this)({.flags = Tcp::kSyn, .sequence = 99});
        (*this)({.from_client = false, .flags = Tcp::kSyn | Tcp::kAck, .sequence = 499});
        (*this)({.sequence = 100});
    }
    Traffic traffic;

  private:
    std::int64_t time_ = 0;
};

}  // namespace kwd::packet
