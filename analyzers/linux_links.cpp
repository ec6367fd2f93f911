// SPDX-License-Identifier: Apache-2.0
#include "analyzers/linux_network.h"
#include "analyzers/normal_forms.h"
#include "analyzers/own_json.h"
#include "analyzers/words.h"
#include "base/ip.h"
#include "snapshot/tables/network.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::Text;

bool has_flag(const json& link, std::string_view flag) {
    const json* flags = member(link, "flags");
    return flags != nullptr && flags->is_array() && std::find(flags->begin(), flags->end(), flag) != flags->end();
}

Text state_of(const json& link) {
    const auto operstate = nonempty_text_of(member(link, "operstate"));
    const bool up = has_flag(link, "UP");
    if (operstate == "UP" || (operstate == "UNKNOWN" && up)) {
        return "up";
    }
    if (up && has_flag(link, "NO-CARRIER")) {
        return "disconnected";
    }
    return operstate ? Text("down") : std::nullopt;
}

Text kind_of(const json& link) {
    struct Name {
        std::string_view info_kind;
        std::string_view kind;
    };
    static constexpr auto names = std::to_array<Name>({
        {"vxlan", "vxlan"},      {"bridge", "bridge"}, {"veth", "veth"},     {"vlan", "vlan"},     {"dummy", "dummy"},
        {"bond", "bond"},        {"team", "bond"},     {"tun", "tunnel"},    {"ipip", "tunnel"},   {"sit", "tunnel"},
        {"gre", "tunnel"},       {"gretap", "tunnel"}, {"ip6tnl", "tunnel"}, {"ip6gre", "tunnel"}, {"geneve", "tunnel"},
        {"wireguard", "tunnel"}, {"erspan", "tunnel"}, {"vti", "tunnel"},    {"xfrm", "tunnel"},
    });
    if (const auto info = nonempty_text_of(member_at(link, {"linkinfo", "info_kind"}))) {
        for (const Name& each : names) {
            if (*info == each.info_kind) {
                return std::string(each.kind);
            }
        }
        return "other";
    }
    const auto type = nonempty_text_of(member(link, "link_type"));
    if (type == "loopback") {
        return "loopback";
    }
    return type == "ether" ? "ethernet" : type ? Text("other") : std::nullopt;
}

void read_link(const json& link, const std::string& place, Analysis& out) {
    const auto name = nonempty_text_of(member(link, "ifname"));
    if (!name) {
        out.note(place, "malformed", "a link without a name");
        return;
    }
    snapshot::InterfacesRow row{};
    row.name = *name;
    row.interface_index = integer_of(member(link, "ifindex"));
    row.kind = kind_of(link);
    row.mac = member(link, "link_type") != nullptr && text_of(member(link, "link_type")) != "ether"
                  ? std::nullopt
                  : normal_mac_text(nonempty_text_of(member(link, "address")));
    row.mtu_bytes = integer_of(member(link, "mtu"));
    row.state = state_of(link);
    row.parent_name = nonempty_text_of(member(link, "link"));
    row.master_name = nonempty_text_of(member(link, "master"));
    row.description = nonempty_text_of(member(link, "ifalias"));
    const json* data = member_at(link, {"linkinfo", "info_data"});
    if (row.kind == "vxlan" && data != nullptr) {
        // One that takes the VNI from each route or flow ("external") says 0.
        row.vni = member(*data, "external") != nullptr ? std::nullopt : integer_of(member(*data, "id"));
        row.vxlan_port = integer_of(member(*data, "port"));
        row.vxlan_local = normal_address(nonempty_text_of(member(*data, "local")));
        if (!row.vxlan_local) {
            row.vxlan_local = normal_address(nonempty_text_of(member(*data, "local6")));
        }
        row.vxlan_learning = flag_of(member(*data, "learning"));
        if (!row.parent_name) {
            row.parent_name = nonempty_text_of(member(*data, "link"));
        }
    }
    out.add(snapshot::kInterfaces, std::move(row), place);
}

Text origin_of(const json& address) {
    const bool dynamic = flag_of(member(address, "dynamic")).value_or(false);
    if (text_of(member(address, "scope")) == "link") {
        return "link-local";
    }
    if (dynamic) {
        return text_of(member(address, "family")) == "inet6" ? "router-advertisement" : "dhcp";
    }
    return "manual";
}

Text state_of_address(const json& address) {
    const auto is = [&](std::string_view name) { return flag_of(member(address, name)).value_or(false); };
    if (is("dadfailed")) {
        return "duplicate";
    }
    if (is("tentative")) {
        return "tentative";
    }
    return is("deprecated") ? "deprecated" : "preferred";
}

void read_address(const json& link, const json& address, const std::string& place, Analysis& out) {
    const auto text = nonempty_text_of(member(address, "local"));
    const auto parsed = text ? IpAddress::parse(*text) : std::nullopt;
    if (!parsed) {
        out.note(place, "bad_value", "an address that is none");
        return;
    }
    snapshot::AddressesRow row{};
    row.interface_index = integer_of(member(link, "ifindex"));
    row.interface_name = nonempty_text_of(member(link, "ifname"));
    row.address = parsed->text();
    row.family = static_cast<std::int64_t>(parsed->family());
    row.prefix_length = integer_of(member(address, "prefixlen"));
    if (row.prefix_length && *row.prefix_length >= 0 && *row.prefix_length <= bits_of(parsed->family())) {
        row.prefix = Cidr(*parsed, static_cast<int>(*row.prefix_length)).text();
    }
    row.origin = origin_of(address);
    row.state = state_of_address(address);
    out.add(snapshot::kAddresses, std::move(row), place);
}

}  // namespace

void analyze_linux_links(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    each_object(value, &value.value, "", snapshot::kInterfaces.name, out,
                [&](const json& link, const std::string& place) { read_link(link, place, out); });
}

void analyze_linux_addresses(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    std::size_t i = 0;
    each_object(value, &value.value, "", snapshot::kAddresses.name, out,
                [&](const json& link, const std::string& place) {
                    const json* addresses = member(link, "addr_info");
                    if (addresses == nullptr || !addresses->is_array()) {
                        return;
                    }
                    for (i = 0; i < addresses->size(); ++i) {
                        if (!(*addresses)[i].empty()) {
                            read_address(link, (*addresses)[i], pointer_to(pointer_to(place, "addr_info"), i), out);
                        }
                    }
                });
}

void analyze_linux_offloads(const snapshot::Document& document, Analysis& out) {
    each_of_list(document, "interfaces", snapshot::kInterfaceOffloads.name, out,
                 [&](const json& link, const std::string& place) {
                     const auto name = nonempty_text_of(member(link, "interface_name"));
                     const json* features = member(link, "features");
                     if (!name || features == nullptr || !features->is_array()) {
                         out.note(place, "malformed", "an interface without a name or features");
                         return;
                     }
                     const std::string list = pointer_to(place, "features");
                     for (std::size_t i = 0; i < features->size(); ++i) {
                         if (auto feature = nonempty_text_of(member((*features)[i], "feature"))) {
                             out.add(snapshot::kInterfaceOffloads,
                                     {.interface_name = *name,
                                      .feature = std::move(*feature),
                                      .enabled = flag_of(member((*features)[i], "enabled"))},
                                     pointer_to(list, i));
                         }
                     }
                 });
}

}  // namespace kwd::analyzers
