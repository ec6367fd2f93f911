// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture_summary.h"
#include "collectors/packet_documents.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/linux/live_capture.h"

#include <malloc.h>
#include <poll.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdint>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTickMs = 100;
// What comes meanwhile is taken at one time: waking up for every few packets would cost more than the packets do. The
// kernel keeps for us what comes in a hundred times as long.
constexpr std::chrono::milliseconds kBetweenLooks{10};
// Packets of one interface that are taken before the clock, and the other interfaces, are looked at again.
constexpr int kPacketsAtATime = 10'000;
constexpr int kKeptMemory = 64 << 20;
constexpr std::uint32_t kTriggerSnap = 64;
constexpr int kTriggerBuffer = 1 << 20;

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

Result<std::vector<LiveCapture>> open_captures(const std::vector<std::string>& interfaces,
                                               const CollectOptions& options) {
    const std::string filter = whole_filter_of(options);
    std::vector<LiveCapture> captures;
    for (const std::string& interface : interfaces) {
        auto capture = LiveCapture::open(interface, snap_length_of(options));
        if (!capture) {
            return capture.error();
        }
        auto set = options.packet_snap_length == 0 ? capture->set_filter_and_snap(filter) : capture->set_filter(filter);
        if (!set) {
            return set.error();
        }
        captures.push_back(std::move(*capture));
    }
    return captures;
}

// The kernel looks for the packet that ends the capture: what is captured is not looked at for it.
Result<std::vector<LiveCapture>> open_triggers(const std::vector<std::string>& interfaces,
                                               const CollectOptions& options) {
    std::vector<LiveCapture> triggers;
    for (const std::string& interface : interfaces) {
        if (options.packet_trigger.empty()) {
            break;
        }
        auto trigger = LiveCapture::open(interface, kTriggerSnap, kTriggerBuffer);
        if (!trigger) {
            return trigger.error();
        }
        if (auto set = trigger->set_filter(options.packet_trigger); !set) {
            return set.error();
        }
        triggers.push_back(std::move(*trigger));
    }
    return triggers;
}

// Takes what the interfaces have, until the time is over or enough was had.
class Listener {
  public:
    Listener(std::span<const LiveCapture> captures, std::span<const LiveCapture> triggers, PacketDocuments& documents,
             DocumentSink& out)
        : documents_(documents), triggers_(triggers), out_(out) {
        for (const LiveCapture& capture : captures) {
            sources_.push_back({this, capture.handle(), capture.description().name,
                                static_cast<std::uint32_t>(sources_.size()),
                                ::pcap_get_tstamp_precision(capture.handle()) == PCAP_TSTAMP_PRECISION_NANO});
            waiting_.push_back({capture.descriptor(), POLLIN, 0});
        }
        for (const LiveCapture& trigger : triggers) {
            waiting_.push_back({trigger.descriptor(), POLLIN, 0});
        }
    }

    Result<void> listen(Clock::time_point until, std::chrono::seconds after_trigger) {
        Clock::time_point asked_at{};
        while (Clock::now() < until && stored_ && !documents_.complete() && !sources_.empty()) {
            (void)::poll(waiting_.data(), waiting_.size(), kTickMs);
            if (!take_what_came()) {
                std::this_thread::sleep_for(kBetweenLooks);
            }
            if (stored_) {
                stored_ = documents_.put_what_waits();
            }
            if (!triggered_ && is_triggered()) {
                triggered_ = true;
                until = std::min(until, Clock::now() + after_trigger);
            }
            // A system call that no packet should pay for.
            if (const auto now = Clock::now(); now - asked_at >= std::chrono::milliseconds(kTickMs)) {
                asked_at = now;
                if (out_.asked_to_finish()) {
                    asked_ = true;
                    return stored_;
                }
            }
        }
        return stored_;
    }

    [[nodiscard]] bool triggered() const noexcept { return triggered_; }
    [[nodiscard]] std::string_view ended_when() const noexcept {
        return documents_.full()       ? kEndedWhenFull
               : !stored_              ? kEndedWhenNotKept
               : documents_.complete() ? kEndedWhenComplete
               : sources_.empty()      ? kEndedWhenNothingWasLeft
               : asked_                ? kEndedWhenAsked
               : triggered_            ? kEndedWhenTriggered
                                       : kEndedWhenTimeWasOver;
    }

  private:
    struct Source {
        Listener* listener;
        pcap_t* capture;
        std::string name;
        std::uint32_t interface_id;
        bool nanoseconds;
    };

    // Whether there is more of it. An interface may go; the others stay.
    bool take_what_came() {
        bool more = false;
        for (std::size_t i = 0; i < sources_.size();) {
            Source& source = sources_[i];
            const int status =
                ::pcap_dispatch(source.capture, kPacketsAtATime, &take, reinterpret_cast<u_char*>(&source));
            if (status != PCAP_ERROR) {
                more = more || status >= kPacketsAtATime;
                ++i;
                continue;
            }
            out_.missed(pcap_error(Errc::io, fmt::format("capture packets on {}", source.name), status,
                                   ::pcap_geterr(source.capture)));
            sources_.erase(sources_.begin() + static_cast<std::ptrdiff_t>(i));
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        }
        return more;
    }

    [[nodiscard]] bool is_triggered() const {
        return std::ranges::any_of(triggers_, [](const LiveCapture& trigger) {
            pcap_pkthdr* header = nullptr;
            const u_char* bytes = nullptr;
            return ::pcap_next_ex(trigger.handle(), &header, &bytes) == 1;
        });
    }

    static void take(u_char* user, const pcap_pkthdr* header, const u_char* bytes) {
        const auto& source = *reinterpret_cast<const Source*>(user);
        Listener& listener = *source.listener;
        if (!listener.stored_ || listener.documents_.complete()) {
            return;
        }
        listener.fetch_what_follows(bytes);
        const std::int64_t fraction = source.nanoseconds ? header->ts.tv_usec : header->ts.tv_usec * 1000;
        listener.stored_ = listener.documents_.add(source.interface_id, header->ts.tv_sec * 1'000'000'000 + fraction,
                                                   std::as_bytes(std::span(bytes, header->caplen)), header->len);
        if (!listener.stored_) {
            ::pcap_breakloop(source.capture);
        }
    }

    // Packets lie in the kernel's ring one behind the other, and another processor wrote them. Whatever is there is
    // only fetched into the cache, not read.
    void fetch_what_follows(const u_char* bytes) {
        const auto at = reinterpret_cast<std::uintptr_t>(bytes);
        const std::uintptr_t apart = at - std::exchange(before_, at);
        if (apart < kFurthestApart) {
            const std::uintptr_t next_but_one = at + 2 * apart;
            for (const std::uintptr_t line : {next_but_one - kCacheLine, next_but_one, next_but_one + kCacheLine}) {
                __builtin_prefetch(reinterpret_cast<const void*>(line));
            }
        }
    }

    static constexpr std::uintptr_t kCacheLine = 64;
    static constexpr std::uintptr_t kFurthestApart = 4096;

    PacketDocuments& documents_;
    std::span<const LiveCapture> triggers_;
    DocumentSink& out_;
    std::vector<Source> sources_;
    std::vector<pollfd> waiting_;
    bool triggered_ = false;
    std::uintptr_t before_ = 0;  ///< where the packet before lay
    bool asked_ = false;
    Result<void> stored_;
};

std::string describe(const std::vector<std::string>& interfaces, const CollectOptions& options) {
    std::string text = fmt::format("interface {}, filter '{}'", fmt::join(interfaces, ", "), packet_filter_of(options));
    if (!options.packet_trigger.empty()) {
        text += fmt::format(", until '{}'", options.packet_trigger);
    }
    return text;
}

}  // namespace

Result<void> collect_packets(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    if (options.packet_seconds.count() <= 0) {
        return Error{Errc::unsupported, "capture packets: it was not asked for"};
    }
    // Documents of some MiB come and go: their memory is used again, not given back and cleared anew each time.
    (void)::mallopt(M_MMAP_THRESHOLD, kKeptMemory);
    (void)::mallopt(M_TRIM_THRESHOLD, kKeptMemory);
    const auto interfaces =
        options.packet_interfaces.empty() ? std::vector{outgoing_interface()} : options.packet_interfaces;
    const auto triggers = open_triggers(interfaces, options);
    if (!triggers) {
        return triggers.error();
    }
    const auto captures = open_captures(interfaces, options);
    if (!captures) {
        return captures.error();
    }
    std::vector<packet::CaptureInterface> descriptions;
    std::ranges::transform(*captures, std::back_inserter(descriptions), &LiveCapture::description);
    PacketDocuments documents(out, descriptions, options, describe(interfaces, options),
                              [&](std::uint32_t id) { return (*captures)[id].counts(); });
    const auto until = std::min(deadline, Clock::now() + options.packet_seconds);
    Listener listener(*captures, *triggers, documents, out);
    const auto listened = listener.listen(until, options.packet_after_trigger);
    auto finished = documents.finish(listener.triggered() ? "ended by a packet that was waited for" : "");
    if (!finished) {
        return finished;
    }
    if (!listened) {
        out.missed(listened.error());
    }
    return documents.put_summary(listener.ended_when());
}

}  // namespace kwd::collectors
