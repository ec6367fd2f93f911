// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/compartment_failures.h"
#include "collectors/interface_rows.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/adapters.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/compartments.h"
#include "collectors/platform/windows/ip_helper.h"
#include "collectors/platform/windows/persistent_routes.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <vector>

// Source: IP Helper, learn.microsoft.com/windows/win32/iphlp.

namespace kwd::collectors {
namespace {

const char* interface_kind(IFTYPE type) {
    switch (type) {
        case IF_TYPE_ETHERNET_CSMACD: return "ethernet";
        case IF_TYPE_SOFTWARE_LOOPBACK: return "loopback";
        case IF_TYPE_TUNNEL: return "tunnel";
        case IF_TYPE_IEEE80211: return "wireless";
        default: return "other";
    }
}

const char* oper_state(IF_OPER_STATUS status) {
    switch (status) {
        case IfOperStatusUp: return "up";
        case IfOperStatusDown: return "down";
        case IfOperStatusNotPresent: return "not present";
        case IfOperStatusLowerLayerDown: return "disconnected";
        default: return "unknown";
    }
}

const char* origin_of(NL_PREFIX_ORIGIN prefix, NL_SUFFIX_ORIGIN suffix) {
    if (prefix == IpPrefixOriginManual) {
        return "manual";
    }
    if (prefix == IpPrefixOriginDhcp) {
        return "dhcp";
    }
    if (prefix == IpPrefixOriginRouterAdvertisement) {
        return "router-advertisement";
    }
    return prefix == IpPrefixOriginWellKnown || suffix == IpSuffixOriginLinkLayerAddress ? "link-local" : "other";
}

const char* address_state(NL_DAD_STATE state) {
    switch (state) {
        case IpDadStatePreferred: return "preferred";
        case IpDadStateDeprecated: return "deprecated";
        case IpDadStateTentative: return "tentative";
        case IpDadStateDuplicate: return "duplicate";
        default: return "unknown";
    }
}

const char* neighbor_state(NL_NEIGHBOR_STATE state) {
    switch (state) {
        case NlnsUnreachable: return "unreachable";
        case NlnsIncomplete: return "incomplete";
        case NlnsProbe: return "probe";
        case NlnsDelay: return "delay";
        case NlnsStale: return "stale";
        case NlnsReachable: return "reachable";
        case NlnsPermanent: return "permanent";
        default: return "unknown";
    }
}

const char* route_protocol(NL_ROUTE_PROTOCOL protocol) {
    switch (static_cast<int>(protocol)) {
        case MIB_IPPROTO_LOCAL: return "local";
        case MIB_IPPROTO_NETMGMT: return "netmgmt";
        case MIB_IPPROTO_ICMP: return "icmp";
        case MIB_IPPROTO_BGP: return "bgp";
        default: return "other";
    }
}

bool is_unspecified(const std::string& address) {
    return address == "0.0.0.0" || address == "::";
}

// The on-link network; nothing for a length that no address of its family has.
snapshot::Text prefix_of(const std::string& address, int length) {
    const auto parsed = IpAddress::parse(address);
    return parsed && length <= bits_of(parsed->family()) ? snapshot::Text(Cidr(*parsed, length).text()) : std::nullopt;
}

/// What GetAdaptersAddresses knows of an interface, and the tables do not.
struct AdapterSettings {
    bool dhcp = false;
    snapshot::Text dns_suffix = {};
    std::int64_t compartment = 0;
};

/// What is known of adapters beside IP Helper's tables, for all compartments.
struct Adapters {
    std::map<std::string, InstalledAdapter> installed;  ///< by GUID
    std::set<std::string> listed;                       ///< GUIDs of interfaces
    InterfaceRows rows;
    CompartmentFailures failures;  ///< of pods' compartments
};

// fec0:0:0:ffff::1 to 3, which Windows lists for an interface that has no server.
bool stands_for_no_server(std::string_view address) {
    return address.starts_with("fec0:0:0:ffff::");
}

template <class Table>
ULONG entries(const Table& table) {
    return table ? table->NumEntries : 0;
}

/// The tables of one compartment, asked by a thread that is in it.
class CompartmentState {
  public:
    CompartmentState(const IpHelper& ip, std::int64_t compartment, Adapters& known, StateDocument& state,
                     DocumentSink& out)
        : ip_(ip), compartment_(compartment), known_(known), state_(state), out_(out) {}

    void collect() {
        adapter_addresses();
        interfaces();
        addresses();
        ip_interfaces();
        routes();
        neighbors();
    }

  private:
    // Answers whether the table was had; tells what was missed. That there is no entry is an answer: the table is null
    // then, and so it is for IPv6 where Windows was set up without it.
    bool had(DWORD result, const char* function, const char* what = "") {
        if (result == NO_ERROR || result == ERROR_NOT_FOUND) {
            return true;
        }
        Error error = with_what_it_needs(windows_error(result, fmt::format("{}{}", function, what)));
        if (compartment_ == kHostCompartment) {
            out_.missed(std::move(error));
        } else {
            known_.failures.add(compartment_, std::move(error));
        }
        return false;
    }

    // Asked twice: adapters may come in between. Answers nothing when it could not be had.
    std::vector<std::byte> ask_for_adapters() {
        constexpr ULONG kFlags =
            GAA_FLAG_SKIP_UNICAST | GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_INCLUDE_ALL_INTERFACES;
        std::vector<std::byte> buffer(64 << 10);
        ULONG result = ERROR_BUFFER_OVERFLOW;
        for (int i = 0; i < 5 && result == ERROR_BUFFER_OVERFLOW; ++i) {
            auto size = static_cast<ULONG>(buffer.size());
            result = IpHelper::call(ip_.get_adapters_addresses, AF_UNSPEC, kFlags, nullptr,
                                    reinterpret_cast<IP_ADAPTER_ADDRESSES*>(buffer.data()), &size);
            if (result == ERROR_BUFFER_OVERFLOW) {
                buffer.resize(std::max<std::size_t>(size, buffer.size()) + (16 << 10));
            }
        }
        // No data: the compartment has no adapter.
        if (result == ERROR_NO_DATA || !had(result, "GetAdaptersAddresses")) {
            return {};
        }
        return buffer;
    }

    void adapter_addresses() {
        const auto buffer = ask_for_adapters();
        if (buffer.empty()) {
            return;
        }
        knows_adapters_ = true;
        // The servers of pods are their endpoints'; those of this table are the node's.
        const bool is_host = compartment_ == kHostCompartment;
        if (is_host) {
            state_.answers_for(snapshot::kDnsServers);
        }
        for (const auto* each = reinterpret_cast<const IP_ADAPTER_ADDRESSES*>(buffer.data()); each != nullptr;
             each = each->Next) {
            // Without a flag for all compartments only adapters of the thread's own are listed; where Windows says
            // which one it is, that is believed.
            AdapterSettings settings{.dhcp = each->Dhcpv4Enabled != 0,
                                     .compartment = each->CompartmentId != 0
                                                        ? static_cast<std::int64_t>(each->CompartmentId)
                                                        : compartment_};
            if (each->DnsSuffix != nullptr && *each->DnsSuffix != L'\0') {
                settings.dns_suffix = narrow(each->DnsSuffix);
            }
            const bool is_hosts_own = is_host && settings.compartment == kHostCompartment;
            settings_[each->IfIndex != 0 ? each->IfIndex : each->Ipv6IfIndex] = std::move(settings);
            if (is_hosts_own && each->FriendlyName != nullptr) {
                dns_servers(narrow(each->FriendlyName), each->FirstDnsServerAddress);
            }
        }
    }

    void dns_servers(const std::string& interface_name, const IP_ADAPTER_DNS_SERVER_ADDRESS* first) {
        std::int64_t position = 0;
        for (const auto* each = first; each != nullptr; each = each->Next) {
            if (each->Address.lpSockaddr == nullptr) {
                continue;
            }
            const std::string address = address_text(*reinterpret_cast<const SOCKADDR_INET*>(each->Address.lpSockaddr));
            if (!address.empty() && !stands_for_no_server(address)) {
                state_.add(snapshot::kDnsServers,
                           {.interface_name = interface_name, .position = position++, .address = address});
            }
        }
    }

    void interfaces() {
        MIB_IF_TABLE2* raw = nullptr;
        const DWORD result = IpHelper::call(ip_.get_if_table2_ex, MibIfTableRaw, &raw);
        const auto table = ip_.owned(raw);
        if (!had(result, "GetIfTable2Ex")) {
            return;
        }
        state_.answers_for(snapshot::kInterfaces);
        for (ULONG i = 0; i < entries(table); ++i) {
            const MIB_IF_ROW2& each = table->Table[i];
            // Filters stand in the table once for each adapter that they sit on; they are no interfaces.
            if (each.InterfaceAndOperStatusFlags.FilterInterface) {
                continue;
            }
            snapshot::InterfacesRow row;
            row.interface_index = static_cast<std::int64_t>(each.InterfaceIndex);
            row.name = narrow(each.Alias);
            row.description = narrow(each.Description);
            row.kind = interface_kind(each.Type);
            if (each.PhysicalAddressLength == 6) {
                row.mac = mac_text(each.PhysicalAddress, each.PhysicalAddressLength);
            }
            row.mtu_bytes = static_cast<std::int64_t>(each.Mtu);
            row.state = each.AdminStatus == NET_IF_ADMIN_STATUS_DOWN ? "disabled" : oper_state(each.OperStatus);
            row.guid = guid_text(each.InterfaceGuid);
            known_.listed.insert(*row.guid);
            if (const auto installed = known_.installed.find(*row.guid); installed != known_.installed.end()) {
                row.hidden = installed->second.hidden;
            }
            if (const auto settings = settings_.find(each.InterfaceIndex); settings != settings_.end()) {
                row.dhcp = settings->second.dhcp;
                row.dns_suffix = settings->second.dns_suffix;
                row.compartment_id = settings->second.compartment;
            } else if (!knows_adapters_) {
                row.compartment_id = compartment_;
            }
            if (each.TransmitLinkSpeed != ~0ULL) {
                row.link_speed_bps = static_cast<std::int64_t>(each.TransmitLinkSpeed);
            }
            names_[each.InterfaceIndex] = row.name;
            // The table does not say that it is of one compartment alone. Nothing of the host's waits for pods.
            if (known_.rows.take(each.InterfaceLuid.Value, row)) {
                state_.add(snapshot::kInterfaces, row);
            }
        }
    }

    [[nodiscard]] snapshot::Text name_of(NET_IFINDEX index) const {
        const auto found = names_.find(index);
        return found == names_.end() ? snapshot::Text() : snapshot::Text(found->second);
    }

    void addresses() {
        MIB_UNICASTIPADDRESS_TABLE* raw = nullptr;
        const DWORD result = IpHelper::call(ip_.get_unicast_ip_address_table, AF_UNSPEC, &raw);
        const auto table = ip_.owned(raw);
        if (!had(result, "GetUnicastIpAddressTable")) {
            return;
        }
        state_.answers_for(snapshot::kAddresses);
        for (ULONG i = 0; i < entries(table); ++i) {
            const MIB_UNICASTIPADDRESS_ROW& each = table->Table[i];
            snapshot::AddressesRow row;
            row.compartment_id = compartment_;
            row.interface_index = static_cast<std::int64_t>(each.InterfaceIndex);
            row.interface_name = name_of(each.InterfaceIndex);
            row.address = address_text(each.Address);
            row.prefix_length = each.OnLinkPrefixLength;
            row.family = family_of(each.Address);
            row.prefix = prefix_of(row.address, each.OnLinkPrefixLength);
            row.origin = origin_of(each.PrefixOrigin, each.SuffixOrigin);
            row.state = address_state(each.DadState);
            state_.add(snapshot::kAddresses, row);
        }
    }

    void ip_interfaces() {
        MIB_IPINTERFACE_TABLE* raw = nullptr;
        const DWORD result = IpHelper::call(ip_.get_ip_interface_table, AF_UNSPEC, &raw);
        const auto table = ip_.owned(raw);
        if (!had(result, "GetIpInterfaceTable")) {
            return;
        }
        state_.answers_for(snapshot::kIpInterfaces);
        for (ULONG i = 0; i < entries(table); ++i) {
            const MIB_IPINTERFACE_ROW& each = table->Table[i];
            snapshot::IpInterfacesRow row;
            row.compartment_id = compartment_;
            row.interface_index = static_cast<std::int64_t>(each.InterfaceIndex);
            row.interface_name = name_of(each.InterfaceIndex);
            row.family = each.Family == AF_INET ? 4 : 6;
            row.mtu_bytes = static_cast<std::int64_t>(each.NlMtu);
            row.forwarding = each.ForwardingEnabled != 0;
            row.weak_host_send = each.WeakHostSend != 0;
            row.weak_host_receive = each.WeakHostReceive != 0;
            row.metric = static_cast<std::int64_t>(each.Metric);
            if (const auto settings = settings_.find(each.InterfaceIndex);
                settings != settings_.end() && each.Family == AF_INET) {
                row.dhcp = settings->second.dhcp;
            }
            row.state = each.Connected != 0 ? "connected" : "disconnected";
            state_.add(snapshot::kIpInterfaces, row);
        }
    }

    void routes() {
        MIB_IPFORWARD_TABLE2* raw = nullptr;
        const DWORD result = IpHelper::call(ip_.get_ip_forward_table2, AF_UNSPEC, &raw);
        const auto table = ip_.owned(raw);
        if (!had(result, "GetIpForwardTable2")) {
            return;
        }
        state_.answers_for(snapshot::kRoutes);
        for (ULONG i = 0; i < entries(table); ++i) {
            const MIB_IPFORWARD_ROW2& each = table->Table[i];
            snapshot::RoutesRow row;
            row.compartment_id = compartment_;
            row.destination =
                fmt::format("{}/{}", address_text(each.DestinationPrefix.Prefix), each.DestinationPrefix.PrefixLength);
            row.family = family_of(each.DestinationPrefix.Prefix);
            if (std::string hop = address_text(each.NextHop); !hop.empty() && !is_unspecified(hop)) {
                row.next_hop = std::move(hop);
            }
            row.interface_index = static_cast<std::int64_t>(each.InterfaceIndex);
            row.interface_name = name_of(each.InterfaceIndex);
            row.metric = static_cast<std::int64_t>(each.Metric);
            row.metric_includes_interface = false;
            row.protocol = route_protocol(each.Protocol);
            row.persistent = false;
            state_.add(snapshot::kRoutes, row);
        }
    }

    void neighbors() {
        // Asked for both at once, some versions answer with an error and a filled table.
        for (const auto family : {ADDRESS_FAMILY{AF_INET}, ADDRESS_FAMILY{AF_INET6}}) {
            MIB_IPNET_TABLE2* raw = nullptr;
            const DWORD result = IpHelper::call(ip_.get_ip_net_table2, family, &raw);
            const auto table = ip_.owned(raw);
            const bool without_ipv6 = family == AF_INET6 && result == ERROR_NOT_SUPPORTED;
            if (!without_ipv6 && !had(result, "GetIpNetTable2", family == AF_INET ? " for IPv4" : " for IPv6")) {
                continue;
            }
            state_.answers_for(snapshot::kNeighbors);
            for (ULONG i = 0; i < entries(table); ++i) {
                const MIB_IPNET_ROW2& each = table->Table[i];
                snapshot::NeighborsRow row;
                row.compartment_id = compartment_;
                row.interface_name = name_of(each.InterfaceIndex);
                row.interface_index = static_cast<std::int64_t>(each.InterfaceIndex);
                row.address = address_text(each.Address);
                if (each.PhysicalAddressLength == 6) {
                    row.mac = mac_text(each.PhysicalAddress, each.PhysicalAddressLength);
                }
                row.state = neighbor_state(each.State);
                row.family = family_of(each.Address);
                state_.add(snapshot::kNeighbors, row);
            }
        }
    }

    const IpHelper& ip_;
    std::int64_t compartment_;
    Adapters& known_;
    StateDocument& state_;
    DocumentSink& out_;
    std::map<NET_IFINDEX, AdapterSettings> settings_;
    bool knows_adapters_ = false;
    std::map<NET_IFINDEX, std::string> names_;
};

// Adapters that are installed, are no interface that the host's tables know, and whose device is gone, as vNICs of pods
// leave them behind.
void collect_left_over(const Adapters& known, DocumentSink& out) {
    const DeviceTree devices;
    StateDocument state;
    bool unsure = false;
    for (const auto& [guid, adapter] : known.installed) {
        const auto there = known.listed.contains(guid) ? std::optional(true) : devices.has(adapter.instance);
        if (there == true) {
            continue;
        }
        unsure = unsure || !there;
        snapshot::InterfacesRow row{.name = adapter.name.empty() ? "{" + guid + "}" : adapter.name};
        row.description = adapter.description;
        row.state = there ? "not present" : "unknown";
        row.hidden = adapter.hidden;
        row.guid = guid;
        state.add(snapshot::kInterfaces, row, {{"device_instance", adapter.instance}});
    }
    if (unsure) {
        out.missed(
            {Errc::unsupported, "tell whether the devices of adapters are there: CM_Locate_DevNode does not say"});
    }
    if (!state.empty()) {
        (void)out.put({.kind = snapshot::kind::windows_state, .name = "ip-left-over.json", .content = state.as_json()});
    }
}

}  // namespace

Result<void> collect_ip(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    const auto ip = IpHelper::load();
    if (!ip) {
        return ip.error();
    }
    Adapters known{installed_adapters(out), {}, {}, {}};
    const auto collect_compartment = [&](std::int64_t compartment, std::string name) {
        StateDocument state;
        CompartmentState(*ip, compartment, known, state, out).collect();
        if (!state.empty()) {
            (void)out.put({.kind = snapshot::kind::windows_state, .name = std::move(name), .content = state.as_json()});
        }
    };
    collect_compartment(kHostCompartment, "ip.json");
    collect_left_over(known, out);
    collect_persistent_routes(out, deadline);
    // A call may hang in the compartment of a pod that is half gone, and the worker is ended then.
    for_each_pod_compartment(out, deadline, [&](std::int64_t compartment) {
        collect_compartment(compartment, fmt::format("ip-compartment-{}.json", compartment));
    });
    for (Error& error : known.failures.take()) {
        out.missed(std::move(error));
    }
    return {};
}

}  // namespace kwd::collectors
