// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/capture_adapters.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/platform/windows/ip_helper.h"

#include <limits>
#include <map>
#include <set>

namespace kwd::collectors {
namespace {

std::set<NET_IFINDEX> addressed_interfaces(const IpHelper& ip) {
    MIB_UNICASTIPADDRESS_TABLE* raw = nullptr;
    const bool had = IpHelper::call(ip.get_unicast_ip_address_table, ADDRESS_FAMILY{AF_UNSPEC}, &raw) == NO_ERROR;
    const auto table = ip.owned(raw);
    std::set<NET_IFINDEX> found;
    for (ULONG i = 0; had && i < table->NumEntries; ++i) {
        found.insert(table->Table[i].InterfaceIndex);
    }
    return found;
}

std::map<NET_IFINDEX, ULONG> interface_metrics(const IpHelper& ip, ADDRESS_FAMILY family) {
    MIB_IPINTERFACE_TABLE* raw = nullptr;
    const bool had = IpHelper::call(ip.get_ip_interface_table, family, &raw) == NO_ERROR;
    const auto table = ip.owned(raw);
    std::map<NET_IFINDEX, ULONG> metrics;
    for (ULONG i = 0; had && i < table->NumEntries; ++i) {
        metrics[table->Table[i].InterfaceIndex] = table->Table[i].Metric;
    }
    return metrics;
}

// The stack compares the sum of the route's metric and the interface's.
std::optional<std::uint32_t> default_route(const IpHelper& ip, ADDRESS_FAMILY family) {
    MIB_IPFORWARD_TABLE2* raw = nullptr;
    const bool had = IpHelper::call(ip.get_ip_forward_table2, family, &raw) == NO_ERROR;
    const auto table = ip.owned(raw);
    const auto metrics = interface_metrics(ip, family);
    std::optional<std::uint32_t> best;
    std::uint64_t best_metric = std::numeric_limits<std::uint64_t>::max();
    for (ULONG i = 0; had && i < table->NumEntries; ++i) {
        const MIB_IPFORWARD_ROW2& each = table->Table[i];
        if (each.DestinationPrefix.PrefixLength != 0 || each.Loopback != 0) {
            continue;
        }
        const auto metric = metrics.find(each.InterfaceIndex);
        const std::uint64_t sum = std::uint64_t{each.Metric} + (metric == metrics.end() ? 0 : metric->second);
        if (sum < best_metric) {
            best_metric = sum;
            best = static_cast<std::uint32_t>(each.InterfaceIndex);
        }
    }
    return best;
}

}  // namespace

Result<NodeAdapters> node_adapters() {
    const auto loaded = IpHelper::load();
    if (!loaded) {
        return loaded.error();
    }
    const IpHelper& ip = *loaded;
    MIB_IF_TABLE2* raw = nullptr;
    const DWORD result = IpHelper::call(ip.get_if_table2_ex, MibIfTableRaw, &raw);
    const auto table = ip.owned(raw);
    if (result != NO_ERROR) {
        return windows_error(result, "GetIfTable2Ex, to choose an adapter to capture packets on");
    }
    const auto addressed = addressed_interfaces(ip);
    NodeAdapters node;
    for (ULONG i = 0; i < table->NumEntries; ++i) {
        const MIB_IF_ROW2& each = table->Table[i];
        if (each.InterfaceAndOperStatusFlags.FilterInterface) {
            continue;
        }
        node.adapters.push_back({.index = static_cast<std::uint32_t>(each.InterfaceIndex),
                                 .name = narrow(each.Alias),
                                 .description = narrow(each.Description),
                                 .guid = guid_text(each.InterfaceGuid),
                                 .mac = mac_text(each.PhysicalAddress, each.PhysicalAddressLength),
                                 .hardware = each.InterfaceAndOperStatusFlags.HardwareInterface != 0,
                                 .loopback = each.Type == IF_TYPE_SOFTWARE_LOOPBACK,
                                 .up = each.OperStatus == IfOperStatusUp,
                                 .addressed = addressed.contains(each.InterfaceIndex)});
    }
    node.leading_out = default_route(ip, AF_INET);
    if (!node.leading_out) {
        node.leading_out = default_route(ip, AF_INET6);
    }
    return node;
}

}  // namespace kwd::collectors
