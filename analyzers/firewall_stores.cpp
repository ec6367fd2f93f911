// SPDX-License-Identifier: Apache-2.0
#include "analyzers/firewall_stores.h"

#include "analyzers/own_json.h"
#include "analyzers/words.h"
#include "base/ip.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::FirewallProfilesRow;
using snapshot::FirewallRulesRow;
using snapshot::Flag;
using snapshot::Integer;
using snapshot::Text;

// Fields that neither narrow a rule nor stand in a column of their own.
constexpr auto kWithoutEffect =
    std::to_array<std::string_view>({"desc", "embedctxt", "edge", "defer", "lsm", "platform", "platform2"});

// RA4, and RA42, in which later versions keep keywords that older ones do not know; so with LPort and LPort2_10.
bool is_field(std::string_view name, std::string_view field) {
    return name.starts_with(field) &&
           std::ranges::all_of(name.substr(field.size()), [](char c) { return is_digit(c) || c == '_'; });
}

// `10.0.0.0/255.0.0.0` as `10.0.0.0/8`; a range or a keyword as it is.
std::string as_prefix(std::string_view address) {
    const auto prefix = Cidr::parse(address);
    return prefix ? prefix->text() : std::string(address);
}

// A list without repetition: a keyword stands in RA4 and RA6 alike.
void append_new(std::vector<std::string>& list, std::string item) {
    if (std::ranges::find(list, item) == list.end()) {
        list.push_back(std::move(item));
    }
}

Text joined_or(const std::vector<std::string>& list, std::string_view nothing) {
    return list.empty() ? Text(nothing) : Text(fmt::format("{}", fmt::join(list, ",")));
}

std::string protocol_named(std::string_view number) {
    return number == "6" ? "tcp" : number == "17" ? "udp" : number == "256" ? "any" : std::string(number);
}

bool is_version(std::string_view text) {
    return text.size() > 1 && text.front() == 'v' &&
           std::ranges::all_of(text.substr(1), [](char c) { return is_digit(c) || c == '.'; });
}

struct Profile {
    std::string_view name;
    std::string_view key;         ///< in the local store
    std::string_view policy_key;  ///< in those of policies
};
// The local store never got a key of the newer name.
constexpr auto kProfiles = std::to_array<Profile>({{"domain", "DomainProfile", "DomainProfile"},
                                                   {"private", "StandardProfile", "PrivateProfile"},
                                                   {"public", "PublicProfile", "PublicProfile"}});
// The first that has a setting decides.
constexpr auto kPrecedence = std::to_array<std::string_view>({"group-policy", "mdm", "local"});

struct Store {
    const json* object;
    std::string place;
};
using Stores = std::map<std::string, Store, std::less<>>;

Integer setting(const Stores& stores, const Profile& profile, std::string_view name) {
    for (const std::string_view origin : kPrecedence) {
        const auto store = stores.find(origin);
        const json* profiles = store == stores.end() ? nullptr : member(*store->second.object, "profiles");
        if (profiles == nullptr) {
            continue;
        }
        for (const std::string_view key : {profile.policy_key, profile.key}) {
            const json* settings = member(*profiles, key);
            if (const Integer value = settings == nullptr ? Integer() : integer_of(member(*settings, name))) {
                return value;
            }
        }
    }
    return std::nullopt;
}

Text action_of(const Integer& value) {
    return !value ? Text("notconfigured") : Text(*value == 0 ? "allow" : "block");
}

Flag flag_of_number(const Integer& value) {
    return value ? Flag(*value != 0) : std::nullopt;
}

void add_profiles(const Stores& stores, Analysis& out) {
    const auto local = stores.find("local");
    if (local == stores.end() || member(*local->second.object, "profiles") == nullptr) {
        return;
    }
    for (const Profile& each : kProfiles) {
        out.add(snapshot::kFirewallProfiles,
                FirewallProfilesRow{.name = std::string(each.name),
                                    .enabled = flag_of_number(setting(stores, each, "EnableFirewall")),
                                    .default_inbound = action_of(setting(stores, each, "DefaultInboundAction")),
                                    .default_outbound = action_of(setting(stores, each, "DefaultOutboundAction")),
                                    .local_rules = setting(stores, each, "AllowLocalPolicyMerge") != 0,
                                    .active = {}},
                local->second.place);
    }
}

void add_rules(const DocumentValue& document, const json& store, const std::string& pointer, const std::string& origin,
               Analysis& out) {
    const json* rules = member(store, "rules");
    if (rules == nullptr || !rules->is_array()) {
        if (flag_of(member(store, "present")) != false) {
            out.covers_partly(snapshot::kFirewallRules.name,
                              fmt::format("the rules of the store {} are not known", origin));
        }
        return;
    }
    for (std::size_t i = 0; i < rules->size(); ++i) {
        const json& each = (*rules)[i];
        const std::string place = document.place(pointer_to(pointer_to(pointer, "rules"), i));
        const Text name = text_of(member(each, "name"));
        auto row = parse_firewall_rule(text_of(member(each, "rule")).value_or(""));
        if (!name || !row) {
            out.note(place, "malformed", "no firewall rule");
            continue;
        }
        row->name = *name;
        row->origin = origin;
        out.add(snapshot::kFirewallRules, std::move(*row), place);
    }
}

// Rows of an outline: nothing but this is known of a profile here.
void add_active_profiles(const DocumentValue& document, Analysis& out) {
    constexpr std::string_view kList = "active_firewall_profiles";
    const json* list = member(document.value, kList);
    const auto is_active = [&](const Profile& profile) {
        return list != nullptr && list->is_array() &&
               std::ranges::any_of(*list, [&](const json& name) { return name == profile.name; });
    };
    // A node is in some network; none of them would say nothing.
    if (std::ranges::none_of(kProfiles, is_active)) {
        return;
    }
    for (const Profile& each : kProfiles) {
        out.add_in_outline(snapshot::kFirewallProfiles, {.name = std::string(each.name), .active = is_active(each)},
                           document.place(pointer_to("", kList)));
    }
    out.covers_in_outline(snapshot::kFirewallProfiles.name, "only which profiles are in use is known");
}

}  // namespace

std::optional<FirewallRulesRow> parse_firewall_rule(std::string_view text) {
    std::vector<std::string> ports;
    std::vector<std::string> addresses;
    std::vector<std::string> profiles;
    std::string conditions;
    FirewallRulesRow row;
    row.protocol = "any";
    bool any_field = false;
    for (bool first = true; !text.empty(); first = false) {
        const std::string_view field = text.substr(0, text.find('|'));
        text.remove_prefix(std::min(field.size() + 1, text.size()));
        if (first) {
            if (!is_version(field)) {
                return std::nullopt;
            }
            continue;
        }
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos) {
            continue;
        }
        any_field = true;
        const std::string name = lower(field.substr(0, equals));
        const std::string_view value = field.substr(equals + 1);
        if (name == "action") {
            row.action = lower(value);
        } else if (name == "active") {
            row.enabled = parse_flag(value);
        } else if (name == "dir") {
            row.direction = lower(value);
        } else if (name == "protocol") {
            row.protocol = protocol_named(value);
        } else if (name == "name") {
            row.display_name = std::string(value);
        } else if (name == "app") {
            row.program = std::string(value);
        } else if (name == "profile") {
            append_new(profiles, lower(value));
        } else if (is_field(name, "lport")) {
            append_new(ports, std::string(value));
        } else if (is_field(name, "ra4") || is_field(name, "ra6")) {
            append_new(addresses, as_prefix(value));
        } else if (std::ranges::find(kWithoutEffect, name) == kWithoutEffect.end()) {
            conditions += conditions.empty() ? "" : "|";
            conditions += field;
        }
    }
    if (!any_field) {
        return std::nullopt;
    }
    row.local_ports = joined_or(ports, "Any");
    row.remote_addresses = joined_or(addresses, "Any");
    row.profiles = joined_or(profiles, "any");
    row.conditions = conditions.empty() ? std::nullopt : Text(std::move(conditions));
    return row;
}

void read_firewall_stores(const DocumentValue& document, Analysis& out) {
    add_active_profiles(document, out);
    constexpr std::string_view kList = "firewall_stores";
    if (member(document.value, kList) == nullptr) {
        return;
    }
    Stores stores;
    each_of_list(document, kList, snapshot::kFirewallRules.name, out, [&](const json& store, const std::string& place) {
        const Text origin = text_of(member(store, "origin"));
        if (!origin) {
            out.note(place, "malformed", "a store without its origin");
            return;
        }
        const auto index = static_cast<std::size_t>(&store - &member(document.value, kList)->front());
        add_rules(document, store, pointer_to(pointer_to("", kList), index), *origin, out);
        if (!member(store, "present")) {
            out.covers_partly(snapshot::kFirewallProfiles.name, fmt::format("the store {} is not known", *origin));
        }
        stores.emplace(*origin, Store{&store, place});
    });
    add_profiles(stores, out);
}

}  // namespace kwd::analyzers
