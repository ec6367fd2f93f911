// SPDX-License-Identifier: Apache-2.0
#include "collectors/packet_documents.h"
#include "collectors/platform/linux/collectors.h"

#include <poll.h>

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdint>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>
#include <string>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTimeoutMs = 100;
constexpr int kBufferBytes = 8 << 20;

struct CloseCapture {
    void operator()(pcap_t* capture) const noexcept { ::pcap_close(capture); }
};
using Capture = std::unique_ptr<pcap_t, CloseCapture>;

Error pcap_error(Errc code, std::string doing, int status, const char* text) {
    doing += fmt::format(": {}", text != nullptr && *text != '\0' ? text : ::pcap_statustostr(status));
    return {code, std::move(doing), NativeCode{Domain::pcap, status}};
}

Errc code_of(int status) {
    switch (status) {
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED: return Errc::access_denied;
        case PCAP_ERROR_NO_SUCH_DEVICE: return Errc::not_found;
        default: return Errc::io;
    }
}

// Where packets leave the node: the interface of the default route with the lowest metric; "any" without one.
// Source: proc(5), /proc/net/route: interface, destination, gateway, flags, references, use, metric, mask, …
std::string outgoing_interface() {
    std::ifstream file("/proc/net/route");
    std::string best = "any";
    long best_metric = LONG_MAX;
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        std::string interface;
        std::string destination;
        std::string gateway;
        std::string flags;
        std::string references;
        std::string use;
        long metric = 0;
        std::string mask;
        if (fields >> interface >> destination >> gateway >> flags >> references >> use >> metric >> mask &&
            destination == "00000000" && mask == "00000000" && metric < best_metric) {
            best = interface;
            best_metric = metric;
        }
    }
    return best;
}

Result<Capture> open_capture(const std::string& interface, const CollectOptions& options) {
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    const std::string doing = fmt::format("capture packets on {}", interface);
    Capture capture(::pcap_create(interface.c_str(), text.data()));
    if (!capture) {
        return pcap_error(Errc::io, doing, PCAP_ERROR, text.data());
    }
    // Never promiscuous: that would change the interface.
    (void)::pcap_set_promisc(capture.get(), 0);
    (void)::pcap_set_snaplen(capture.get(), static_cast<int>(snap_length_of(options)));
    (void)::pcap_set_timeout(capture.get(), kTimeoutMs);
    (void)::pcap_set_buffer_size(capture.get(), kBufferBytes);
    (void)::pcap_set_tstamp_precision(capture.get(), PCAP_TSTAMP_PRECISION_NANO);
    if (const int status = ::pcap_activate(capture.get()); status < 0) {
        return pcap_error(code_of(status), doing, status, ::pcap_geterr(capture.get()));
    }
    if (::pcap_setnonblock(capture.get(), 1, text.data()) != 0) {
        return pcap_error(Errc::io, doing, PCAP_ERROR, text.data());
    }
    return capture;
}

Result<void> set_filter(pcap_t* capture, const std::string& filter) {
    bpf_program program{};
    const std::string doing = fmt::format("compile the packet filter '{}'", filter);
    if (::pcap_compile(capture, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
        return pcap_error(Errc::invalid_input, doing, PCAP_ERROR, ::pcap_geterr(capture));
    }
    const int status = ::pcap_setfilter(capture, &program);
    ::pcap_freecode(&program);
    return status == 0 ? Result<void>() : pcap_error(Errc::io, doing, status, ::pcap_geterr(capture));
}

class Listener {
  public:
    Listener(pcap_t* capture, PacketDocuments& documents) : capture_(capture), documents_(documents) {
        nanoseconds_ = ::pcap_get_tstamp_precision(capture) == PCAP_TSTAMP_PRECISION_NANO;
    }

    Result<void> listen(Clock::time_point until) {
        const int fd = ::pcap_get_selectable_fd(capture_);
        while (Clock::now() < until && stored_) {
            pollfd waiting{fd, POLLIN, 0};
            (void)::poll(&waiting, 1, kTimeoutMs);
            const int status = ::pcap_dispatch(capture_, -1, &Listener::take, reinterpret_cast<u_char*>(this));
            if (status == PCAP_ERROR) {
                return pcap_error(Errc::io, "capture packets", status, ::pcap_geterr(capture_));
            }
        }
        return stored_;
    }

  private:
    static void take(u_char* self, const pcap_pkthdr* header, const u_char* bytes) {
        auto& listener = *reinterpret_cast<Listener*>(self);
        if (!listener.stored_) {
            return;
        }
        const std::int64_t fraction = listener.nanoseconds_ ? header->ts.tv_usec : header->ts.tv_usec * 1000;
        listener.stored_ = listener.documents_.add(header->ts.tv_sec * 1'000'000'000 + fraction,
                                                   std::as_bytes(std::span(bytes, header->caplen)), header->len);
        if (!listener.stored_) {
            ::pcap_breakloop(listener.capture_);
        }
    }

    pcap_t* capture_;
    PacketDocuments& documents_;
    bool nanoseconds_ = false;
    Result<void> stored_;
};

std::string describe_statistics(pcap_t* capture, const PacketDocuments& documents) {
    pcap_stat statistics{};
    if (::pcap_stats(capture, &statistics) != 0) {
        return fmt::format("{} packets kept", documents.packets());
    }
    return describe({statistics.ps_recv, statistics.ps_drop, statistics.ps_ifdrop}, documents);
}

}  // namespace

Result<void> collect_packets(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    if (options.packet_seconds.count() <= 0) {
        return Error{Errc::unsupported, "capture packets: it was not asked for"};
    }
    const std::string interface = options.packet_interface.empty() ? outgoing_interface() : options.packet_interface;
    const auto capture = open_capture(interface, options);
    if (!capture) {
        return capture.error();
    }
    const std::string filter = packet_filter_of(options);
    if (auto set = set_filter(capture->get(), filter); !set) {
        return set;
    }
    const packet::CaptureInterface description{
        .name = interface,
        .description = {},
        .link_type = link_type_of_dlt(::pcap_datalink(capture->get())),
        .snap_length = static_cast<std::uint32_t>(::pcap_snapshot(capture->get()))};
    PacketDocuments documents(out, description, options.packet_bytes,
                              fmt::format("interface {}, filter '{}'", interface, filter));
    const auto until = std::min(deadline, Clock::now() + options.packet_seconds);
    const auto listened = Listener(capture->get(), documents).listen(until);
    auto finished = documents.finish(describe_statistics(capture->get(), documents));
    if (!finished) {
        return finished;
    }
    if (!listened) {
        out.missed(listened.error());
    }
    return {};
}

}  // namespace kwd::collectors
