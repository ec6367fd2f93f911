// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/live_capture.h"

#include "collectors/snap_filter.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

namespace kwd::collectors {
namespace {

constexpr int kTimeoutMs = 100;

Errc code_of(int status) {
    switch (status) {
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED: return Errc::access_denied;
        case PCAP_ERROR_NO_SUCH_DEVICE: return Errc::not_found;
        default: return Errc::io;
    }
}

// A program that libpcap made, and frees.
class Program {
  public:
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() { ::pcap_freecode(&program_); }

    Result<void> compile(pcap_t* capture, const std::string& filter) {
        if (::pcap_compile(capture, &program_, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
            return pcap_error(Errc::invalid_input, fmt::format("compile the packet filter '{}'", filter), PCAP_ERROR,
                              ::pcap_geterr(capture));
        }
        return {};
    }
    [[nodiscard]] const bpf_program& get() const noexcept { return program_; }
    [[nodiscard]] std::span<const bpf_insn> instructions() const noexcept {
        return {program_.bf_insns, program_.bf_len};
    }

  private:
    bpf_program program_{};
};

}  // namespace

Error pcap_error(Errc code, std::string doing, int status, const char* text) {
    doing += fmt::format(": {}", text != nullptr && *text != '\0' ? text : ::pcap_statustostr(status));
    return {code, std::move(doing), NativeCode{Domain::pcap, status}};
}

Result<LiveCapture> LiveCapture::open(const std::string& interface, std::uint32_t snap_length, int buffer_bytes) {
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    const std::string doing = fmt::format("capture packets on {}", interface);
    LiveCapture opened(::pcap_create(interface.c_str(), text.data()));
    pcap_t* capture = opened.handle();
    if (capture == nullptr) {
        return pcap_error(Errc::io, doing, PCAP_ERROR, text.data());
    }
    // Never promiscuous: that would change the interface.
    (void)::pcap_set_promisc(capture, 0);
    (void)::pcap_set_snaplen(capture, static_cast<int>(snap_length));
    (void)::pcap_set_timeout(capture, kTimeoutMs);
    (void)::pcap_set_buffer_size(capture, buffer_bytes);
    (void)::pcap_set_tstamp_precision(capture, PCAP_TSTAMP_PRECISION_NANO);
    if (const int status = ::pcap_activate(capture); status < 0) {
        return pcap_error(code_of(status), doing, status, ::pcap_geterr(capture));
    }
    if (::pcap_setnonblock(capture, 1, text.data()) != 0) {
        return pcap_error(Errc::io, doing, PCAP_ERROR, text.data());
    }
    opened.description_ = {.name = interface,
                           .description = {},
                           .link_type = link_type_of_dlt(::pcap_datalink(capture)),
                           .snap_length = static_cast<std::uint32_t>(::pcap_snapshot(capture))};
    return opened;
}

Result<void> LiveCapture::install(bpf_program program) {
    const int status = ::pcap_setfilter(handle(), &program);
    return status == 0 ? Result<void>()
                       : pcap_error(Errc::io, "set the packet filter", status, ::pcap_geterr(handle()));
}

Result<void> LiveCapture::set_filter(const std::string& filter) {
    description_.filter = filter;
    Program program;
    auto compiled = program.compile(handle(), filter);
    return compiled ? install(program.get()) : compiled;
}

Result<void> LiveCapture::set_filter_and_snap(const std::string& filter) {
    description_.filter = filter;
    Program program;
    if (auto compiled = program.compile(handle(), filter); !compiled) {
        return compiled;
    }
    Program whole;
    if (whole.compile(handle(), kWholePackets)) {
        auto joined = snap_filter(program.instructions(), whole.instructions(), kShortSnap);
        if (!joined.empty() && install({static_cast<unsigned>(joined.size()), joined.data()})) {
            return {};
        }
    }
    // More is copied than would be needed, no less.
    return install(program.get());
}

std::optional<CaptureCounts> LiveCapture::counts() const {
    pcap_stat statistics{};
    if (::pcap_stats(handle(), &statistics) != 0) {
        return std::nullopt;
    }
    return CaptureCounts{
        .matched = statistics.ps_recv, .dropped = statistics.ps_drop, .dropped_by_interface = statistics.ps_ifdrop};
}

}  // namespace kwd::collectors
