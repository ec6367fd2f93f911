// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// What a capture holds and why it ended, told by who captured: nobody has to read all packets again for that. It is a
/// document of its own (kind capture-summary), the last one of a capture.
struct CaptureSummary {
    struct Interface {
        std::string name;                                        ///< for people
        std::uint64_t packets = 0;                               ///< that were kept
        std::uint64_t bytes = 0;                                 ///< of these, as they were on the wire
        std::optional<std::uint64_t> dropped = {};               ///< for want of buffer; nullopt where it is not told
        std::optional<std::uint64_t> dropped_by_interface = {};  ///< before anybody could look
    };
    std::vector<Interface> interfaces;
    std::string ended_when;  ///< one of kEndedWhen…
};

inline constexpr std::string_view kEndedWhenTimeWasOver = "the time was over";
inline constexpr std::string_view kEndedWhenComplete = "as many packets were there as were asked for";
inline constexpr std::string_view kEndedWhenFull = "no more bytes were to be kept";
inline constexpr std::string_view kEndedWhenNotKept = "what came could not be kept";
inline constexpr std::string_view kEndedWhenTriggered = "a packet came that was waited for";
inline constexpr std::string_view kEndedWhenAsked = "it was asked to";
inline constexpr std::string_view kEndedWhenNothingWasLeft = "no interface was left to capture on";

[[nodiscard]] std::string as_json(const CaptureSummary& summary);
/// Reads what as_json() wrote. Errors: malformed.
[[nodiscard]] Result<CaptureSummary> read_capture_summary(std::string_view json);

}  // namespace kwd::collectors
