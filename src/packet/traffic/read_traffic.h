// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/capture_feed.h"
#include "packet/traffic/traffic.h"

namespace kwd::packet {

/// Adds all packets of a capture to `traffic`, on as many threads.
///
/// Each thread takes the next window of packets and reads their headers while others do so with theirs; what they found
/// is added one window after the other, in the file's order. The result therefore cannot depend on the number of
/// threads, and there is one table of flows, not one for each thread.
void read_traffic(CaptureFeed& feed, Traffic& traffic, unsigned threads);

}  // namespace kwd::packet
