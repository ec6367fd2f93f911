// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/capture_npcap.h"

#include "collectors/capture_summary.h"
#include "collectors/packet_documents.h"
#include "collectors/platform/windows/capture_adapters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

// Npcap's own waiting is not used: by some versions it does not end when no packet comes.
constexpr std::chrono::milliseconds kBetweenLooks{20};
// Packets of one adapter that are taken before the clock, and the other adapters, are looked at again.
constexpr int kPacketsAtATime = 1000;
constexpr std::uint32_t kTriggerSnap = 64;
constexpr int kTriggerBuffer = 1 << 20;

struct Adapter {
    DeviceChoice choice;
    NpcapCapture capture;
    packet::CaptureInterface description;
    bool gone = false;
};

Result<std::vector<DeviceChoice>> choose_devices(std::span<const CaptureDevice> devices,
                                                 const CollectOptions& options) {
    const auto node = node_adapters();
    if (!node) {
        return node.error();
    }
    const auto wanted = options.packet_interfaces.empty() ? std::vector<std::string>{""} : options.packet_interfaces;
    std::vector<DeviceChoice> choices;
    for (const std::string& name : wanted) {
        auto choice = choose_device(devices, node->adapters, name, node->leading_out);
        if (!choice) {
            return choice.error();
        }
        choices.push_back(std::move(*choice));
    }
    return choices;
}

Result<std::vector<Adapter>> open_adapters(const Npcap& npcap, std::span<const DeviceChoice> choices,
                                           const CollectOptions& options) {
    const std::string filter = whole_filter_of(options);
    std::vector<Adapter> adapters;
    for (const DeviceChoice& choice : choices) {
        auto capture = NpcapCapture::open(npcap, choice, snap_length_of(options));
        if (!capture) {
            return capture.error();
        }
        auto set = options.packet_snap_length == 0 ? capture->set_filter_and_snap(filter) : capture->set_filter(filter);
        if (!set) {
            return set.error();
        }
        packet::CaptureInterface description{.name = choice.device.name,
                                             .description = choice.name,
                                             .link_type = link_type_of_dlt(capture->data_link()),
                                             .snap_length = snap_length_of(options),
                                             .filter = filter};
        adapters.push_back({choice, std::move(*capture), std::move(description)});
    }
    return adapters;
}

// The driver looks for the packet that ends the capture: what is captured is not looked at for it.
Result<std::vector<NpcapCapture>> open_triggers(const Npcap& npcap, std::span<const DeviceChoice> choices,
                                                const CollectOptions& options) {
    std::vector<NpcapCapture> triggers;
    for (const DeviceChoice& choice : choices) {
        if (options.packet_trigger.empty()) {
            break;
        }
        auto trigger = NpcapCapture::open(npcap, choice, kTriggerSnap, kTriggerBuffer);
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

// Takes what the adapters have, until the time is over or enough was had.
class Listener {
  public:
    Listener(std::vector<Adapter>& adapters, std::vector<NpcapCapture>& triggers, PacketDocuments& documents,
             DocumentSink& out)
        : adapters_(adapters), triggers_(triggers), documents_(documents), out_(out) {}

    Result<void> listen(Deadline until, std::chrono::seconds after_trigger) {
        while (Clock::now() < until && !documents_.complete() && any_left()) {
            if (out_.asked_to_finish()) {
                asked_ = true;
                return {};
            }
            bool any = false;
            for (std::uint32_t id = 0; id < adapters_.size(); ++id) {
                const auto taken = take_from(id);
                if (!taken) {
                    kept_ = false;
                    return taken.error();
                }
                any = any || *taken;
            }
            if (auto put = documents_.put_what_waits(); !put) {
                kept_ = false;
                return put;
            }
            if (!triggered_ && is_triggered()) {
                triggered_ = true;
                until = std::min<Deadline>(until, Clock::now() + after_trigger);
            }
            if (!any) {
                std::this_thread::sleep_for(kBetweenLooks);
            }
        }
        return {};
    }

    [[nodiscard]] bool triggered() const noexcept { return triggered_; }
    [[nodiscard]] std::string_view ended_when() const {
        return documents_.full()       ? kEndedWhenFull
               : !kept_                ? kEndedWhenNotKept
               : documents_.complete() ? kEndedWhenComplete
               : !any_left()           ? kEndedWhenNothingWasLeft
               : asked_                ? kEndedWhenAsked
               : triggered_            ? kEndedWhenTriggered
                                       : kEndedWhenTimeWasOver;
    }

  private:
    [[nodiscard]] bool any_left() const {
        return std::ranges::any_of(adapters_, [](const Adapter& each) { return !each.gone; });
    }

    // Whether it had any. An adapter may go; the others stay.
    Result<bool> take_from(std::uint32_t id) {
        Adapter& adapter = adapters_[id];
        for (int i = 0; i < kPacketsAtATime && !adapter.gone && !documents_.complete(); ++i) {
            const auto packet = adapter.capture.next();
            if (!packet) {
                adapter.gone = true;
                out_.missed(packet.error());
                return true;
            }
            if (!*packet) {
                return i > 0;
            }
            if (auto kept = documents_.add(id, (*packet)->time_ns_utc, (*packet)->captured, (*packet)->original_length);
                !kept) {
                return kept.error();
            }
        }
        return !adapter.gone;
    }

    [[nodiscard]] bool is_triggered() {
        return std::ranges::any_of(triggers_, [](NpcapCapture& trigger) {
            const auto packet = trigger.next();
            return packet && *packet;
        });
    }

    std::vector<Adapter>& adapters_;
    std::vector<NpcapCapture>& triggers_;
    PacketDocuments& documents_;
    DocumentSink& out_;
    bool triggered_ = false;
    bool asked_ = false;
    bool kept_ = true;
};

std::string describe(std::span<const DeviceChoice> choices, const CollectOptions& options) {
    std::vector<std::string> names;
    std::ranges::transform(choices, std::back_inserter(names), [](const DeviceChoice& choice) {
        return fmt::format("{} ({})", choice.name, choice.reason);
    });
    std::string text =
        fmt::format("by Npcap; interface {}, filter '{}'", fmt::join(names, ", "), packet_filter_of(options));
    if (!options.packet_trigger.empty()) {
        text += fmt::format(", until '{}'", options.packet_trigger);
    }
    return text;
}

class OpenedAdapters final : public NpcapSession {
  public:
    OpenedAdapters(std::vector<DeviceChoice> choices, std::vector<Adapter> adapters, std::vector<NpcapCapture> triggers)
        : choices_(std::move(choices)), adapters_(std::move(adapters)), triggers_(std::move(triggers)) {}

    Result<void> capture(const CollectOptions& options, DocumentSink& out, Deadline deadline) override {
        std::vector<packet::CaptureInterface> descriptions;
        std::ranges::transform(adapters_, std::back_inserter(descriptions), &Adapter::description);
        PacketDocuments documents(out, descriptions, options, describe(choices_, options),
                                  [&](std::uint32_t id) { return adapters_[id].capture.counts(); });
        Listener listener(adapters_, triggers_, documents, out);
        const auto listened =
            listener.listen(std::min(deadline, Clock::now() + options.packet_seconds), options.packet_after_trigger);
        auto finished = documents.finish(listener.triggered() ? "ended by a packet that was waited for" : "");
        if (!finished) {
            return finished;
        }
        if (!listened) {
            out.missed(listened.error());
        }
        return documents.put_summary(listener.ended_when());
    }

  private:
    std::vector<DeviceChoice> choices_;
    std::vector<Adapter> adapters_;
    std::vector<NpcapCapture> triggers_;
};

}  // namespace

Result<std::unique_ptr<NpcapSession>> NpcapSession::open(const Npcap& npcap, const CollectOptions& options) {
    const auto devices = npcap.devices();
    if (!devices) {
        return devices.error();
    }
    auto choices = choose_devices(*devices, options);
    if (!choices) {
        return choices.error();
    }
    auto triggers = open_triggers(npcap, *choices, options);
    if (!triggers) {
        return triggers.error();
    }
    auto adapters = open_adapters(npcap, *choices, options);
    if (!adapters) {
        return adapters.error();
    }
    return std::unique_ptr<NpcapSession>(
        std::make_unique<OpenedAdapters>(std::move(*choices), std::move(*adapters), std::move(*triggers)));
}

}  // namespace kwd::collectors
