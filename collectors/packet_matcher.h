// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "packet/capture.h"

#include <memory>
#include <string>

namespace kwd::collectors {

/// Whether packets match an expression (pcap-filter), which is compiled for each link type that comes.
class PacketMatcher {
  public:
    /// Errors: not_found where libpcap is not installed (Npcap, on Windows); unsupported when this version of it cannot
    /// match packets that were captured before.
    [[nodiscard]] static Result<PacketMatcher> create(std::string expression);

    PacketMatcher(PacketMatcher&&) noexcept;
    PacketMatcher& operator=(PacketMatcher&&) noexcept;
    ~PacketMatcher();

    /// Errors: invalid_input for an expression that does not compile for the packet's link type, with what libpcap
    /// says.
    [[nodiscard]] Result<bool> matches(const packet::CapturedPacket& packet);

  private:
    class Programs;
    explicit PacketMatcher(std::unique_ptr<Programs> programs);
    std::unique_ptr<Programs> programs_;
};

}  // namespace kwd::collectors
