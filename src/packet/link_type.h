// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace kwd::packet {

/// What a captured packet begins with, by the LINKTYPE_ numbers that capture files use. Any other number may stand
/// here: what a file says is kept. Source: https://www.tcpdump.org/linktypes.html
enum class LinkType : std::uint16_t {
    null = 0,
    ethernet = 1,
    raw_bsd = 12,      ///< DLT_RAW of most systems, written as is by some
    raw_openbsd = 14,  ///< DLT_RAW of OpenBSD
    raw = 101,         ///< IPv4 or IPv6, as the version field tells
    loop = 108,
    linux_sll = 113,
    ipv4 = 228,
    ipv6 = 229,
    linux_sll2 = 276,
};

}  // namespace kwd::packet
