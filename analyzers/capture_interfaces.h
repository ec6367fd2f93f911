// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/capture_packet.h"
#include "packet/capture.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kwd::analyzers {

class CaptureRows;

/// `captures`: what was counted of each interface. Sections and parts describe their interfaces anew; those of one name
/// and link type are one.
class CaptureInterfaces {
  public:
    struct Counts {
        SeenTimes times;
        std::int64_t packets = 0;
        std::int64_t bytes = 0;
        std::int64_t truncated = 0;
        std::int64_t malformed = 0;
        std::int64_t vxlan = 0;
    };

    /// The number, through all parts, of the interface that a packet of this part says that it is of. `described` are
    /// those of the part so far.
    [[nodiscard]] std::uint32_t number(std::uint32_t in_part, std::span<const packet::CaptureInterface> described);
    [[nodiscard]] Counts& counts(std::uint32_t number) noexcept { return all_[number].counts; }
    /// Empty where the capture does not say.
    [[nodiscard]] const std::string& name(std::uint32_t number) const noexcept { return all_[number].name; }

    /// The part ends, and with it is known what was counted of its interfaces.
    void end_part(std::span<const packet::CaptureInterface> described);

    /// `capture` is what the row calls it.
    void write(const std::string& capture, CaptureRows& out) const;

  private:
    struct Interface {
        std::string name;
        packet::LinkType link_type;
        std::string filter = {};
        std::optional<std::int64_t> dropped_by_system = {};
        std::optional<std::int64_t> dropped_by_interface = {};
        Counts counts = {};
    };
    [[nodiscard]] std::uint32_t number_of(const packet::CaptureInterface& described);

    std::vector<Interface> all_;
    std::map<std::pair<std::string, packet::LinkType>, std::uint32_t> numbers_;
    std::vector<std::uint32_t> in_part_;  ///< numbers of those that the part described so far
};

}  // namespace kwd::analyzers
