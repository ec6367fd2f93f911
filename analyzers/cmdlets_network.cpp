// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cmdlets.h"
#include "analyzers/normal_forms.h"
#include "analyzers/windows_text.h"
#include "base/ip.h"
#include "snapshot/tables/network.h"

#include <algorithm>
#include <charconv>

namespace kwd::analyzers {
namespace {

using snapshot::Flag;
using snapshot::Integer;
using snapshot::Text;

Integer index_in(const PowerShellObject& object) {
    return object.integer({"ifIndex", "InterfaceIndex"});
}

Integer compartment_in(const PowerShellObject& object) {
    return object.integer({"CompartmentId"});
}

Flag is_persistent(const PowerShellObject& object) {
    const Text store = object.text({"PolicyStore", "Store"});
    return store ? Flag(equal_ignoring_case(*store, "PersistentStore")) : std::nullopt;
}

// Metrics are 32 bits wide.
Integer metric_in(const PowerShellObject& object, std::initializer_list<std::string_view> names) {
    const Integer metric = object.integer(names);
    return metric && *metric >= 0 && *metric <= 0xFFFFFFFF ? metric : std::nullopt;
}

Text lower_text(const Text& text) {
    return text ? Text(lower(*text)) : text;
}

void add_route(const PowerShellObject& object, Analysis& out) {
    const Text prefix = object.text({"DestinationPrefix"});
    const Text next_hop = object.text({"NextHop"});
    if (prefix.value_or("").ends_with("...") || next_hop.value_or("").ends_with("...")) {
        out.note(object.place, "truncated", "a column of this route was cut off when it was printed");
        out.covers_partly(snapshot::kRoutes.name, "columns of routes were cut off when they were printed");
        return;
    }
    const auto destination = Cidr::parse(prefix.value_or(""));
    if (!destination) {
        out.note(object.place, "bad_value", "DestinationPrefix is no prefix: " + prefix.value_or(""));
        return;
    }
    snapshot::RoutesRow row;
    row.compartment_id = compartment_in(object);
    row.destination = destination->text();
    row.family = static_cast<std::int64_t>(destination->family());
    if (const auto hop = printed_address(next_hop.value_or(""));
        hop && hop->address != "0.0.0.0" && hop->address != "::") {
        row.next_hop = hop->address;
    }
    row.interface_index = index_in(object);
    row.interface_name = object.text({"InterfaceAlias"});
    // Windows compares the sum of both; route print shows nothing else.
    const Integer route_metric = metric_in(object, {"RouteMetric"});
    const Integer interface_metric = metric_in(object, {"ifMetric", "InterfaceMetric"});
    row.metric = route_metric && interface_metric ? Integer(*route_metric + *interface_metric) : route_metric;
    row.metric_includes_interface = row.metric ? Flag(interface_metric.has_value()) : std::nullopt;
    row.protocol = lower_text(object.text({"Protocol"}));
    row.persistent = is_persistent(object);
    out.add(snapshot::kRoutes, std::move(row), object.place);
}

void add_neighbor(const PowerShellObject& object, Analysis& out) {
    const auto address = printed_address(object.text({"IPAddress"}).value_or(""));
    if (!address) {
        return;
    }
    Text mac = normal_mac_text(object.text({"LinkLayerAddress"}));
    if (mac == "00:00:00:00:00:00") {
        mac = std::nullopt;  // not resolved
    }
    out.add(snapshot::kNeighbors,
            {.compartment_id = compartment_in(object),
             .interface_name = object.text({"InterfaceAlias"}),
             .interface_index = index_in(object),
             .address = address->address,
             .mac = std::move(mac),
             .state = lower_text(object.text({"State"})),
             .family = address->family},
            object.place);
}

Text origin_of(const PowerShellObject& object, const Cidr& address) {
    const Text origin = object.text({"PrefixOrigin"});
    if (!origin) {
        return std::nullopt;
    }
    const std::string word = lower(*origin);
    if (word == "dhcp" || word == "manual") {
        return word;
    }
    return word == "routeradvertisement" ? Text("router-advertisement")
                                         : Text(is_link_local(address) ? "link-local" : "other");
}

void add_address(const PowerShellObject& object, Analysis& out) {
    const auto printed = printed_address(object.text({"IPAddress"}).value_or(""));
    if (!printed) {
        return;
    }
    const IpAddress address = *IpAddress::parse(printed->address);
    snapshot::AddressesRow row;
    row.compartment_id = compartment_in(object);
    row.interface_index = index_in(object);
    row.interface_name = object.text({"InterfaceAlias"});
    row.address = printed->address;
    row.family = printed->family;
    row.prefix_length = object.integer({"PrefixLength"});
    if (row.prefix_length && *row.prefix_length >= 0 && *row.prefix_length <= bits_of(address.family())) {
        row.prefix = Cidr(address, static_cast<int>(*row.prefix_length)).text();
    }
    row.origin = origin_of(object, Cidr(address, bits_of(address.family())));
    row.state = lower_text(object.text({"AddressState"}));
    out.add(snapshot::kAddresses, std::move(row), object.place);
}

void add_ip_interface(const PowerShellObject& object, Analysis& out) {
    const Text family = object.text({"AddressFamily"});
    snapshot::IpInterfacesRow row;
    row.compartment_id = compartment_in(object);
    row.interface_index = index_in(object);
    row.interface_name = object.text({"InterfaceAlias"});
    row.family = family == "IPv6" || family == "23" ? Integer(6) : family ? Integer(4) : std::nullopt;
    row.mtu_bytes = object.integer({"NlMtu(Bytes)", "NlMtuBytes", "NlMtu"});
    row.forwarding = object.flag({"Forwarding"});
    row.weak_host_send = object.flag({"WeakHostSend"});
    row.weak_host_receive = object.flag({"WeakHostReceive"});
    row.metric = object.integer({"InterfaceMetric"});
    row.dhcp = object.flag({"Dhcp"});
    row.state = lower_text(object.text({"ConnectionState"}));
    out.add(snapshot::kIpInterfaces, std::move(row), object.place);
}

// `10 Gbps`, `100 Mbps`, or the plain number of Speed.
Integer speed_of(const PowerShellObject& object) {
    if (const Integer gbps = object.integer({"LinkSpeed(Gbps)"}); gbps && *gbps >= 0 && *gbps < 1'000'000) {
        return *gbps * 1'000'000'000;
    }
    const Text text = object.text({"LinkSpeed"});
    if (!text) {
        return object.integer({"Speed"});
    }
    double number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    const std::string unit = lower(trim(std::string_view(end, text->data() + text->size())));
    const double scale = unit == "gbps" ? 1e9 : unit == "mbps" ? 1e6 : unit == "kbps" ? 1e3 : unit == "bps" ? 1 : 0;
    return error == std::errc() && scale > 0 && number >= 0 && number < 1e6
               ? Integer(static_cast<std::int64_t>(number * scale))
               : std::nullopt;
}

Text adapter_kind(const PowerShellObject& object) {
    const std::string description = lower(object.text({"InterfaceDescription"}).value_or(""));
    const std::string medium = lower(object.text({"MediaType", "NdisPhysicalMedium"}).value_or(""));
    if (description.find("loopback") != std::string::npos) {
        return Text("loopback");
    }
    if (medium.find("802.11") != std::string::npos || description.find("wireless") != std::string::npos ||
        description.find("wi-fi") != std::string::npos) {
        return Text("wireless");
    }
    for (const std::string_view tunnel : {"teredo", "isatap", "6to4", "ip-https"}) {
        if (description.find(tunnel) != std::string::npos) {
            return Text("tunnel");
        }
    }
    return Text(description.starts_with("wan miniport") ? "other" : "ethernet");
}

Text adapter_state(const PowerShellObject& object) {
    const Text status = object.text({"Status", "InterfaceOperationalStatus"});
    if (!status) {
        return std::nullopt;
    }
    const std::string word = lower(*status);
    for (const std::string_view known : {"up", "disconnected", "disabled", "down", "not present"}) {
        if (word == known) {
            return word;
        }
    }
    return "unknown";
}

void add_adapter(const PowerShellObject& object, Analysis& out) {
    const Text name = object.text({"Name", "InterfaceAlias"});
    if (!name) {
        return;
    }
    snapshot::InterfacesRow row;
    row.compartment_id = compartment_in(object);
    row.interface_index = index_in(object);
    row.name = *name;
    row.description = object.text({"InterfaceDescription"});
    row.kind = adapter_kind(object);
    row.mac = normal_mac_text(object.text({"MacAddress", "PermanentAddress"}));
    row.mtu_bytes = object.integer({"MtuSize"});
    row.state = adapter_state(object);
    row.hidden = object.flag({"Hidden"});
    row.guid = normal_id(object.text({"InterfaceGuid", "DeviceID"}));
    row.link_speed_bps = speed_of(object);
    out.add(snapshot::kInterfaces, std::move(row), object.place);
}

void add_dns_servers(const PowerShellObject& object, Analysis& out) {
    out.covers(snapshot::kDnsServers.name);
    const std::string addresses = object.text({"ServerAddresses"}).value_or("");
    std::int64_t position = 0;
    for (const std::string_view word : split_words(addresses, "{}, ")) {
        if (const auto address = printed_address(word)) {
            out.add(snapshot::kDnsServers,
                    {.interface_name = object.text({"InterfaceAlias"}),
                     .position = position++,
                     .address = address->address},
                    object.place);
        }
    }
}

void add_offload(const PowerShellObject& object, std::string_view feature, const Flag& enabled, Analysis& out) {
    const Text name = object.text({"Name"});
    if (name && enabled) {
        out.add(snapshot::kInterfaceOffloads,
                {.interface_name = *name, .feature = std::string(feature), .enabled = enabled}, object.place);
    }
}

void add_rsc(const PowerShellObject& object, Analysis& out) {
    add_offload(object, "rsc", object.flag({"IPv4Enabled"}), out);
}

void add_encapsulation_offload(const PowerShellObject& object, Analysis& out) {
    add_offload(object, "tx-udp_tnl-segmentation", object.flag({"EncapsulatedPacketTaskOffloadEnabled"}), out);
}

// Disabled, TxEnabled, RxEnabled, RxTxEnabled.
void add_checksum_offload(const PowerShellObject& object, Analysis& out) {
    if (const Text setting = object.text({"TcpIPv4Enabled"})) {
        add_offload(object, "tx-checksumming", setting->find("Tx") != std::string::npos, out);
        add_offload(object, "rx-checksumming", setting->find("Rx") != std::string::npos, out);
    }
}

// Addresses without their prefixes, and the gateway: an outline of what the other cmdlets tell.
void add_ip_configuration(const PowerShellObject& object, Analysis& out) {
    const Text name = object.text({"InterfaceAlias"});
    const Integer index = index_in(object);
    const auto addresses_in = [&](std::string_view property) {
        std::vector<PrintedAddress> addresses;
        const std::string text = object.text({property}).value_or("");
        for (const std::string_view word : split_words(text, "{}, ")) {
            if (auto address = printed_address(word)) {
                addresses.push_back(std::move(*address));
            }
        }
        return addresses;
    };
    for (const std::string_view property : {"IPv4Address", "IPv6Address", "IPv6LinkLocalAddress"}) {
        for (PrintedAddress& each : addresses_in(property)) {
            out.add_in_outline(snapshot::kAddresses,
                               {.interface_index = index,
                                .interface_name = name,
                                .address = std::move(each.address),
                                .family = each.family},
                               object.place);
        }
    }
    for (const std::string_view property : {"IPv4DefaultGateway", "IPv6DefaultGateway"}) {
        for (PrintedAddress& each : addresses_in(property)) {
            out.add_in_outline(snapshot::kRoutes,
                               {.destination = each.family == 4 ? "0.0.0.0/0" : "::/0",
                                .family = each.family,
                                .next_hop = std::move(each.address),
                                .interface_index = index,
                                .interface_name = name},
                               object.place);
        }
    }
    std::int64_t position = 0;
    for (PrintedAddress& each : addresses_in("DNSServer")) {
        out.add(snapshot::kDnsServers,
                {.interface_name = name, .position = position++, .address = std::move(each.address)}, object.place);
    }
    out.covers_in_outline(snapshot::kAddresses.name, "Get-NetIPConfiguration shows addresses without prefixes");
    out.covers_in_outline(snapshot::kRoutes.name, "Get-NetIPConfiguration shows default gateways only");
}

// The same range stands in every template of Get-NetTCPSetting; Get-NetUDPSetting has no templates.
void add_dynamic_ports(const PowerShellObject& object, Analysis& out) {
    const Integer first = object.integer({"DynamicPortRangeStartPort"});
    const Integer count = object.integer({"DynamicPortRangeNumberOfPorts"});
    if (first && count && *first >= 0 && *first <= 65535 && *count > 0 && *count <= 65536 - *first) {
        out.add(snapshot::kPortRanges,
                {.protocol = object.has("SettingName") ? "tcp" : "udp",
                 .kind = "dynamic",
                 .first_port = *first,
                 .last_port = *first + *count - 1},
                object.place);
    }
}

constexpr std::array<Cmdlet, 12> kCmdlets = {{
    {"Get-NetRoute", {"DestinationPrefix", "NextHop"}, &add_route},
    {"Get-NetNeighbor", {"IPAddress", "LinkLayerAddress"}, &add_neighbor},
    {"Get-NetIPAddress", {"IPAddress", "PrefixLength", "PrefixOrigin"}, &add_address},
    {"Get-NetIPInterface", {"InterfaceAlias", "AddressFamily", "ConnectionState"}, &add_ip_interface},
    {"Get-DnsClientServerAddress", {"InterfaceAlias", "ServerAddresses"}, &add_dns_servers},
    {"Get-NetAdapterRsc", {"Name", "IPv4Enabled", "IPv6Enabled"}, &add_rsc},
    {"Get-NetAdapterEncapsulatedPacketTaskOffload",
     {"Name", "EncapsulatedPacketTaskOffloadEnabled"},
     &add_encapsulation_offload},
    {"Get-NetAdapterChecksumOffload", {"Name", "TcpIPv4Enabled"}, &add_checksum_offload},
    {"Get-NetTCPSetting", {"DynamicPortRangeStartPort", "DynamicPortRangeNumberOfPorts"}, &add_dynamic_ports},
    {"Get-NetIPConfiguration", {"InterfaceAlias", "InterfaceDescription", "IPv4Address"}, &add_ip_configuration},
    {"Get-NetAdapter", {"Name", "InterfaceDescription", "Status"}, &add_adapter},
    {"Get-NetAdapter | fl", {"Name", "InterfaceDescription", "MacAddress"}, &add_adapter},
}};

}  // namespace

std::span<const Cmdlet> network_cmdlets() {
    return kCmdlets;
}

}  // namespace kwd::analyzers
