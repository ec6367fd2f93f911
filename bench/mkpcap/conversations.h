// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/mkpcap/packets.h"

#include <cstdio>
#include <vector>

namespace mkpcap {

/// Pods that talk to each other: many conversations at a time, each begun anew when it is over.
class Conversations {
  public:
    Conversations(const Options& options, Rng& random, Truth& truth, Packets& packets);
    Conversations(const Conversations&) = delete;
    Conversations& operator=(const Conversations&) = delete;

    /// The next packet of one of them.
    void step();
    /// Counts those that the end of the file cut off, and takes back those that never started.
    void end();

  private:
    u32 seg_size();
    bool step_tcp(Flow& f);
    bool step_dns(Flow& f);
    bool step_icmp(Flow& f);
    void flow_done(const Flow& f);
    void fresh(Flow& f);

    const Options& options_;
    Rng& random_;
    Truth& truth_;
    Packets& packets_;
    u64 started_ = 0;
    FILE* list_ = nullptr;  ///< --flow-truth
    std::vector<Flow> active_;
};

}  // namespace mkpcap
