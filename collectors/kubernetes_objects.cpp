// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes_objects.h"

#include "base/json.h"
#include "base/secrets.h"
#include "collectors/clean.h"

#include <algorithm>
#include <array>
#include <vector>

namespace kwd::collectors {
namespace {

using nlohmann::json;

// Where the pods run that make the network of a cluster.
constexpr auto kNetworkNamespaces = std::to_array<std::string_view>(
    {"calico-apiserver", "calico-system", "cattle-system", "kube-flannel", "kube-system", "openshift-multus",
     "openshift-ovn-kubernetes", "openshift-sdn", "tigera-operator"});

json* member(json& object, const char* name) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text_of(json& object, const char* name) {
    const json* found = member(object, name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

class Cleaner {
  public:
    void clean(json& object, const std::string& kind_of_list) {
        std::string kind = text_of(object, "kind");
        if (kind.empty() && kind_of_list.ends_with("List")) {
            kind = kind_of_list.substr(0, kind_of_list.size() - 4);  // items of a list do not repeat it
        }
        json* metadata = member(object, "metadata");
        if (metadata != nullptr) {
            clean_metadata(*metadata);
        }
        if (kind == "Secret") {
            bulk_ = object.erase("data") + object.erase("stringData") > 0 || bulk_;
        }
        const std::string name_space = metadata != nullptr ? text_of(*metadata, "namespace") : "";
        const bool tells =
            std::find(kNetworkNamespaces.begin(), kNetworkNamespaces.end(), name_space) != kNetworkNamespaces.end();
        json* spec = member(object, "spec");
        // A DaemonSet and its like have their pods' spec below template.
        json* pod_template = spec != nullptr ? member(*spec, "template") : nullptr;
        if (pod_template != nullptr) {
            if (json* template_metadata = member(*pod_template, "metadata")) {
                clean_metadata(*template_metadata);
            }
            spec = member(*pod_template, "spec");
        }
        if (spec != nullptr) {
            for (const char* list : {"containers", "initContainers", "ephemeralContainers"}) {
                if (json* containers = member(*spec, list); containers != nullptr && containers->is_array()) {
                    for (json& container : *containers) {
                        clean_container(container, tells);
                    }
                }
            }
        }
    }

    [[nodiscard]] std::string note() const {
        std::string text;
        text += bulk_ ? "managedFields, last applied configuration and data of Secrets removed" : "";
        text += environment_ ? (text.empty() ? "" : "; ") + std::string("values of environment variables removed") : "";
        const std::string secrets = note_of(removed_);
        text += secrets.empty() ? "" : (text.empty() ? "" : "; ") + secrets;
        return text;
    }

  private:
    void clean_metadata(json& metadata) {
        bulk_ = (metadata.is_object() && metadata.erase("managedFields") > 0) || bulk_;
        if (json* annotations = member(metadata, "annotations"); annotations != nullptr && annotations->is_object()) {
            bulk_ = annotations->erase("kubectl.kubernetes.io/last-applied-configuration") > 0 || bulk_;
        }
    }

    void clean_container(json& container, bool tells) {
        if (json* environment = member(container, "env"); environment != nullptr && environment->is_array()) {
            for (json& variable : *environment) {
                json* value = member(variable, "value");
                if (value != nullptr && (!tells || names_a_secret(text_of(variable, "name")))) {
                    *value = "[removed: environment]";
                    environment_ = true;
                }
            }
        }
        clean_command(container);
    }

    // Command and arguments are one command line.
    void clean_command(json& container) {
        std::vector<std::string> line;
        std::vector<json*> places;
        for (const char* list : {"command", "args"}) {
            if (json* words = member(container, list); words != nullptr && words->is_array()) {
                for (json& word : *words) {
                    if (word.is_string()) {
                        line.push_back(word.get<std::string>());
                        places.push_back(&word);
                    }
                }
            }
        }
        const auto clean = remove_secrets_from_arguments(line);
        for (std::size_t i = 0; i < places.size(); ++i) {
            *places[i] = clean.arguments[i];
        }
        for (const auto& [kind, count] : clean.removed) {
            removed_[kind] += count;
        }
    }

    bool bulk_ = false;
    bool environment_ = false;
    RemovedSecrets removed_;
};

}  // namespace

Result<KubernetesPage> clean_kubernetes_page(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed) {
        return std::move(parsed).error();
    }
    json& page = *parsed;
    if (!page.is_object()) {
        return Error{Errc::malformed, "read Kubernetes objects: it is no JSON object"};
    }
    Cleaner cleaner;
    KubernetesPage result;
    json* items = member(page, "items");
    if (items != nullptr && items->is_array()) {
        const std::string kind = text_of(page, "kind");
        for (json& item : *items) {
            cleaner.clean(item, kind);
        }
        if (json* metadata = member(page, "metadata")) {
            const std::string token = text_of(*metadata, "continue");
            result.next_page = token.empty() ? std::nullopt : std::optional(token);
            metadata->erase("continue");
        }
    } else {
        cleaner.clean(page, "");
    }
    auto document = without_secrets({.kind = {},
                                     .name = {},
                                     .content = page.dump(-1, ' ', false, json::error_handler_t::replace) + "\n",
                                     .note = cleaner.note()});
    result.json = std::move(document.content);
    result.note = std::move(document.note);
    return result;
}

}  // namespace kwd::collectors
