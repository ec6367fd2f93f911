// SPDX-License-Identifier: Apache-2.0
// netsh advfirewall. Its words are known in English only; in other languages nothing is read.
#include "analyzers/windows_text.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <algorithm>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::Text;

bool is_dashes(std::string_view line) {
    return line.size() >= 20 && line.find_first_not_of('-') == std::string_view::npos;
}

void append(Text& list, std::string_view item, std::string_view separator = ",") {
    list = list ? *list + std::string(separator) + std::string(item) : std::string(item);
}

// Anything but `Any` narrows the rule.
void add_condition(snapshot::FirewallRulesRow& row, std::string_view name, std::string_view value) {
    if (!value.empty() && !equal_ignoring_case(value, "Any")) {
        append(row.conditions, std::string(name) + "=" + std::string(value), "|");
    }
}

void read_setting(std::string_view key, std::string_view value, snapshot::FirewallRulesRow& row) {
    if (key == "Enabled") {
        row.enabled = parse_flag(value);
    } else if (key == "Direction") {
        row.direction = equal_ignoring_case(value, "In")    ? Text("in")
                        : equal_ignoring_case(value, "Out") ? Text("out")
                                                            : std::nullopt;
    } else if (key == "Profiles") {
        row.profiles = lower(value);
    } else if (key == "RemoteIP") {
        row.remote_addresses = text_or_null(value);
    } else if (key == "Protocol") {
        row.protocol = lower(value);
    } else if (key == "LocalPort") {
        row.local_ports = text_or_null(value);
    } else if (key == "Action") {
        row.action = lower(value);
    } else if (key == "Program") {
        row.program = text_or_null(value);
    } else if (key == "Rule source") {
        row.origin = value == "Local Setting"          ? Text("local")
                     : value == "Group Policy Setting" ? Text("group-policy")
                                                       : text_or_null(value);
    } else if (key == "LocalIP") {
        add_condition(row, "LA", value);
    } else if (key == "RemotePort") {
        add_condition(row, "RPort", value);
    } else if (key == "Service") {
        add_condition(row, "Svc", value);
    } else if (key == "InterfaceTypes") {
        add_condition(row, "IFType", value);
    }
}

// `State    ON`: the value behind two blanks.
std::pair<std::string_view, std::string_view> setting_in(std::string_view line) {
    const std::size_t gap = line.find("  ");
    return gap == std::string_view::npos ? std::pair(line, std::string_view{})
                                         : std::pair(line.substr(0, gap), trim(line.substr(gap)));
}

}  // namespace

std::size_t read_advfirewall_rule(WindowsText& text, std::size_t at) {
    constexpr std::string_view kName = "Rule Name:";
    if (!text.lines[at].starts_with(kName) || !is_dashes(text.lines[at + 1])) {
        return at;
    }
    const std::size_t begin = at;
    const std::string name(trim(text.lines[at].substr(kName.size())));
    snapshot::FirewallRulesRow row{.name = name, .display_name = name};
    for (at += 2; at < text.lines.size() && !text.lines[at].empty() && text.lines[at] != "Ok."; ++at) {
        const std::string_view line = text.lines[at];
        if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && !line.starts_with(' ')) {
            read_setting(line.substr(0, colon), trim(line.substr(colon + 1)), row);
        }
    }
    if (!row.action || !row.direction) {
        text.out.note(snapshot::line_place(begin + 1, at), "truncated", "the rule breaks off");
    }
    text.out.add_in_outline(snapshot::kFirewallRules, std::move(row), snapshot::line_place(begin + 1, at));
    text.out.covers_in_outline(snapshot::kFirewallRules.name, "netsh lists the rules of one store, by name");
    return at;
}

std::size_t read_advfirewall_profile(WindowsText& text, std::size_t at) {
    constexpr std::string_view kTitle = " Profile Settings:";
    const std::string_view title = text.lines[at];
    if (!title.ends_with(kTitle) || !is_dashes(text.lines[at + 1])) {
        return at;
    }
    snapshot::FirewallProfilesRow row{.name = lower(title.substr(0, title.size() - kTitle.size()))};
    if (row.name != "domain" && row.name != "private" && row.name != "public") {
        return at;
    }
    const std::size_t begin = at;
    for (at += 2; at < text.lines.size() && !text.lines[at].ends_with(kTitle) && text.lines[at] != "Ok." &&
                  echoed_command(text.lines[at]).empty();
         ++at) {
        const auto [key, value] = setting_in(text.lines[at]);
        if (key == "State") {
            row.enabled = parse_flag(value);
        } else if (key == "Firewall Policy") {
            // BlockInbound,AllowOutbound; BlockInboundAlways
            row.default_inbound = value.starts_with("Block")   ? Text("block")
                                  : value.starts_with("Allow") ? Text("allow")
                                                               : std::nullopt;
            const std::size_t comma = value.find(',');
            const std::string_view outbound = comma == std::string_view::npos ? "" : value.substr(comma + 1);
            row.default_outbound = outbound.starts_with("Block")   ? Text("block")
                                   : outbound.starts_with("Allow") ? Text("allow")
                                                                   : std::nullopt;
        }
    }
    text.out.add(snapshot::kFirewallProfiles, std::move(row), snapshot::line_place(begin + 1, at));
    return at;
}

}  // namespace kwd::analyzers
