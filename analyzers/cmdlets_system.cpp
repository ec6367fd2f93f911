// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cmdlets.h"
#include "analyzers/text_lines.h"
#include "analyzers/windows_services.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"

#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::Text;

Text service_state(const PowerShellObject& object) {
    const std::string word = lower(object.text({"State", "Status"}).value_or(""));
    if (word == "startpending" || word == "start pending") {
        return Text("start_pending");
    }
    if (word == "stoppending" || word == "stop pending") {
        return Text("stop_pending");
    }
    return word == "running" || word == "stopped" || word == "paused" ? Text(word) : std::nullopt;
}

Text start_type(const PowerShellObject& object) {
    const std::string word = lower(object.text({"StartType", "StartMode"}).value_or(""));
    if (word == "automatic" || word == "auto") {
        const bool delayed = object.flag({"DelayedAutoStart"}).value_or(false);
        return Text(delayed ? "delayed-auto" : "auto");
    }
    return word == "automaticdelayedstart" ? Text("delayed-auto") : word.empty() ? std::nullopt : Text(word);
}

void add_listed_service(const PowerShellObject& object, Analysis& out) {
    const Text name = object.text({"Name", "ServiceName"});
    if (!name) {
        return;
    }
    const Integer pid = object.integer({"ProcessId"});
    add_service({.name = *name,
                 .display_name = object.text({"DisplayName"}),
                 .state = service_state(object),
                 .start_type = start_type(object),
                 .process_id = pid && *pid > 0 ? pid : std::nullopt,
                 .binary_path = object.text({"PathName", "BinaryPathName"}),
                 .account = object.text({"StartName", "UserName"}),
                 .exit_code = object.integer({"ExitCode"})},
                object.place, out);
}

void add_hotfix(const PowerShellObject& object, Analysis& out) {
    const Text kb = object.text({"HotFixID"});
    if (kb && kb->starts_with("KB")) {
        out.add(snapshot::kHotfixes,
                {.kb = *kb, .description = object.text({"Description"}), .installed_on = object.text({"InstalledOn"})},
                object.place);
    }
}

Text lower_text(const Text& text) {
    return text ? Text(lower(*text)) : text;
}

void add_firewall_rule(const PowerShellObject& object, Analysis& out) {
    const Text name = object.text({"Name", "InstanceID", "DisplayName"});
    if (!name) {
        return;
    }
    const Text direction = object.text({"Direction"});
    const Text origin = object.text({"PolicyStoreSourceType", "PolicyStoreSource"});
    out.add(snapshot::kFirewallRules,
            {.name = *name,
             .display_name = object.text({"DisplayName"}),
             .enabled = object.flag({"Enabled"}),
             .direction = direction ? Text(equal_ignoring_case(*direction, "Inbound") ? "in" : "out") : std::nullopt,
             .action = lower_text(object.text({"Action"})),
             .protocol = lower_text(object.text({"Protocol"})),
             .local_ports = object.text({"LocalPort"}),
             .remote_addresses = object.text({"RemoteAddress"}),
             .profiles = lower_text(object.text({"Profile"})),
             .origin = origin == "GroupPolicy" ? Text("group-policy") : lower_text(origin)},
            object.place);
}

void add_firewall_profile(const PowerShellObject& object, Analysis& out) {
    const Text name = object.text({"Name"});
    if (name) {
        out.add(snapshot::kFirewallProfiles,
                {.name = lower(*name),
                 .enabled = object.flag({"Enabled"}),
                 .default_inbound = lower_text(object.text({"DefaultInboundAction"}))},
                object.place);
    }
}

// Get-ComputerInfo; it knows no revision.
void add_computer(const PowerShellObject& object, Analysis& out) {
    out.add(snapshot::kSystem,
            {.os_family = "windows",
             .host_name = object.text({"CsDNSHostName", "CsName"}),
             .os_name = object.text({"OsName", "WindowsProductName"}),
             .os_version = object.text({"OsVersion"}),
             .build = object.integer({"OsBuildNumber"}),
             .edition = object.text({"WindowsEditionId"}),
             .installation_type = object.text({"WindowsInstallationType"}),
             .product_type = object.has("OsProductType")
                                 ? Text(object.text({"OsProductType"}) == "WorkStation" ? "workstation" : "server")
                                 : std::nullopt,
             .vendor = object.text({"CsManufacturer"}),
             .model = object.text({"CsModel"}),
             .locale = object.text({"OsLocale"}),
             .time_zone = object.text({"TimeZone"})},
            object.place);
    // `{KB5034439, KB5034129...}`
    for (const std::string updates = object.text({"OsHotFixes"}).value_or("");
         const std::string_view each : split_words(updates, "{}, .")) {
        if (each.starts_with("KB")) {
            out.add_in_outline(snapshot::kHotfixes, {.kb = std::string(each)}, object.place);
            out.covers_in_outline(snapshot::kHotfixes.name, "Get-ComputerInfo shows numbers of updates only");
        }
    }
}

constexpr std::array<Cmdlet, 7> kCmdlets = {{
    {"Get-HotFix", {"HotFixID", "Description"}, &add_hotfix},
    {"Get-NetFirewallRule", {"DisplayName", "Direction", "Action"}, &add_firewall_rule},
    {"Get-NetFirewallProfile", {"Name", "DefaultInboundAction"}, &add_firewall_profile},
    {"Get-ComputerInfo", {"OsVersion", "OsBuildNumber"}, &add_computer},
    {"Get-Service", {"Status", "Name", "DisplayName"}, &add_listed_service},
    {"Get-Service | select", {"Status", "Name", "StartType"}, &add_listed_service},
    {"Get-CimInstance Win32_Service", {"Name", "StartMode", "State"}, &add_listed_service},
}};

}  // namespace

std::span<const Cmdlet> system_cmdlets() {
    return kCmdlets;
}

}  // namespace kwd::analyzers
