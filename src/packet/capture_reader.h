// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"
#include "packet/capture_records.h"
#include "packet/file_window.h"

#include <cstddef>
#include <optional>
#include <span>

namespace kwd::packet {

/// Reads the packets of a pcap or pcapng file in memory one after another, without copying them. The bytes outlive the
/// reader and what it gives out. Large files are read by CaptureFeed (packet/traffic).
///
/// A damaged file gives the packets that can be read, and a problem for what cannot.
class CaptureReader {
  public:
    explicit CaptureReader(std::span<const std::byte> file) : window_(file) {
        static_cast<void>(records_.read(window_, {}, problems_));
    }

    /// The next packet; nullopt at the end, for good.
    [[nodiscard]] std::optional<CapturedPacket> next() {
        CapturedPacket packet{};
        return records_.read(window_, {&packet, 1}, problems_) == 1 ? std::optional{packet} : std::nullopt;
    }

    /// The interfaces that were described so far; a pcap file has one without a name.
    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept { return records_.interfaces(); }

    /// What was wrong so far, in the file's order. Complete once next() gave nullopt.
    [[nodiscard]] std::span<const CaptureProblem> problems() const noexcept { return problems_.all(); }

  private:
    FileWindow window_;
    CaptureRecords records_;
    CaptureProblems problems_;
};

}  // namespace kwd::packet
