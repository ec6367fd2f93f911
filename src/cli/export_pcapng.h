// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/selection.h"
#include "snapshot/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>

namespace kwd::cli {

/// Which packets to write, and where.
struct PacketExport {
    std::string path;                ///< must not be there yet
    std::optional<std::string> bpf;  ///< pcap-filter(7)
    packet::Selection selection = {};
};

struct ExportedPackets {
    std::uint64_t packets = 0;
    std::uint64_t all = 0;  ///< that the snapshot holds
    std::size_t interfaces = 0;
    bool whole = true;  ///< every document could be read to its end
};

/// Writes what a snapshot holds of packets as one pcapng file, of one section: each interface once, the packets in the
/// order in which they were stored, then what was counted of each interface. Throws ToolError.
[[nodiscard]] ExportedPackets export_packets(const snapshot::Snapshot& snapshot, PacketExport wanted);

}  // namespace kwd::cli
