// SPDX-License-Identifier: Apache-2.0
#include "analyzers/docker_networks.h"

#include "analyzers/document_text.h"
#include "analyzers/hns_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/values.h"
#include "base/ip.h"
#include "snapshot/tables/hns.h"

#include <string>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

void read_network(const json& network, const std::string& place, Analysis& out) {
    const json* options = member(network, "Options");
    const auto option = [&](std::string_view name) {
        return options == nullptr
                   ? std::nullopt
                   : nonempty_text_of(member(*options, "com.docker.network.windowsshim." + std::string(name)));
    };
    const auto id = normal_id(option("hnsid"));
    if (!id) {
        return;  // `none`, or a network of Linux
    }
    const auto name = option("networkname");
    snapshot::HnsNetworksRow row{.id = *id};
    row.name = name ? name : nonempty_text_of(member(network, "Name"));
    if (const json* driver = member(network, "Driver"); driver != nullptr && driver->is_string()) {
        row.type = hns_network_type(JsonNode(*driver, ""));
    }
    row.schema = "list";
    row.policies_known = false;
    out.add_in_outline(snapshot::kHnsNetworks, std::move(row), place);
    const json* subnets = member_at(network, {"IPAM", "Config"});
    for (std::size_t i = 0; subnets != nullptr && subnets->is_array() && i < subnets->size(); ++i) {
        const auto prefix = Cidr::parse(text_of(member((*subnets)[i], "Subnet")).value_or(""));
        const auto gateway = IpAddress::parse(text_of(member((*subnets)[i], "Gateway")).value_or(""));
        if (prefix) {
            out.add_in_outline(snapshot::kHnsSubnets,
                               {.network_id = *id,
                                .prefix = prefix->text(),
                                .gateway = gateway ? snapshot::Text(gateway->text()) : std::nullopt,
                                .family = static_cast<std::int64_t>(prefix->family())},
                               place);
        }
    }
}

}  // namespace

void analyze_docker_networks(const snapshot::Document& document, Analysis& out) {
    constexpr const char* kOutline = "docker lists its own networks, with their names, types and subnets";
    for (const DocumentValue& each : read_json_values(text_of_document(document, out), out)) {
        const bool is_list = each.value.is_array();
        for (std::size_t i = 0; i < (is_list ? each.value.size() : 1); ++i) {
            const json& network = is_list ? each.value[i] : each.value;
            if (network.is_object()) {
                read_network(network, each.place(is_list ? pointer_to("", i) : ""), out);
            }
        }
    }
    out.covers_in_outline(snapshot::kHnsNetworks.name, kOutline);
    out.covers_in_outline(snapshot::kHnsSubnets.name, kOutline);
}

}  // namespace kwd::analyzers
