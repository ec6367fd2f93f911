// SPDX-License-Identifier: Apache-2.0
// What Windows' own programs print. They speak the system's language, so the tests look at what stays the same in all
// of them: leader dots, columns of addresses, rules of dashes. Names of PowerShell properties are never translated.
#include "base/xml_secrets.h"
#include "collectors/import/matching.h"
#include "collectors/import/recognisers.h"

#include <re2/re2.h>

#include <algorithm>

namespace kwd::collectors {
namespace {

/// Columns or list names by which the output of a cmdlet is known.
struct Cmdlet {
    std::string_view name;
    std::string_view one;
    std::string_view two;
    std::string_view three;  // empty where two are enough
};

constexpr Cmdlet kNetCmdlets[] = {
    {"Get-NetAdapter", "interfacedescription", "macaddress", ""},
    {"Get-NetAdapter | fl *", "interfacedescription", "permanentaddress", ""},
    {"Get-NetIPAddress", "ipaddress", "prefixlength", "prefixorigin"},
    {"Get-NetIPInterface", "interfacealias", "addressfamily", "nlmtu(bytes)"},
    {"Get-NetIPInterface | fl", "interfacealias", "addressfamily", "nlmtubytes"},
    {"Get-NetIPConfiguration", "interfacealias", "interfaceindex", "interfacedescription"},
    {"Get-NetRoute", "destinationprefix", "nexthop", ""},
    {"Get-NetNeighbor", "ipaddress", "linklayeraddress", ""},
    {"Get-NetTCPConnection", "localaddress", "localport", ""},
    {"Get-NetTCPSetting", "settingname", "dynamicportrangestartport", ""},
    {"Get-NetUDPSetting", "dynamicportrangestartport", "dynamicportrangenumberofports", ""},
    {"Get-DnsClientServerAddress", "interfacealias", "serveraddresses", ""},
    {"Get-DnsClient", "interfacealias", "connectionspecificsuffix", ""},
    {"Get-NetFirewallRule", "displayname", "direction", "action"},
    {"Get-NetFirewallProfile", "name", "enabled", "defaultinboundaction"},
    {"Get-NetConnectionProfile", "networkcategory", "interfacealias", ""},
    {"Get-NetAdapterBinding", "name", "componentid", "enabled"},
    {"Get-NetAdapterAdvancedProperty", "name", "displayname", "registrykeyword"},
    {"Get-NetAdapterRsc", "name", "ipv4enabled", "ipv6enabled"},
    {"Get-NetAdapterChecksumOffload", "name", "tcpipv4enabled", ""},
    {"Get-NetAdapterEncapsulatedPacketTaskOffload", "name", "encapsulatedpackettaskoffloadenabled", ""},
    {"Get-NetOffloadGlobalSetting", "receivesidescaling", "taskoffload", ""},
    {"Get-NetNat", "name", "internalipinterfaceaddressprefix", ""},
    {"Get-NetCompartment", "compartmentid", "compartmentdescription", ""},
    {"Get-VMSwitch", "name", "switchtype", "netadapterinterfacedescription"},
    {"Get-VMNetworkAdapter", "name", "ismanagementos", "switchname"},
};

/// `IPv4 Address. . . . . : 10.0.0.1`; French has the colon directly behind the last dot.
bool has_leader_dots(const Sample& sample) {
    static const RE2 leader(R"(^\s+\S.*?(\. ){2,}\.?\s*[:：])");
    static const RE2 address(
        R"((\. ){2,}\.?\s*[:：]\s*(([0-9a-fA-F]{2}-){5,}|\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F]*:))");
    return count_lines(sample, leader) >= 3 || any_line(sample, address);
}

bool has_route_rows(const Sample& sample) {
    static const RE2 v4(R"(^\s*\d+\.\d+\.\d+\.\d+\s+\d+\.\d+\.\d+\.\d+\s+\S.*?\s+\d+\.\d+\.\d+\.\d+\s+\d+\s*$)");
    static const RE2 v6(R"(^\s*\d+\s+\d+\s+[0-9a-fA-F:]*::?[0-9a-fA-F:]*/\d+(\s|$))");
    static const RE2 bar(R"(^={30,}\s*$)");
    return any_line(sample, v4) || (any_line(sample, v6) && any_line(sample, bar));
}

bool has_arp_rows(const Sample& sample) {
    static const RE2 interface_line(R"(^\S.*\d+\.\d+\.\d+\.\d+ --- 0x[0-9a-fA-F]+)");
    static const RE2 row(R"(^\s+\d+\.\d+\.\d+\.\d+\s+([0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2}\s+\S)");
    return any_line(sample, interface_line) && any_line(sample, row);
}

bool has_netsh_interfaces(const Sample& sample) {
    static const RE2 rule(R"(^---\s+-{5,}\s+-{5,}\s+-{5,}\s+-{5,}\s*$)");
    static const RE2 row(R"(^\s*\d+\s+\d+\s+\d+\s+\S+\s+\S)");
    return any_line(sample, rule) && any_line(sample, row);
}

bool has_netsh_port_ranges(const Sample& sample) {
    static const RE2 rule(R"(^\s*-{5,}(\s+-{5,})?\s*$)");
    static const RE2 pair(R"(^\s+\d+\s+\d+\s*\*?\s*$)");
    static const RE2 setting(R"(^\D+[:：]\s*\d+\s*$)");
    const auto& lines = sample.lines();
    for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
        if (matches(lines[i], rule) &&
            (matches(lines[i + 1], pair) || (matches(lines[i + 1], setting) && matches(lines[i + 2], setting)))) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_ipconfig(const Sample& sample) {
    return has_leader_dots(sample);
}

bool is_route_print(const Sample& sample) {
    return has_route_rows(sample);
}

bool is_arp(const Sample& sample) {
    return has_arp_rows(sample);
}

bool is_netsh(const Sample& sample) {
    static const RE2 other(
        R"(^(MIB-II TCP|(Domain|Private|Public) Profile Settings:|Current WinHTTP proxy settings|Rule Name:\s))");
    return has_netsh_interfaces(sample) || has_netsh_port_ranges(sample) || any_line(sample, other);
}

bool is_net_cmdlet(const Sample& sample) {
    return std::any_of(std::begin(kNetCmdlets), std::end(kNetCmdlets), [&](const Cmdlet& cmdlet) {
        return cmdlet.three.empty() ? objects_have(sample, {cmdlet.one, cmdlet.two})
                                    : objects_have(sample, {cmdlet.one, cmdlet.two, cmdlet.three});
    });
}

bool is_ip_state(const Sample& sample) {
    const bool found[] = {is_ipconfig(sample), is_route_print(sample), is_arp(sample), has_netsh_interfaces(sample),
                          is_net_cmdlet(sample)};
    return std::count(std::begin(found), std::end(found), true) > 1;
}

bool is_windows_services(const Sample& sample) {
    static const RE2 sc(R"(^SERVICE_NAME\s*[:：])");
    return table_has(sample, {"status", "name", "displayname"}) ||
           objects_have(sample, {"processid", "startmode", "state"}) ||
           objects_have(sample, {"name", "startmode", "pathname"}) ||
           objects_have(sample, {"name", "status", "starttype"}) ||
           objects_have(sample, {"name", "displayname", "status", "servicetype"}) || any_line(sample, sc);
}

// Every label is translated; what stays is one `Label:   value` per line, a version and the updates.
bool is_systeminfo(const Sample& sample) {
    static const RE2 row(R"(^[^\s:：][^:：]{0,60}[:：]\s{2,}\S)");
    static const RE2 version(R"([:：]\s+10\.0\.\d{5}\b)");
    return count_lines(sample, row) >= 8 && any_line(sample, version);
}

bool is_winver(const Sample& sample) {
    static const RE2 version(R"(^Microsoft Windows (NT |\[[^\]]*?)?10\.0\.\d+)");
    return any_line(sample, version) || objects_have(sample, {"description", "hotfixid"}) ||
           objects_have(sample, {"windowsproductname", "osversion"}) ||
           objects_have(sample, {"osname", "osversion", "osbuildnumber"});
}

bool is_vfp(const Sample& sample) {
    static const RE2 item_list(R"(^ITEM LIST\s*$)");
    static const RE2 policy(R"(^(Policy for port|Get-port-counter for port)( Name)?\s?:)");
    static const RE2 layer(R"(^\s*(LAYER|GROUP|RULE|SPACE)\s*:)");
    return any_line(sample, item_list) || any_line(sample, policy) || count_lines(sample, layer) >= 2 ||
           list_has(sample, {"port name", "port friendly name"});
}

bool is_netstat(const Sample& sample) {
    static const RE2 row(R"(^\s+(TCP|UDP)\s+\S+:\d+\s+\S)");
    return any_line(sample, row);
}

bool is_netstat_statistics(const Sample& sample) {
    static const RE2 statistics(R"(^(TCP|UDP|IPv4|IPv6|ICMPv4) Statistics( for IPv[46])?\s*$)");
    return any_line(sample, statistics);
}

// collectlogs.ps1: how many blocks a load balancer could still reserve
bool is_port_block_estimate(const Sample& sample) {
    static const RE2 sentence(R"(available 64-port blocks|Running out of ephemeral ports)");
    return any_line(sample, sentence);
}

bool is_crictl(const Sample& sample) {
    static const RE2 header(R"(^(CONTAINER\s+IMAGE\s+CREATED|POD ID\s+CREATED|IMAGE\s+TAG\s+IMAGE ID))");
    return any_line(sample, header);
}

bool is_containerd_listing(const Sample& sample) {
    static const RE2 header(
        R"(^(CONTAINER\s+IMAGE\s+RUNTIME|TASK\s+PID\s+STATUS|TYPE\s+ID\s+PLATFORMS|REF\s+TYPE\s+DIGEST|DIGEST\s+SIZE\s+AGE|KEY\s+PARENT\s+KIND))");
    static const RE2 hcsdiag(R"(^\s+(Windows Server Container|VM)\s*,\s+(Running|Created|Stopped|SavedAsTemplate))");
    return any_line(sample, header) || any_line(sample, hcsdiag);
}

bool is_wfp_state(const Sample& sample) {
    static const RE2 root(R"(^\s*<(wfpstate|wfpdiag|netEvents)\b)");
    return any_line(sample, root);
}

// wevtutil without a root, Event Viewer, and kwdiag itself, whose list may be empty.
bool is_event_xml(const Sample& sample) {
    static const RE2 record(R"(<([A-Za-z]+:)?Event\s[^>]*http://schemas\.microsoft\.com/win/2004/08/events/event["'])");
    static const RE2 list(R"(^(<\?xml[^>]*\?>)?\s*<Events>)");
    return begins_like_xml(sample.text()) && (any_line(sample, record) || any_line(sample, list));
}

// wevtutil as text, Get-WinEvent and Get-EventLog as list or table.
bool is_event_text(const Sample& sample) {
    static const RE2 wevtutil(R"(^Event\[\d+\]:?\s*$)");
    return any_line(sample, wevtutil) || table_or_list_has(sample, {"timecreated", "message"}) ||
           table_or_list_has(sample, {"entrytype", "instanceid", "message"});
}

bool is_event_records(const Sample& sample) {
    static const RE2 csv(R"((?i)^"?(TimeCreated"?,"?Id|Message"?,"?Id"?,"?Version))");
    const auto top = std::min<std::size_t>(sample.lines().size(), 3);
    const auto& columns = sample.csv_columns();
    const bool has_columns =
        columns.count("message") > 0 && (columns.count("timecreated") > 0 || columns.count("timegenerated") > 0);
    return is_event_xml(sample) || has_columns || json_has(sample, {"timecreated", "id", "message"}) ||
           json_has(sample, {"timegenerated", "entrytype", "message"}) || is_event_text(sample) ||
           std::any_of(sample.lines().begin(), sample.lines().begin() + static_cast<std::ptrdiff_t>(top),
                       [](auto line) { return matches(line, csv); });
}

bool is_network_health(const Sample& sample) {
    return json_has(sample, {"networkstate", "dynamicports", "hns"});
}

bool is_registry_export(const Sample& sample) {
    static const RE2 key(
        R"(^(Windows Registry Editor Version|\[?HKEY_(LOCAL_MACHINE|CURRENT_USER|USERS|CLASSES_ROOT)\\))");
    return any_line(sample, key);
}

// tasklist as table or comma separated values, Get-Process, Win32_Process.
bool is_process_list(const Sample& sample) {
    static const RE2 tasklist(R"(^=+ =+( =+)+\s*$)");
    static const RE2 csv(R"(^"[^"]+","PID",("[^"]*",?)+\s*$)");
    return any_line(sample, tasklist) || any_line(sample, csv) ||
           objects_have(sample, {"handles", "id", "processname"}) || objects_have(sample, {"handles", "id", "name"}) ||
           objects_have(sample, {"processid", "commandline"}) ||
           objects_have(sample, {"processid", "parentprocessid", "name"});
}

// A folder's title, then files with date, time and size.
bool is_folder_listing(const Sample& sample) {
    static const RE2 title(R"(^\s+\S.*\s[A-Za-z]:\\)");
    static const RE2 file(R"(^(\S{5,6}\s+)?\d+[/.\-]\d+[/.\-]\d+\s+\d+:\d+(\s[AP]M)?\s+[\d,.]+\s\S)");
    return any_line(sample, title) && any_line(sample, file);
}

}  // namespace kwd::collectors
