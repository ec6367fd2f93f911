// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/persistent_routes.h"

#include "base/ip.h"
#include "collectors/clean.h"
#include "collectors/net_route.h"
#include "collectors/platform/windows/registry_key.h"
#include "collectors/platform/windows/wmi.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;

constexpr auto kWmiLimit = 10s;

constexpr const char* kKey = R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\PersistentRoutes)";

// The route tables of the IPv4 and IPv6 modules in the store of the network store interface.
constexpr const char* kStoreOfIpv4 =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Nsi\{eb004a00-9b1a-11d4-9123-0050047759bc}\16)";
constexpr const char* kStoreOfIpv6 =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Nsi\{eb004a01-9b1a-11d4-9123-0050047759bc}\16)";

// `10.1.0.0,255.255.0.0,192.168.10.1,1`: destination, mask, next hop, metric.
std::optional<snapshot::RoutesRow> read_route(std::string_view name) {
    std::array<std::string_view, 4> parts;
    for (std::string_view& part : parts) {
        part = name.substr(0, name.find(','));
        name.remove_prefix(std::min(part.size() + 1, name.size()));
    }
    const auto destination = Cidr::parse(fmt::format("{}/{}", parts[0], parts[1]));
    const auto next_hop = IpAddress::parse(parts[2]);
    if (!name.empty() || !destination || !next_hop) {
        return std::nullopt;
    }
    snapshot::RoutesRow row;
    row.compartment_id = 1;
    row.destination = destination->text();
    row.family = 4;
    row.next_hop = next_hop_text(*next_hop);
    std::int64_t metric = 0;
    if (std::from_chars(parts[3].data(), parts[3].data() + parts[3].size(), metric).ec == std::errc()) {
        row.metric = metric;
    }
    row.metric_includes_interface = false;
    row.persistent = true;
    return row;
}

std::size_t count_values(const char* path) {
    const auto key = RegistryKey::open(path);
    const auto names = key ? key->value_names() : Result<RegistryKey::Names>(RegistryKey::Names{});
    return names ? names->names.size() : 0;
}

void collect_from_registry(DocumentSink& out) {
    const auto key = RegistryKey::open(kKey);
    const auto names = key ? key->value_names() : Result<RegistryKey::Names>(key.error());
    if (!names) {
        // Windows always has the key.
        out.missed(names.error());
        return;
    }
    StateDocument state;
    state.answers_for(snapshot::kRoutes);
    for (const std::string& name : names->names) {
        if (const auto row = read_route(name)) {
            state.add(snapshot::kRoutes, *row);
        } else if (!name.empty()) {
            out.missed({Errc::malformed, fmt::format("read the persistent route {}: not of four parts", name)});
        }
    }
    NewDocument document{
        .kind = snapshot::kind::windows_state, .name = "persistent-routes.json", .content = state.as_json()};
    for (const auto& [family, path] : {std::pair{"IPv4", kStoreOfIpv4}, std::pair{"IPv6", kStoreOfIpv6}}) {
        if (const std::size_t count = count_values(path); count > 0) {
            add_note(document, fmt::format("the network store keeps {} persistent {} routes", count, family));
        }
    }
    (void)out.put(std::move(document));
}

void collect_from_wmi(DocumentSink& out, Deadline deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    // All properties: CompartmentId is not of every version, and a query that names what is not there fails.
    const auto routes = ask_wmi("SELECT * FROM MSFT_NetRoute", std::min<std::chrono::milliseconds>(left, kWmiLimit),
                                {.name_space = "ROOT\\StandardCimv2", .context = {{"PolicyStore", "PersistentStore"}}});
    if (!routes) {
        Error error = routes.error();
        error.doing += " (persistent routes of IPv6 and of New-NetRoute)";
        out.missed(std::move(error));
        return;
    }
    const PersistentRoutes read = read_persistent_routes(*routes);
    if (read.refused) {
        out.missed(*read.refused);
        // It answered another question than was asked.
        if (read.routes.empty()) {
            return;
        }
    }
    StateDocument state;
    state.answers_for(snapshot::kRoutes);
    for (const snapshot::RoutesRow& each : read.routes) {
        state.add(snapshot::kRoutes, each);
    }
    (void)out.put(
        {.kind = snapshot::kind::windows_state, .name = "persistent-routes-wmi.json", .content = state.as_json()});
}

}  // namespace

void collect_persistent_routes(DocumentSink& out, Deadline deadline) {
    collect_from_registry(out);
    collect_from_wmi(out, deadline);
}

}  // namespace kwd::collectors
