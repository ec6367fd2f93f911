// SPDX-License-Identifier: Apache-2.0
#include "base/windows_error.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/capture_adapters.h"
#include "collectors/platform/windows/capture_npcap.h"
#include "collectors/platform/windows/capture_pktmon.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/npcap.h"

namespace kwd::collectors {
namespace {

// Npcap may be installed for administrators only. It would then ask a person on the desktop for elevation.
bool npcap_is_for_administrators() {
    DWORD value = 0;
    DWORD size = sizeof value;
    return RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\npcap\\Parameters", L"AdminOnly",
                        RRF_RT_REG_DWORD, nullptr, &value, &size) == ERROR_SUCCESS &&
           value != 0;
}

// Whether pktmon has a way to what Npcap failed at: it knows no filters of one's own, one adapter at a time, and none
// that Windows does not know.
bool pktmon_may_help(const CollectOptions& options) {
    if (!options.packet_filter.empty() || !options.packet_trigger.empty() || options.packet_looked_at ||
        options.packet_interfaces.size() > 1 || !find_tool("pktmon")) {
        return false;
    }
    const auto node = node_adapters();
    const std::string wanted = options.packet_interfaces.empty() ? "" : options.packet_interfaces.front();
    return node && choose_adapter(node->adapters, wanted, node->leading_out);
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
        const auto opened = NpcapSession::open(*npcap, options);
        if (opened) {
            return (*opened)->capture(options, out, deadline);
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
