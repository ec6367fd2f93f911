// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kwd::packet {

/// Writes captured packets as pcapng sections: a section header, the interfaces, enhanced packet blocks with times in
/// nanoseconds, what was counted of the interfaces.
///
/// Every section stands alone, and sections joined end to end are one file: a capture is stored chunk by chunk, each
/// readable without the others.
class PcapngWriter {
  public:
    /// `application` is what the file will say wrote it. Names and filters longer than 65,535 bytes are cut.
    PcapngWriter(std::string_view application, std::span<const CaptureInterface> interfaces);

    /// Describes one more interface, in this section and in those after it, and answers its number.
    std::uint32_t add_interface(const CaptureInterface& source);

    /// Adds a packet; the first one after take() begins a section. Preconditions: `interface_id` indexes the
    /// interfaces, `time_ns_utc` is not before 1970, `captured` is below 2^31 bytes.
    void add(std::uint32_t interface_id, std::int64_t time_ns_utc, std::span<const std::byte> captured,
             std::uint32_t original_length);

    /// Adds what was counted of an interface in this section, at its end. Preconditions: those of add() for the number
    /// and for the times.
    void add_statistics(std::uint32_t interface_id, const CaptureStatistics& statistics);

    /// Bytes of the section so far, without those that take_part() handed out.
    [[nodiscard]] std::size_t size() const noexcept { return section_.size(); }
    [[nodiscard]] std::string_view section() const noexcept { return section_; }

    /// Takes back what was added since size() was `size`.
    void cut(std::size_t size) { section_.resize(size); }

    /// Hands out the section; one without packets still has its interfaces.
    [[nodiscard]] std::string take();

    /// Hands out what there is of the section, which goes on.
    [[nodiscard]] std::string take_part();

  private:
    std::string opening_;  ///< section header and interfaces, the same in every section
    std::string section_;
    std::uint32_t interfaces_ = 0;
};

}  // namespace kwd::packet
