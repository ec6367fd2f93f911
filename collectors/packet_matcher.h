// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "packet/capture.h"

#include <pcap/pcap.h>

#include <map>
#include <memory>
#include <string>

namespace kwd::collectors {

/// The functions of libpcap that match packets which were captured long ago.
struct OfflinePcap {
    decltype(::pcap_open_dead)* open_dead;
    decltype(::pcap_compile)* compile;
    decltype(::pcap_offline_filter)* offline_filter;
    decltype(::pcap_freecode)* freecode;
    decltype(::pcap_geterr)* geterr;
    decltype(::pcap_close)* close;

    /// They stay for as long as the process runs. Errors: not_found where libpcap is not installed (Npcap, on Windows);
    /// unsupported when this version lacks one of them.
    [[nodiscard]] static Result<OfflinePcap> load();
};

/// Whether packets match an expression (pcap-filter), which is compiled for each link type that comes.
class PacketMatcher {
  public:
    /// Errors: those of OfflinePcap::load().
    [[nodiscard]] static Result<PacketMatcher> create(std::string expression);

    /// Errors: invalid_input for an expression that does not compile for the packet's link type, with what libpcap
    /// says.
    [[nodiscard]] Result<bool> matches(const packet::CapturedPacket& packet);

  private:
    struct Free {
        OfflinePcap pcap;
        void operator()(bpf_program* program) const noexcept {
            pcap.freecode(program);
            delete program;
        }
    };
    using Program = std::unique_ptr<bpf_program, Free>;
    PacketMatcher(OfflinePcap pcap, std::string expression) : pcap_(pcap), expression_(std::move(expression)) {}
    [[nodiscard]] Result<Program> compile(packet::LinkType link_type) const;

    OfflinePcap pcap_;
    std::string expression_;
    std::map<packet::LinkType, Program> programs_;
};

}  // namespace kwd::collectors
