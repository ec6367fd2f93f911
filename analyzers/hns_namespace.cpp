// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_objects.h"
#include "analyzers/normal_forms.h"
#include "analyzers/text_lines.h"
#include "base/identifiers.h"
#include "snapshot/tables/hns.h"

#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::Text;

// In the order of Microsoft's schema, where the place is the enum's value.
constexpr std::array<std::string_view, 4> kTypes = {"Host", "HostDefault", "Guest", "GuestDefault"};
constexpr std::array<std::string_view, 2> kResourceTypes = {"Endpoint", "Container"};

Text namespace_type(const JsonNode& type) {
    if (const Integer number = type.integer(); number && *number >= 0 && *number < std::ssize(kTypes)) {
        return Text(kTypes[static_cast<std::size_t>(*number)]);
    }
    return spelled_as(type.text(), kTypes);
}

void add_resource(const std::string& id, const JsonNode& resource, Analysis& out) {
    const JsonNode data = resource["Data"];
    const Text type = spelled_as(resource["Type"].text(), kResourceTypes);
    const Text resource_id = data.is_object() ? data["Id"].text() : data.text();
    if (!type || !resource_id) {
        return;
    }
    // A container's id is no GUID for containerd, and its letters keep their case.
    const Text normal = *type == "Endpoint" ? normal_id(resource_id) : normal_guid(*resource_id).value_or(*resource_id);
    if (normal) {
        out.add(snapshot::kHnsNamespaceResources, {.namespace_id = id, .type = *type, .resource_id = *normal},
                resource.place());
    }
}

}  // namespace

void add_hns_namespace(const JsonNode& object, Analysis& out) {
    const Text id = hns_id(object, "a namespace", out);
    if (!id) {
        return;
    }
    snapshot::HnsNamespacesRow row;
    row.id = *id;
    // HNS itself writes CompartmendId in places.
    row.compartment_id = object.any_of({"NamespaceId", "CompartmentId", "CompartmendId"}).integer();
    row.type = namespace_type(object["Type"]);
    row.is_default = object["IsDefault"].flag();
    if (!row.is_default && row.type) {
        row.is_default = row.type->ends_with("Default");
    }
    const JsonNode resources = object.any_of({"Resources", "ResourceList"});
    for (const JsonNode& resource : resources.items()) {
        add_resource(row.id, resource, out);
    }
    for (const JsonNode& endpoint : object.any_of({"EndpointID", "EndpointIDs", "Endpoints"}).items()) {
        for (const std::string& word : endpoint.words()) {
            if (const Text endpoint_id = normal_id(word)) {
                out.add(snapshot::kHnsNamespaceResources,
                        {.namespace_id = row.id, .type = "Endpoint", .resource_id = *endpoint_id}, endpoint.place());
            }
        }
    }
    if (resources.lost()) {
        out.covers_partly(snapshot::kHnsNamespaceResources.name,
                          "the resources of namespaces were lost when they were printed");
    }
    out.add(snapshot::kHnsNamespaces, std::move(row), object.place());
}

}  // namespace kwd::analyzers
