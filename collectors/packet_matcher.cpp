// SPDX-License-Identifier: Apache-2.0
#include "collectors/packet_matcher.h"

#include "base/text.h"
#include "collectors/offline_pcap.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace kwd::collectors {
namespace {

constexpr int kLongestPacket = 262'144;

// As libpcap numbers link types on this machine: raw IP is the one that it numbers in its own way.
int dlt_of(packet::LinkType link_type) noexcept {
    return link_type == packet::LinkType::raw ? DLT_RAW : static_cast<int>(link_type);
}

struct FreeProgram {
    OfflinePcap pcap;
    void operator()(bpf_program* program) const noexcept {
        pcap.freecode(program);
        delete program;
    }
};
using Program = std::unique_ptr<bpf_program, FreeProgram>;

}  // namespace

class PacketMatcher::Programs {
  public:
    Programs(OfflinePcap pcap, std::string expression) : pcap_(pcap), expression_(std::move(expression)) {}

    Result<bool> matches(const packet::CapturedPacket& packet) {
        auto found = programs_.find(packet.link_type);
        if (found == programs_.end()) {
            auto compiled = compile(packet.link_type);
            if (!compiled) {
                return compiled.error();
            }
            found = programs_.emplace(packet.link_type, std::move(*compiled)).first;
        }
        pcap_pkthdr header{};
        header.caplen = static_cast<bpf_u_int32>(packet.captured.size());
        header.len = packet.original_length;
        return pcap_.offline_filter(found->second.get(), &header,
                                    reinterpret_cast<const u_char*>(packet.captured.data())) != 0;
    }

  private:
    [[nodiscard]] Result<Program> compile(packet::LinkType link_type) const {
        const std::unique_ptr<pcap_t, decltype(pcap_.close)> handle(pcap_.open_dead(dlt_of(link_type), kLongestPacket),
                                                                    pcap_.close);
        Program program(new bpf_program{}, FreeProgram{pcap_});
        if (!handle || pcap_.compile(handle.get(), program.get(), expression_.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
            return Error{Errc::invalid_input, fmt::format("compile the packet filter '{}': {}", expression_,
                                                          handle ? decode_text(pcap_.geterr(handle.get())).utf8 : "")};
        }
        return program;
    }

    OfflinePcap pcap_;
    std::string expression_;
    std::map<packet::LinkType, Program> programs_;
};

PacketMatcher::PacketMatcher(std::unique_ptr<Programs> programs) : programs_(std::move(programs)) {}
PacketMatcher::PacketMatcher(PacketMatcher&&) noexcept = default;
PacketMatcher& PacketMatcher::operator=(PacketMatcher&&) noexcept = default;
PacketMatcher::~PacketMatcher() = default;

Result<PacketMatcher> PacketMatcher::create(std::string expression) {
    const auto pcap = OfflinePcap::load();
    if (!pcap) {
        return pcap.error();
    }
    return PacketMatcher(std::make_unique<Programs>(*pcap, std::move(expression)));
}

Result<bool> PacketMatcher::matches(const packet::CapturedPacket& packet) {
    return programs_->matches(packet);
}

}  // namespace kwd::collectors
