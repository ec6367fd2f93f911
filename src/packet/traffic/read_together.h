// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture_problems.h"
#include "packet/traffic/traffic.h"

#include <cstddef>
#include <span>

namespace kwd::packet {

/// The files of one capture, in the order in which they were written. Each has the same interfaces.
class CaptureFiles {
  public:
    CaptureFiles() = default;
    CaptureFiles(const CaptureFiles&) = delete;
    CaptureFiles& operator=(const CaptureFiles&) = delete;
    virtual ~CaptureFiles() = default;

    [[nodiscard]] virtual std::size_t count() const = 0;
    /// The whole of a file, in memory until another is loaded or let go of.
    [[nodiscard]] virtual std::span<const std::byte> load(std::size_t file) = 0;
    virtual void let_go() = 0;
    /// What was wrong with a file, once it was read.
    virtual void tell(std::size_t file, std::span<const CaptureProblem> problems) = 0;
};

/// Adds the packets of captures that may have been taken at the same time, of which each has interfaces of its own: in
/// the order of their times, so that a packet which several of them have is one on its way. A packet without a time
/// comes right after the one before it in its capture.
///
/// Of captures that were taken one after the other, no more than one file is loaded at a time.
void read_together(std::span<CaptureFiles* const> captures, Traffic& traffic);

}  // namespace kwd::packet
