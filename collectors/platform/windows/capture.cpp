// SPDX-License-Identifier: Apache-2.0
#include "base/windows_error.h"
#include "collectors/packet_documents.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/capture_adapters.h"
#include "collectors/platform/windows/capture_pktmon.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/npcap.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

// Npcap's own waiting is not used: by some versions it does not end when no packet comes.
constexpr std::chrono::milliseconds kBetweenLooks{20};
// Packets that are taken before the clock is looked at again.
constexpr int kPacketsAtATime = 1000;

// Npcap may be installed for administrators only. It would then ask a person on the desktop for elevation.
bool npcap_is_for_administrators() {
    DWORD value = 0;
    DWORD size = sizeof value;
    return RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\npcap\\Parameters", L"AdminOnly",
                        RRF_RT_REG_DWORD, nullptr, &value, &size) == ERROR_SUCCESS &&
           value != 0;
}

Result<void> listen(NpcapCapture& capture, PacketDocuments& documents, Deadline until) {
    while (true) {
        for (int i = 0; i < kPacketsAtATime; ++i) {
            const auto packet = capture.next();
            if (!packet) {
                return packet.error();
            }
            if (!*packet) {
                if (Clock::now() >= until) {
                    return {};
                }
                std::this_thread::sleep_for(kBetweenLooks);
                continue;
            }
            if (auto kept = documents.add((*packet)->time_ns_utc, (*packet)->captured, (*packet)->original_length);
                !kept) {
                return kept;
            }
        }
        if (Clock::now() >= until) {
            return {};
        }
    }
}

std::string counted(const NpcapCapture& capture, const PacketDocuments& documents) {
    const auto statistics = capture.statistics();
    return statistics ? describe({statistics->ps_recv, statistics->ps_drop, statistics->ps_ifdrop}, documents)
                      : fmt::format("{} packets kept", documents.packets());
}

// What packets are captured with, and from where.
struct OpenedCapture {
    DeviceChoice choice;
    NpcapCapture capture;
    std::string filter;
};

Result<OpenedCapture> open_by_npcap(const Npcap& npcap, const CollectOptions& options) {
    const auto devices = npcap.devices();
    if (!devices) {
        return devices.error();
    }
    const auto node = node_adapters();
    if (!node) {
        return node.error();
    }
    auto choice = choose_device(*devices, node->adapters, options.packet_interface, node->leading_out);
    if (!choice) {
        return choice.error();
    }
    auto capture = NpcapCapture::open(npcap, *choice, snap_length_of(options));
    if (!capture) {
        return capture.error();
    }
    std::string filter = packet_filter_of(options);
    if (auto set = capture->set_filter(filter); !set) {
        return set.error();
    }
    return OpenedCapture{std::move(*choice), std::move(*capture), std::move(filter)};
}

// Whether pktmon has a way to what Npcap failed at: it knows no filters of one's own, and no adapter that Windows does
// not know.
bool pktmon_may_help(const CollectOptions& options) {
    const auto node = node_adapters();
    return options.packet_filter.empty() && find_tool("pktmon") && node &&
           choose_adapter(node->adapters, options.packet_interface, node->leading_out);
}

Result<void> capture_by_npcap(OpenedCapture& opened, const CollectOptions& options, DocumentSink& out,
                              Deadline deadline) {
    auto& [choice, capture, filter] = opened;
    const packet::CaptureInterface description{.name = choice.device.name,
                                               .description = choice.name,
                                               .link_type = link_type_of_dlt(capture.data_link()),
                                               .snap_length = snap_length_of(options)};
    PacketDocuments documents(
        out, description, options.packet_bytes,
        fmt::format("by Npcap; interface {} ({}), filter '{}'", choice.name, choice.reason, filter));
    const auto listened = listen(capture, documents, std::min(deadline, Clock::now() + options.packet_seconds));
    auto finished = documents.finish(counted(capture, documents));
    if (finished && !listened) {
        out.missed(listened.error());
    }
    return finished;
}

Error nothing_to_capture_with() {
    return {
        Errc::unsupported,
        "capture packets: there is neither Npcap (System32\\Npcap\\wpcap.dll) nor pktmon. Npcap (npcap.com) is a "
        "driver below every adapter: installing it interrupts the network for a moment, and its free licence is for "
        "five machines. Windows Server 2022 and later have a pktmon that is enough, and costs nothing"};
}

}  // namespace

Result<void> collect_packets(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    if (options.packet_seconds.count() <= 0) {
        return Error{Errc::unsupported, "capture packets: it was not asked for"};
    }
    if (npcap_is_for_administrators() && !is_elevated()) {
        return Error{Errc::access_denied,
                     "capture packets: Npcap is for administrators only on this node: needs an elevated process"};
    }
    const auto npcap = Npcap::load();
    if (npcap) {
        auto opened = open_by_npcap(*npcap, options);
        if (opened) {
            return capture_by_npcap(*opened, options, out, deadline);
        }
        if (!pktmon_may_help(options)) {
            return opened.error();
        }
        out.missed(opened.error());
    } else if (npcap.error().code != Errc::not_found) {
        out.missed(npcap.error());
    }
    return !npcap && !find_tool("pktmon") ? nothing_to_capture_with() : capture_by_pktmon(options, out, deadline);
}

}  // namespace kwd::collectors
