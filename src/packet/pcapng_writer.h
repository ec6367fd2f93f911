// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kwd::packet {

/// Writes captured packets as pcapng sections: a section header, the interfaces, then enhanced packet blocks with times
/// in nanoseconds.
///
/// Every section stands alone, and sections joined end to end are one file: a capture is stored chunk by chunk, each
/// readable without the others.
class PcapngWriter {
  public:
    /// `application` is what the file will say wrote it. Names longer than 65,535 bytes are cut.
    PcapngWriter(std::string_view application, std::span<const CaptureInterface> interfaces);

    /// Adds a packet; the first one after take() begins a section. Preconditions: `interface_id` indexes the
    /// interfaces, `time_ns_utc` is not before 1970, `captured` is below 2^31 bytes.
    void add(std::uint32_t interface_id, std::int64_t time_ns_utc, std::span<const std::byte> captured,
             std::uint32_t original_length);

    /// Bytes of the section so far.
    [[nodiscard]] std::size_t size() const noexcept { return section_.size(); }

    /// Hands out the section; one without packets still has its interfaces.
    [[nodiscard]] std::string take();

  private:
    std::string opening_;  ///< section header and interfaces, the same in every section
    std::string section_;
    std::size_t interfaces_;
};

}  // namespace kwd::packet
