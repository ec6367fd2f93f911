// SPDX-License-Identifier: Apache-2.0
#include "analyzers/k8s_objects.h"

#include "analyzers/document_text.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/kubernetes.h"

#include <array>
#include <set>
#include <utility>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

struct Kind {
    std::string_view name;
    void (*read)(const K8sObject&, Analysis&);
    std::string_view table;         // that a list of this kind answers for
    std::string_view second_table;  // empty where there is none
};
constexpr auto kKinds = std::to_array<Kind>({
    {"Node", &read_k8s_node, snapshot::kK8sNodes.name, {}},
    {"Pod", &read_k8s_pod, snapshot::kK8sPods.name, {}},
    {"Service", &read_k8s_service, snapshot::kK8sServices.name, snapshot::kK8sServicePorts.name},
    {"EndpointSlice", &read_k8s_endpoint_slice, snapshot::kK8sEndpoints.name, {}},
    {"Endpoints", &read_k8s_endpoints, snapshot::kK8sEndpoints.name, {}},
    {"Event", &read_k8s_event, snapshot::kK8sEvents.name, {}},
    {"ConfigMap", &read_k8s_config_map, {}, {}},
});

const Kind* kind_named(std::string_view name) {
    for (const Kind& each : kKinds) {
        if (each.name == name) {
            return &each;
        }
    }
    return nullptr;
}

class Objects {
  public:
    explicit Objects(Analysis& out) : out_(out) {}

    void read(const DocumentValue& document) {
        const auto kind = text_of(member(document.value, "kind"));
        const json* items = member(document.value, "items");
        if (items != nullptr && items->is_array()) {
            // NodeList, or List whose items say what they are.
            const std::string of = kind && kind->ends_with("List") ? kind->substr(0, kind->size() - 4) : std::string();
            read_items(document, *items, of);
        } else if (document.value.is_array()) {
            read_items(document, document.value, {});
        } else if (kind) {
            read_object(document, document.value, "", *kind, false);
            outline(kind_named(*kind));
        }
    }

    // Endpoints wait until all slices were seen.
    void finish() {
        for (const K8sObject& endpoints : endpoints_) {
            if (!sliced_.contains({endpoints.name_space(), endpoints.name()})) {
                read_k8s_endpoints(endpoints, out_);
            }
        }
    }

  private:
    void read_items(const DocumentValue& document, const json& items, const std::string& of) {
        const std::string list = document.value.is_array() ? std::string() : std::string("/items");
        cover(kind_named(of), document.whole);
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string kind = text_of(member(items[i], "kind")).value_or(of);
            read_object(document, items[i], pointer_to(list, i), kind, true);
            cover(kind_named(kind), document.whole);
        }
    }

    void read_object(const DocumentValue& document, const json& value, std::string pointer, std::string_view kind,
                     bool listed) {
        const Kind* known = kind_named(kind);
        K8sObject object{value, document, std::move(pointer), listed, {}};
        if (known == nullptr) {
            return;
        }
        if (object.name().empty()) {
            out_.note(object.place(), "malformed", "an object without a name");
            return;
        }
        if (known->read == &read_k8s_endpoints) {
            endpoints_.push_back(std::move(object));
            return;
        }
        if (known->read == &read_k8s_endpoint_slice) {
            sliced_.emplace(object.name_space(), service_of_slice(object));
        }
        known->read(object, out_);
    }

    void cover(const Kind* kind, bool whole) {
        if (kind == nullptr) {
            return;
        }
        for (const std::string_view table : {kind->table, kind->second_table}) {
            if (table.empty()) {
                continue;
            }
            out_.covers(table);
            if (!whole) {
                out_.covers_partly(table, "the document breaks off");
            }
        }
    }

    void outline(const Kind* kind) {
        if (kind == nullptr) {
            return;
        }
        for (const std::string_view table : {kind->table, kind->second_table}) {
            if (!table.empty()) {
                out_.covers_in_outline(table, "single objects, no list of them");
            }
        }
    }

    Analysis& out_;
    std::vector<K8sObject> endpoints_;
    std::set<std::pair<std::string, std::string>> sliced_;
};

}  // namespace

std::string K8sObject::name() const {
    return nonempty_text_of(member_at(value, {"metadata", "name"})).value_or("");
}
std::string K8sObject::name_space() const {
    return nonempty_text_of(member_at(value, {"metadata", "namespace"})).value_or(is_printed() ? "" : "default");
}

void analyze_k8s_objects(const snapshot::Document& document, Analysis& out) {
    const auto values = read_values(text_of_document(document, out), out);
    Objects objects(out);
    for (const DocumentValue& each : values) {
        objects.read(each);
    }
    objects.finish();
}

}  // namespace kwd::analyzers
