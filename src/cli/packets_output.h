// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/capture_problems.h"
#include "packet/traffic/traffic.h"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace kwd::cli {

/// A problem of a capture, with the document's name where it is one of a snapshot's.
struct PacketProblem {
    std::optional<std::string> document;
    packet::CaptureProblem problem;
};

/// What `kwdiag packets` has to tell.
struct PacketsAnswer {
    const packet::Traffic& traffic;
    std::vector<PacketProblem> problems;
    std::size_t captures_read_apart;  ///< of a snapshot: after others of the same time
    std::uint32_t inner_mtu;
    bool flows;  ///< each of them is to be listed
};

/// docs/packets-json.md says what stands where.
void write_packets_json(std::ostream& out, const PacketsAnswer& answer);
void write_packets_text(std::ostream& out, const PacketsAnswer& answer);

}  // namespace kwd::cli
