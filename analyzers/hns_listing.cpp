// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_listing.h"

#include "analyzers/normal_forms.h"
#include "analyzers/powershell_list.h"
#include "base/identifiers.h"
#include "snapshot/place.h"
#include "snapshot/tables/hns.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::line_place;
using snapshot::Text;

constexpr std::array<std::pair<std::string_view, HnsObject>, 5> kTitles = {{{"networks", HnsObject::network},
                                                                            {"endpoints", HnsObject::endpoint},
                                                                            {"namespaces", HnsObject::name_space},
                                                                            {"loadbalancers", HnsObject::load_balancer},
                                                                            {"policylists", HnsObject::load_balancer}}};

struct NamedId {
    std::string_view name;
    std::string id;
    std::string_view rest;
};

// `NAME GUID REST`: names are not cut and may hold blanks, so the last GUID of the line divides it.
std::optional<NamedId> named_id_in(std::string_view line) {
    std::optional<NamedId> found;
    for (const std::string_view word : split_words(line)) {
        if (auto guid = normal_guid(word)) {
            const auto begin = static_cast<std::size_t>(word.data() - line.data());
            found = NamedId{trim(line.substr(0, begin)), std::move(*guid), trim(line.substr(begin + word.size()))};
        }
    }
    return found;
}

bool selected_only(const PowerShellObject& object) {
    return !object.has("Policies") && !object.has("Subnets") && !object.has("Ipams") && !object.has("Resources") &&
           !object.has("ResourceList") && !object.has("PortMappings");
}

}  // namespace

std::size_t HnsListing::take(std::size_t at) {
    if (!echoed_command(lines_[at]).empty()) {
        section_ = HnsObject::unknown;  // another command's output begins
        return at + 1;
    }
    if (take_title(lines_[at]) || take_row(at)) {
        found_anything_ = true;
        return at + 1;
    }
    return take_objects(at);
}

bool HnsListing::take_title(std::string_view line) {
    if (!line.ends_with(':')) {
        return false;
    }
    std::string title = lower(line.substr(0, line.size() - 1));
    std::erase(title, ' ');
    const auto found = std::ranges::find(kTitles, title, &std::pair<std::string_view, HnsObject>::first);
    if (found == kTitles.end()) {
        return false;
    }
    section_ = found->second;
    cover_hns_in_outline(section_, out_);
    return true;
}

// A row of `hnsdiag list`; the section tells its columns, and rows of several of them are parted by bars.
bool HnsListing::take_row(std::size_t at) {
    if (section_ == HnsObject::unknown) {
        return false;
    }
    const std::string place = line_place(at + 1);
    std::vector<std::string_view> cells;
    for (std::size_t begin = 0; begin <= lines_[at].size();) {
        const std::size_t end = std::min(lines_[at].find('|', begin), lines_[at].size());
        cells.push_back(trim(lines_[at].substr(begin, end - begin)));
        begin = end + 1;
    }
    const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string_view{}; };
    const auto first_id = normal_guid(cell(0));
    const auto named = named_id_in(lines_[at]);

    if (section_ == HnsObject::network && named) {
        out_.add_in_outline(
            snapshot::kHnsNetworks,
            {.id = named->id, .name = text_or_null(named->name), .schema = "list", .policies_known = false}, place);
        return true;
    }
    if (section_ == HnsObject::endpoint && named) {
        out_.add_in_outline(snapshot::kHnsEndpoints,
                            {.id = named->id,
                             .name = text_or_null(named->name),
                             .network_name = text_or_null(named->rest),
                             .schema = "list",
                             .policies_known = false},
                            place);
        return true;
    }
    if (section_ == HnsObject::name_space && first_id) {
        out_.add_in_outline(snapshot::kHnsNamespaces, {.id = *first_id}, place);
        for (const std::string_view word : split_words(cell(1), " ,")) {
            if (auto endpoint = normal_guid(word)) {
                out_.add_in_outline(
                    snapshot::kHnsNamespaceResources,
                    {.namespace_id = *first_id, .type = "Endpoint", .resource_id = std::move(*endpoint)}, place);
            }
        }
        return true;
    }
    if (section_ == HnsObject::load_balancer && cells.size() > 1 && (first_id || cell(0).empty())) {
        if (first_id) {
            last_load_balancer_ = *first_id;
            out_.add_in_outline(snapshot::kHnsLoadBalancers, {.id = *first_id, .schema = "list"}, place);
        }
        if (last_load_balancer_.empty()) {
            return false;
        }
        for (const std::string_view vip : split_words(cell(1), " ,")) {
            out_.add_in_outline(snapshot::kHnsLoadBalancerVips,
                                {.load_balancer_id = last_load_balancer_, .vip = *normal_address(std::string(vip))},
                                place);
        }
        for (const std::string_view word : split_words(cell(2), " ,")) {
            if (auto endpoint = normal_guid(word)) {
                out_.add_in_outline(snapshot::kHnsLoadBalancerEndpoints,
                                    {.load_balancer_id = last_load_balancer_, .endpoint_id = std::move(*endpoint)},
                                    place);
            }
        }
        return true;
    }
    return false;
}

std::size_t HnsListing::take_objects(std::size_t at) {
    auto read = read_powershell_table(lines_, at);
    if (!read) {
        read = read_powershell_list(lines_, at);
    }
    if (!read) {
        return at;
    }
    for (const PowerShellObject& object : read->objects) {
        take_object(object);
    }
    return read->end;
}

void HnsListing::take_object(const PowerShellObject& object) {
    const nlohmann::json fields = to_json(object);
    JsonNode::PropertyLines property_lines;
    for (const PowerShellObject::Property& each : object.properties) {
        property_lines[each.name] = each.place;
    }
    const JsonNode node(fields, object.place, property_lines);
    HnsObject kind = recognise_hns_object(node, section());
    if (kind == HnsObject::unknown && normal_guid(object.text({"ID"}).value_or(""))) {
        kind = HnsObject::network;
    }
    if (kind == HnsObject::unknown) {
        return;
    }
    found_anything_ = true;
    const Text mac = normal_mac_text(object.text({"MacAddress"}));
    const Text address = normal_address(object.text({"IPAddress"}));
    const auto state = object.integer({"State"});
    if (kind == HnsObject::endpoint && !object.has("ID")) {
        if (mac && address && state) {
            const auto [told, is_new] = states_.try_emplace({*mac, *address}, state);
            if (!is_new && told->second != state) {
                told->second = std::nullopt;  // two endpoints of one address: which is which is not told
            }
        }
        return;
    }
    if (!selected_only(object) || kind == HnsObject::name_space) {
        switch (kind) {
            case HnsObject::network: add_hns_network(node, out_); break;
            case HnsObject::endpoint: add_hns_endpoint(node, states_, out_); break;
            case HnsObject::load_balancer: add_hns_load_balancer(node, out_); break;
            case HnsObject::name_space: add_hns_namespace(node, out_); break;
            case HnsObject::sdn_route: add_hns_sdn_route(node, out_); break;
            case HnsObject::unknown: break;
        }
        if (selected_only(object)) {
            return;
        }
        if (is_selection(kind, node)) {
            cover_hns_in_outline(kind, out_);
        } else {
            cover_hns(kind, out_);
        }
        return;
    }
    const Text id = normal_guid(object.text({"ID"}).value_or(""));
    cover_hns_in_outline(kind, out_);
    if (!id) {
        return;
    }
    if (kind == HnsObject::network) {
        out_.add_in_outline(snapshot::kHnsNetworks,
                            {.id = *id,
                             .name = object.text({"Name"}),
                             .type = object.has("Type") ? hns_network_type(node["Type"]) : Text(),
                             .schema = "list",
                             .management_ip = normal_address(object.text({"ManagementIP"})),
                             .policies_known = false},
                            object.place);
    } else if (kind == HnsObject::endpoint) {
        out_.add_in_outline(snapshot::kHnsEndpoints,
                            {.id = *id,
                             .name = object.text({"Name"}),
                             .network_name = object.text({"VirtualNetworkName"}),
                             .schema = "list",
                             .mac = mac,
                             .ip_address = address,
                             .is_remote = object.flag({"IsRemoteEndpoint"}),
                             .state = state,
                             .policies_known = false},
                            object.place);
    }
}

}  // namespace kwd::analyzers
