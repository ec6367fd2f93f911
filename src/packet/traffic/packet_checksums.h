// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/packet_record.h"

namespace kwd::packet {

/// Checks the IPv4 header's checksum and that of TCP, UDP or ICMP, and sets the record's checksum_wrong and
/// checksum_offloaded. Nothing is said of what is a fragment or not all there.
///
/// A card that is to compute a checksum finds 0 in its place, or the sum of the pseudo-header, with or without the
/// length: such a packet left the node that captured it, and its checksum is not wrong yet. So may the file itself say.
void check_checksums(PacketRecord& record, const CapturedPacket& captured) noexcept;

}  // namespace kwd::packet
