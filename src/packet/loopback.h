// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/header.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace kwd::packet {

/// The four bytes in front of a packet on a loopback device: BSD's, and Npcap's `\Device\NPF_Loopback`.
struct Loopback {
    static constexpr std::size_t kSize = 4;

    Loopback(Fixed<kSize> header, Bytes rest) noexcept;

    std::uint32_t family;     ///< address family as the capturing system numbers it
    std::uint16_t ethertype;  ///< what that family is; 0 when it is neither IPv4 nor IPv6
    std::span<const std::byte> payload;
};

/// Reads a LINKTYPE_NULL or LINKTYPE_LOOP header (4 bytes). nullopt when shorter.
///
/// LOOP is in network byte order, NULL in that of the machine that captured, which nothing tells: families are small
/// numbers, so the order that gives a small number is the right one.
/// Source: https://www.tcpdump.org/linktypes.html; 2 is IPv4 everywhere, IPv6 is 23 (Windows), 10 (Linux), 24 (NetBSD,
/// OpenBSD), 28 (FreeBSD), 30 (macOS).
[[nodiscard]] inline std::optional<Loopback> dissect_loopback(std::span<const std::byte> packet) noexcept {
    return dissect_header<Loopback>(packet);
}

}  // namespace kwd::packet
