// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"

#include <optional>

namespace kwd::packet {

/// Adds up the statistics of one interface. Within a section each statistics block counts from the capture's beginning,
/// so that the last one holds; sections are captures of their own, and are summed.
class InterfaceTally {
  public:
    /// A statistics block of the section that is being read.
    void report(const CaptureStatistics& now) noexcept;
    /// The interface is described again, in another section.
    void next_section() noexcept;

    /// nullopt when there was no statistics block.
    [[nodiscard]] std::optional<CaptureStatistics> total() const noexcept;

  private:
    CaptureStatistics closed_;  ///< of the sections before
    CaptureStatistics open_;    ///< of this one
    bool reported_ = false;
};

}  // namespace kwd::packet
