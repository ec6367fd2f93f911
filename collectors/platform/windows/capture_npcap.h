// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/platform/windows/npcap.h"

#include <memory>

namespace kwd::collectors {

/// Adapters that packets are about to be captured on by Npcap. Its functions outlive it.
class NpcapSession {
  public:
    /// Opens the adapters that were asked for, or the one that leads out of the node.
    /// Errors: those of Npcap, of NpcapCapture and of choosing an adapter.
    [[nodiscard]] static Result<std::unique_ptr<NpcapSession>> open(const Npcap& npcap, const CollectOptions& options);

    NpcapSession() = default;
    NpcapSession(const NpcapSession&) = delete;
    NpcapSession& operator=(const NpcapSession&) = delete;
    virtual ~NpcapSession() = default;

    /// Puts what comes until the options' limits or the deadline. Errors: those of DocumentSink::put.
    virtual Result<void> capture(const CollectOptions& options, DocumentSink& out, Deadline deadline) = 0;
};

}  // namespace kwd::collectors
