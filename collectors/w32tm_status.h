// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// What the Windows Time service says of itself.
struct W32tmStatus {
    bool synchronized = false;  ///< its leap indicator is not 3, and what it follows is not its own clock
    std::string source;         ///< `time.windows.com,0x8`, `Local CMOS Clock`; localised where it is no name
    std::optional<double> offset_ms = {};  ///< positive when the local clock is ahead
};

/// Reads what `w32tm /query /status /verbose` prints. Its words are in the language of the system, the order of its
/// lines is not: leap indicator, stratum, precision, root delay, root dispersion, reference id, last sync, source, poll
/// interval, phase offset. nullopt for anything else.
///
/// A server that announces its own clock has the leap indicator 0, the reference id 0x4C4F434C ("LOCL") and the phase
/// offset 0: it is compared with nothing. A virtual machine that follows its host may have no reference id at all.
/// Source: "Accurate Time for Windows Server 2016" and "Windows Time service tools and settings", learn.microsoft.com.
///
/// The phase offset is taken as NTP means it: that of the source against the local clock (RFC 1305, section 3.2.1,
/// which MS-W32T, section 3.2.5.8, refers to for the other members); Microsoft documents its sign nowhere.
[[nodiscard]] std::optional<W32tmStatus> read_w32tm_status(std::string_view text);

}  // namespace kwd::collectors
