// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture_reader.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace kwd::packet {

/// Hands the packets of one capture out to whoever asks next, some hundred at a time.
class CaptureFeed {
  public:
    /// Some packets that follow each other. Whoever asks keeps one, so that several can be worked on at a time.
    struct Window {
        std::vector<CapturedPacket> packets;
        std::uint64_t turn = 0;  ///< the first window that was handed out is 0, the one after it 1
    };

    /// A capture file in memory, which outlives this.
    explicit CaptureFeed(std::span<const std::byte> file) : reader_(file) {}

    /// Fills a window with the next packets. False at the end. May be called by several threads at a time.
    bool next(Window& window);

    /// As those of CaptureReader. Once all threads are at the end.
    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept { return reader_.interfaces(); }
    [[nodiscard]] std::span<const CaptureProblem> problems() const noexcept { return reader_.problems(); }

  private:
    std::mutex mutex_;
    CaptureReader reader_;
    std::uint64_t turns_ = 0;
};

}  // namespace kwd::packet
