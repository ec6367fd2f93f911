// SPDX-License-Identifier: Apache-2.0
#include "collectors/net_route.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace kwd::collectors {
namespace {

constexpr std::string_view kPersistentStore = "0";

using Properties = std::map<std::string, std::string, std::less<>>;

std::string_view text_of(const Properties& properties, std::string_view name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string_view() : std::string_view(found->second);
}

snapshot::Integer number_of(const Properties& properties, std::string_view name) {
    const std::string_view text = text_of(properties, name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? snapshot::Integer(number) : std::nullopt;
}

const char* protocol_of(const snapshot::Integer& number) {
    switch (number.value_or(0)) {
        case 2: return "local";
        case 3: return "netmgmt";
        case 4: return "icmp";
        case 14: return "bgp";
        case 19: return "dhcp";
        default: return "other";
    }
}

}  // namespace

Result<snapshot::RoutesRow> read_persistent_route(const Properties& properties) {
    const std::string_view prefix = text_of(properties, "DestinationPrefix");
    const std::string_view hop = text_of(properties, "NextHop");
    if (const std::string_view store = text_of(properties, "Store"); !store.empty() && store != kPersistentStore) {
        return Error{Errc::malformed, fmt::format("read the persistent route to {}: it is of store {}", prefix, store)};
    }
    const auto destination = Cidr::parse(prefix);
    const auto next_hop = IpAddress::parse(hop);
    if (!destination || (!hop.empty() && !next_hop)) {
        return Error{Errc::malformed, fmt::format("read the persistent route \"{}\" by \"{}\"", prefix, hop)};
    }
    snapshot::RoutesRow row;
    // Older versions of the class know of no compartments, and a route may be kept without one (0); it is the host's.
    const auto compartment = number_of(properties, "CompartmentId");
    row.compartment_id = compartment.value_or(0) > 0 ? compartment : 1;
    row.destination = destination->text();
    row.family = destination->family() == IpFamily::v4 ? 4 : 6;
    if (next_hop) {
        row.next_hop = next_hop_text(*next_hop);
    }
    if (const auto index = number_of(properties, "InterfaceIndex"); index.value_or(0) > 0) {
        row.interface_index = index;
    }
    if (const std::string_view alias = text_of(properties, "InterfaceAlias"); !alias.empty()) {
        row.interface_name = std::string(alias);
    }
    row.metric = number_of(properties, "RouteMetric");
    row.metric_includes_interface = false;
    row.protocol = protocol_of(number_of(properties, "Protocol"));
    row.persistent = true;
    return row;
}

PersistentRoutes read_persistent_routes(const std::vector<Properties>& objects) {
    PersistentRoutes read;
    for (const Properties& each : objects) {
        if (auto row = read_persistent_route(each)) {
            read.routes.push_back(std::move(*row));
        } else if (!read.refused) {
            read.refused = std::move(row).error();
        }
    }
    if (const std::size_t refused = objects.size() - read.routes.size(); refused > 1) {
        read.refused->doing += fmt::format("; and {} others like it", refused - 1);
    }
    return read;
}

snapshot::Text next_hop_text(const IpAddress& address) {
    const bool is_unspecified = address.bits() == Bits128{};
    return is_unspecified ? snapshot::Text() : snapshot::Text(address.text());
}

}  // namespace kwd::collectors
