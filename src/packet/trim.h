// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/link_type.h"

#include <cstddef>
#include <span>

namespace kwd::packet {

/// The most that trimmed_length() keeps of a packet that is no DNS: more than all headers of a packet in a tunnel take.
inline constexpr std::size_t kMostHeaderBytes = 256;

/// How many of these bytes tell what the packet is: up to the end of its transport header, that of the inner packet
/// where it came through a VXLAN tunnel, and DNS to its end. What is not understood so far is kept up to
/// kMostHeaderBytes: fragments, ICMP with the packet that it quotes, other protocols, datagrams that may be a tunnel
/// of another kind.
///
/// `original_length` is the packet's length on the wire.
[[nodiscard]] std::size_t trimmed_length(LinkType link_type, std::span<const std::byte> captured,
                                         std::size_t original_length) noexcept;

}  // namespace kwd::packet
