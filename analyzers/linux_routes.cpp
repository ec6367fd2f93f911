// SPDX-License-Identifier: Apache-2.0
#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/linux_network.h"
#include "analyzers/normal_forms.h"
#include "analyzers/own_json.h"
#include "analyzers/words.h"
#include "base/ip.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"

#include <fmt/format.h>

#include <functional>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::Integer;
using snapshot::Text;

using ReadOfFamily = std::function<void(const json& object, Integer family, const std::string& place)>;

// {"ipv4": […], "ipv6": […]}, or one array as somebody's `ip -j` printed it.
void each_of_families(const snapshot::Document& document, std::string_view table, Analysis& out,
                      const ReadOfFamily& read) {
    const DocumentValue value = first_value(document, out);
    if (value.value.is_array()) {
        each_object(value, &value.value, "", table, out,
                    [&](const json& object, const std::string& place) { read(object, std::nullopt, place); });
        return;
    }
    for (const std::int64_t family : {4, 6}) {
        const std::string name = fmt::format("ipv{}", family);
        if (const json* list = member(value.value, name)) {
            each_object(value, list, pointer_to("", name), table, out,
                        [&](const json& object, const std::string& place) { read(object, family, place); });
        } else {
            out.covers_partly(table, fmt::format("IPv{} could not be asked", family));
        }
    }
}

// `default`, an address, or a prefix.
Text destination_of(const Text& text, Integer family) {
    if (!text) {
        return std::nullopt;
    }
    if (*text == "default" || *text == "all") {
        return family == 6 ? "::/0" : "0.0.0.0/0";
    }
    const auto prefix = Cidr::parse_or_host(*text);
    return prefix ? prefix->text() : *text;
}

Text next_hop_of(const json& hop) {
    if (auto gateway = nonempty_text_of(member(hop, "gateway"))) {
        return normal_address(gateway);
    }
    return normal_address(nonempty_text_of(member_at(hop, {"via", "host"})));
}

void read_route(const json& route, Integer family, const std::string& place, Analysis& out) {
    // iproute2 gives the destination of the tunnel the same name as the route's, in one object.
    if (const auto encapsulation = text_of(member(route, "encap")); encapsulation == "ip" || encapsulation == "ip6") {
        out.covers_partly(snapshot::kRoutes.name, "a route into a tunnel whose destination is told twice");
        return;
    }
    const auto written = nonempty_text_of(member(route, "dst"));
    for (const Text& hint :
         {written, nonempty_text_of(member(route, "gateway")), nonempty_text_of(member(route, "prefsrc"))}) {
        if (!family && hint) {
            family = family_of(*hint);
        }
    }
    const auto destination = destination_of(written, family);
    if (!destination) {
        out.note(place, "malformed", "a route without a destination");
        return;
    }
    snapshot::RoutesRow row{.destination = *destination};
    row.routing_table = nonempty_text_of(member(route, "table"));
    if (!row.routing_table) {
        row.routing_table = "main";  // what `ip route` does not say
    }
    row.family = family;
    row.metric = integer_of(member(route, "metric"));
    row.metric_includes_interface = false;
    row.protocol = nonempty_text_of(member(route, "protocol"));
    row.type = nonempty_text_of(member(route, "type")).value_or("unicast");
    row.preferred_source = normal_address(nonempty_text_of(member(route, "prefsrc")));
    const auto add = [&](const json& hop, const std::string& hop_place) {
        snapshot::RoutesRow each = row;
        each.next_hop = next_hop_of(hop);
        each.interface_name = nonempty_text_of(member(hop, "dev"));
        out.add(snapshot::kRoutes, std::move(each), hop_place);
    };
    const json* hops = member(route, "nexthops");
    if (hops == nullptr || !hops->is_array() || hops->empty()) {
        add(route, place);
        return;
    }
    for (std::size_t i = 0; i < hops->size(); ++i) {
        add((*hops)[i], pointer_to(pointer_to(place, "nexthops"), i));
    }
}

// from 10.244.0.0/16, fwmark 0x1/0xff, iif eth0
std::string selector_of(const json& rule) {
    std::string selector = flag_of(member(rule, "not")).value_or(false) || rule.contains("not") ? "not " : "";
    const auto source = nonempty_text_of(member(rule, "src")).value_or("all");
    const auto length = integer_of(member(rule, "srclen"));
    selector += "from " + source + (length ? fmt::format("/{}", *length) : "");
    if (const auto destination = nonempty_text_of(member(rule, "dst"))) {
        const auto bits = integer_of(member(rule, "dstlen"));
        selector += " to " + *destination + (bits ? fmt::format("/{}", *bits) : "");
    }
    if (const auto mark = nonempty_text_of(member(rule, "fwmark"))) {
        const auto mask = nonempty_text_of(member(rule, "fwmask"));
        selector += " fwmark " + *mark + (mask ? "/" + *mask : "");
    }
    for (const std::string_view name : {"iif", "oif", "ipproto", "sport", "dport", "tos"}) {
        if (const auto value = nonempty_text_of(member(rule, name))) {
            selector += fmt::format(" {} {}", name, *value);
        }
    }
    struct Range {
        std::string_view name;
        std::string_view first;
        std::string_view last;
    };
    for (const Range& each : {Range{"sport", "sport_start", "sport_end"}, Range{"dport", "dport_start", "dport_end"},
                              Range{"uidrange", "uid_start", "uid_end"}}) {
        const auto first = integer_of(member(rule, each.first));
        const auto last = integer_of(member(rule, each.last));
        if (first && last) {
            selector += fmt::format(" {} {}-{}", each.name, *first, *last);
        }
    }
    return selector;
}

// What is done instead of, or beside, looking up a table.
Text action_of(const json& rule) {
    if (const auto target = integer_of(member(rule, "goto"))) {
        return fmt::format("goto {}", *target);
    }
    if (const auto length = integer_of(member(rule, "suppress_prefixlen"))) {
        return fmt::format("suppress_prefixlength {}", *length);
    }
    if (member(rule, "l3mdev") != nullptr) {
        return "l3mdev";
    }
    return nonempty_text_of(member(rule, "action"));
}

}  // namespace

void analyze_linux_routes(const snapshot::Document& document, Analysis& out) {
    each_of_families(
        document, snapshot::kRoutes.name, out,
        [&](const json& route, Integer family, const std::string& place) { read_route(route, family, place, out); });
}

void analyze_linux_rules(const snapshot::Document& document, Analysis& out) {
    each_of_families(document, snapshot::kRoutingRules.name, out,
                     [&](const json& rule, Integer family, const std::string& place) {
                         const auto priority = integer_of(member(rule, "priority"));
                         if (!priority) {
                             out.note(place, "malformed", "a rule without a priority");
                             return;
                         }
                         out.add(snapshot::kRoutingRules,
                                 {.priority = *priority,
                                  .selector = selector_of(rule),
                                  .routing_table = nonempty_text_of(member(rule, "table")),
                                  .action = action_of(rule),
                                  .family = family},
                                 place);
                     });
}

void analyze_linux_neighbors(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    each_object(value, &value.value, "", snapshot::kNeighbors.name, out,
                [&](const json& neighbor, const std::string& place) {
                    const auto address = normal_address(nonempty_text_of(member(neighbor, "dst")));
                    if (!address) {
                        out.note(place, "malformed", "a neighbor without an address");
                        return;
                    }
                    snapshot::NeighborsRow row{.address = *address};
                    row.interface_name = nonempty_text_of(member(neighbor, "dev"));
                    row.mac = normal_mac_text(nonempty_text_of(member(neighbor, "lladdr")));
                    row.family = family_of(*address);
                    if (const auto states = nonempty_list_of(member(neighbor, "state"))) {
                        row.state = lower(states->substr(0, states->find(',')));
                    }
                    out.add(snapshot::kNeighbors, std::move(row), place);
                });
}

void analyze_linux_fdb(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    each_object(value, &value.value, "", snapshot::kFdbEntries.name, out,
                [&](const json& entry, const std::string& place) {
                    const auto device = nonempty_text_of(member(entry, "ifname"));
                    const auto mac = normal_mac_text(nonempty_text_of(member(entry, "mac")));
                    if (!device || !mac) {
                        out.note(place, "malformed", "an entry without a device or MAC");
                        return;
                    }
                    out.add(snapshot::kFdbEntries,
                            {.interface_name = *device,
                             .mac = *mac,
                             .destination = normal_address(nonempty_text_of(member(entry, "dst"))),
                             .nexthop_id = integer_of(member(entry, "nhid")),
                             .vni = integer_of(member(entry, "vni")),
                             .port = integer_of(member(entry, "port")),
                             .state = nonempty_text_of(member(entry, "state")),
                             .master_name = nonempty_text_of(member(entry, "master"))},
                            place);
                });
}

void analyze_resolv_conf(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kDnsServers.name);
    const std::string text = text_of_document(document, out);
    std::int64_t position = 0;
    Lines lines(text);
    while (const auto line = lines.next()) {
        std::string_view entry = trim(line->text);
        if (!entry.starts_with("nameserver") || entry.size() < 12 || !is_blank(entry[10])) {
            continue;
        }
        entry = trim(entry.substr(11));
        const auto address = IpAddress::parse(entry.substr(0, entry.find_first_of(" \t#;")));
        if (!address) {
            out.note(snapshot::line_place(line->number), "bad_value", "a name server that is no address");
            continue;
        }
        out.add(snapshot::kDnsServers, {.position = position++, .address = address->text()},
                snapshot::line_place(line->number));
    }
}

}  // namespace kwd::analyzers
