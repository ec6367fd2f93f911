// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture.h"
#include "packet/ethernet.h"

#include <string>

namespace kwd::packet {

/// Six pairs of hexadecimal digits in lower case, with colons.
[[nodiscard]] std::string mac_text(const MacAddress& mac);

/// A packet for people to read, in the words of `tcpdump -ve`: when and where it was captured and how long it was, then
/// its link and IP headers, its ports and what TCP, DNS, ICMP or ARP says in it; of a packet in a VXLAN tunnel these
/// two lines again for what is within, indented. Up to seven lines without an end at the last; never what a payload
/// holds, but for the names that DNS asks for.
///
/// `interface` is where it was captured, nullptr where that is not known. Its name is made printable, and cut when it
/// is longer than any system's.
[[nodiscard]] std::string packet_text(const CapturedPacket& captured, const CaptureInterface* interface);

}  // namespace kwd::packet
