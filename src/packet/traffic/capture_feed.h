// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "packet/capture_records.h"
#include "packet/file_window.h"
#include "packet/positioned_file.h"
#include "packet/traffic/turnstile.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace kwd::packet {

/// Hands the packets of one capture out to whoever asks next, a window of the file at a time.
///
/// What it gives is what CaptureReader gives of the whole file in memory. A file is read in blocks of the same size, by
/// several threads at a time. Neither format marks its records, and so a record's beginning is not guessed: threads
/// step from record to record one after the other, which takes a tenth of the reading's time. What a block begins of a
/// record that ends in the next one is copied in front of that.
class CaptureFeed {
  public:
    /// A window stays in the second-level cache of the core that works on it, beside what is made of the packets.
    static constexpr std::size_t kWindowBytes = std::size_t{256} << 10U;

    /// Some packets that follow each other. Whoever asks keeps one, so that several can be worked on at a time.
    class Window {
      public:
        /// They and their bytes are there until the window is filled again.
        [[nodiscard]] std::span<const CapturedPacket> packets() const noexcept {
            return std::span{packets_}.first(count_);
        }
        /// The first window that was handed out is 0, the one after it 1.
        [[nodiscard]] std::uint64_t turn() const noexcept { return turn_; }
        /// Whether the capture has packets of more than one interface, as far as it was read; Linux's `any` device is
        /// several.
        [[nodiscard]] bool several_interfaces() const noexcept { return several_interfaces_; }
        /// Whether a long record made it larger than others. It takes the memory back when it is filled again.
        [[nodiscard]] bool large() const noexcept { return !large_.empty(); }

      private:
        friend class CaptureFeed;
        std::vector<std::byte> buffer_;  ///< kCarried bytes, and a block behind them
        std::vector<std::byte> large_;   ///< in its place when kCarried is not enough
        std::vector<CapturedPacket> packets_;
        std::size_t count_ = 0;
        std::uint64_t turn_ = 0;
        bool several_interfaces_ = false;
    };

    /// A file. A record that is longer than a window gets a larger one, up to 16 MiB.
    /// Errors: those of PositionedFile::open().
    [[nodiscard]] static Result<CaptureFeed> open(const std::filesystem::path& path,
                                                  std::size_t window_bytes = kWindowBytes);
    /// A file in memory, which outlives this.
    explicit CaptureFeed(std::span<const std::byte> file) : memory_(file), file_size_(file.size()) {}

    /// Only before the first window is asked for.
    CaptureFeed(CaptureFeed&& other) noexcept;

    /// Fills a window with the next packets. False at the end. May be called by several threads at a time, and throws
    /// std::bad_alloc; they all are at the end then.
    [[nodiscard]] bool next(Window& window);

    /// As those of CaptureReader. Once all threads are at the end.
    [[nodiscard]] std::span<const CaptureInterface> interfaces() const noexcept { return records_.interfaces(); }
    [[nodiscard]] std::span<const CaptureProblem> problems() const noexcept { return problems_.all(); }

  private:
    /// What there is of a record's beginning is copied in front of a block if it is no more than this.
    static constexpr std::size_t kCarried = std::size_t{64} << 10U;

    /// A part of the file, as it was read.
    struct Block {
        std::uint64_t offset = 0;
        std::span<std::byte> bytes;  ///< with kCarried more of them in front
        bool cut_short = false;      ///< the file had fewer bytes than were to be there
        std::optional<Error> error;
    };

    CaptureFeed(PositionedFile file, std::size_t window_bytes)
        : file_(std::move(file)), window_bytes_(window_bytes), file_size_(file_->size()) {}

    [[nodiscard]] bool fill(Window& window);
    [[nodiscard]] std::optional<Block> read(Window& window, std::uint64_t number) const;
    [[nodiscard]] bool find_records(Window& window, const Block& block);
    [[nodiscard]] std::optional<FileWindow> join(Window& window, const Block& block);

    std::optional<PositionedFile> file_;  ///< nullopt when it is in memory
    std::span<const std::byte> memory_;
    std::size_t window_bytes_ = kWindowBytes;
    std::atomic<std::uint64_t> blocks_{0};  ///< that were begun to be read
    Turnstile turnstile_;                   ///< for what follows, block by block
    std::uint64_t file_size_;
    std::uint64_t offset_ = 0;        ///< up to which records were found
    std::vector<std::byte> carried_;  ///< what was read behind it
    std::uint64_t wanted_ = 0;        ///< bytes from there on, for there to be another record
    CaptureRecords records_;
    CaptureProblems problems_;
    std::uint64_t windows_ = 0;
};

}  // namespace kwd::packet
