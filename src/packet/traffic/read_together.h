// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture_problems.h"
#include "packet/traffic/traffic.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace kwd::packet {

/// The files of one capture, in the order in which they were written. Each has the same interfaces.
class CaptureFiles {
  public:
    CaptureFiles() = default;
    CaptureFiles(const CaptureFiles&) = delete;
    CaptureFiles& operator=(const CaptureFiles&) = delete;
    virtual ~CaptureFiles() = default;

    [[nodiscard]] virtual std::size_t count() const = 0;
    /// Bytes of a file once it is loaded.
    [[nodiscard]] virtual std::uint64_t size(std::size_t file) const = 0;
    /// As much of the first file, of which there is one, as tells when its first packet came; empty where that takes
    /// the whole.
    [[nodiscard]] virtual std::string beginning() const = 0;
    /// The whole of a file, in memory until another is loaded or let go of.
    [[nodiscard]] virtual std::span<const std::byte> load(std::size_t file) = 0;
    virtual void let_go() = 0;
    /// What was wrong with a file, once it was read.
    virtual void tell(std::size_t file, std::span<const CaptureProblem> problems) = 0;
};

/// Bytes of files that are loaded at a time.
inline constexpr std::uint64_t kMostBytesTogether = 256ULL << 20;
/// Files that are: a reader remembers megabytes of interfaces, of a file that says nothing else.
inline constexpr std::size_t kMostTogether = 64;

/// Adds the packets of captures that may have been taken at the same time, of which each has interfaces of its own: in
/// the order of their times, so that a packet which several of them have is one on its way. A packet without a time
/// comes right after the one before it in its capture. Their headers are read on as many threads.
///
/// Each file is loaded once, when its time has come: of captures that were taken one after the other no more than one
/// is at a time. Of those that overlap as many are as are `most_bytes` and kMostTogether, or a single one. Others wait
/// until one of these ends, and what was captured at the same time is then not told to be the same. Returns how many
/// captures had to.
[[nodiscard]] std::size_t read_together(std::span<CaptureFiles* const> captures, Traffic& traffic, unsigned threads,
                                        std::uint64_t most_bytes = kMostBytesTogether);

}  // namespace kwd::packet
