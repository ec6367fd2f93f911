// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "packet/capture.h"
#include "packet/capture_records.h"
#include "packet/file_window.h"
#include "packet/positioned_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace kwd::packet {

/// Reads the packets of a pcap or pcapng file of any size through a window of it, batch by batch. What it gives is what
/// CaptureReader gives of the whole file in memory.
///
/// Two threads read one file so:
/// ```
/// auto back = front.split(front.file_size() / 2);
/// // on two threads: front.next_batch() and back->next_batch() until they give nothing
/// if (!front.join(*back)) { /* throw away what came from `back` */ front.read_on(); /* and go on reading `front` */ }
/// ```
class CaptureSource {
  public:
    /// Small enough to stay in the second-level cache of one core beside what is made of the packets.
    static constexpr std::size_t kWindowBytes = 256U << 10U;
    static constexpr std::size_t kLargestBatch = 256;

    /// A file. A record longer than the window gets a larger one, up to 16 MiB.
    /// Errors: those of PositionedFile::open(), and of reading its first bytes.
    [[nodiscard]] static Result<CaptureSource> open(const std::filesystem::path& path,
                                                    std::size_t window_bytes = kWindowBytes);
    /// A file in memory, which outlives this. Nothing is copied.
    explicit CaptureSource(std::span<const std::byte> file);

    /// The next packets, at most kLargestBatch, in the file's order; none at the end, for good. They and their bytes
    /// are there until the next call.
    [[nodiscard]] std::span<const CapturedPacket> next_batch();

    /// The interfaces that were described so far, those before the first packet from the beginning on. A pcap file has
    /// one without a name.
    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept { return records_.interfaces(); }
    /// What was wrong so far, in the file's order. Complete once next_batch() gave nothing.
    [[nodiscard]] std::span<const CaptureProblem> problems() const noexcept { return problems_.all(); }
    /// How many packets were given.
    [[nodiscard]] std::uint64_t packets() const noexcept { return records_.packets(); }
    [[nodiscard]] std::uint64_t file_size() const noexcept { return window_.offset() + window_.left(); }
    /// Where reading has come to; what is before it was given.
    [[nodiscard]] std::uint64_t offset() const noexcept { return window_.offset(); }

    /// Leaves what is after the first record that seems to begin at `offset` or later to another source, which counts
    /// its packets from 1 and tells its problems alone; this one then ends in front of it. nullopt, and nothing
    /// changed, when no such place was found nearby, or `offset` was read already.
    [[nodiscard]] std::optional<CaptureSource> split(std::uint64_t offset);

    /// When this one has come to its end: whether `later`, which was split off from it, read what reading on from here
    /// would have given, and all of its packets therefore are good. Then its packets are counted here, and interfaces()
    /// and problems() are of both. Else nothing is changed, and `later` is good for nothing.
    /// Reading it need not have ended for the answer to be right, but must have for what is taken over to be complete.
    [[nodiscard]] bool join(const CaptureSource& later);

    /// From now on this one reads what was left to another.
    void read_on() noexcept { window_.stop_at(FileWindow::kNoStop); }

  private:
    CaptureSource(std::shared_ptr<const PositionedFile> file, std::size_t window_bytes);
    CaptureSource(const CaptureSource& front, std::uint64_t offset);

    std::size_t read(std::span<CapturedPacket> into);
    bool refill();

    std::shared_ptr<const PositionedFile> file_;  ///< null when it is in memory
    std::span<const std::byte> memory_;
    std::size_t window_bytes_ = 0;
    std::vector<std::byte> buffer_;  ///< of a file: what the window shows lies in it
    FileWindow window_;
    CaptureRecords records_;
    std::optional<CaptureRecords> begun_with_;  ///< of a later part: what was assumed of the place that it begins at
    std::uint64_t began_at_ = 0;
    CaptureProblems problems_;
    std::vector<CapturedPacket> batch_;
};

}  // namespace kwd::packet
