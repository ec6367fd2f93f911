// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/windows/node.h"

#include <string>

namespace kwd::test {

/// What netsh answers to each of its questions for port ranges: other ranges for each family and protocol, UDP of IPv4
/// with none excluded. The form is that of answers that people published.
void serve_port_ranges(const Node& node);

/// What w32tm answers on a node that follows an NTP server: the source is `phase_offset` seconds ahead of the clock.
void serve_clock(const Node& node, const std::string& phase_offset);

}  // namespace kwd::test
