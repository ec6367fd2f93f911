// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/capture_feed.h"

namespace kwd::packet {

static constexpr std::size_t kPackets = 512;

bool CaptureFeed::next(Window& window) {
    const std::lock_guard lock(mutex_);
    window.packets.clear();
    while (window.packets.size() < kPackets) {
        const auto packet = reader_.next();
        if (!packet) {
            break;
        }
        window.packets.push_back(*packet);
    }
    window.turn = turns_;
    turns_ += window.packets.empty() ? 0 : 1;
    return !window.packets.empty();
}

}  // namespace kwd::packet
