// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cni_conf.h"

#include "analyzers/document_text.h"
#include "analyzers/values.h"
#include "analyzers/words.h"
#include "snapshot/tables/config.h"

#include <array>
#include <utility>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::CniNetworksRow;

struct File {
    std::string name;
    snapshot::Text folder;
    const DocumentValue& document;
};

// A member of the delegate where there is one, else of the plugin itself.
const json* plugin_member(const json& plugin, std::string_view name) {
    if (const json* delegate = member(plugin, "delegate")) {
        if (const json* value = member(*delegate, name)) {
            return value;
        }
    }
    return member(plugin, name);
}

snapshot::Text enabled_capabilities(const json* capabilities) {
    if (capabilities == nullptr || !capabilities->is_object()) {
        return std::nullopt;
    }
    std::string list;
    for (auto each = capabilities->begin(); each != capabilities->end(); ++each) {
        if (flag_of(&each.value()).value_or(false)) {
            append_item(list, each.key());
        }
    }
    return list.empty() ? std::nullopt : snapshot::Text(list);
}

// ranges is a list of range sets, each a list of ranges.
snapshot::Text ipam_subnet(const json& ipam) {
    if (auto subnet = nonempty_text_of(member(ipam, "subnet"))) {
        return subnet;
    }
    const json* range = member(ipam, "ranges");
    while (range != nullptr && range->is_array() && !range->empty()) {
        range = &range->front();
    }
    return range == nullptr ? std::nullopt : nonempty_text_of(member(*range, "subnet"));
}

snapshot::Flag loopback_dsr(const json& plugin) {
    for (const std::string_view name : {"loopbackDSR", "windows_loopback_DSR"}) {
        if (const auto flag = flag_of(plugin_member(plugin, name))) {
            return flag;
        }
    }
    const json* settings = plugin_member(plugin, "windowsSettings");
    return settings == nullptr ? std::nullopt : flag_of(member(*settings, "enableLoopbackDSR"));
}

class Plugin {
  public:
    Plugin(const File& file, const json& plugin, std::string pointer, Analysis& out)
        : file_(file), plugin_(plugin), pointer_(std::move(pointer)), out_(out) {}

    void read(std::size_t position, const snapshot::Text& list_name, const snapshot::Text& list_version) {
        CniNetworksRow row{.file_name = file_.name, .folder = file_.folder};
        row.position = static_cast<std::int64_t>(position);
        row.name = list_name ? list_name : nonempty_text_of(member(plugin_, "name"));
        row.cni_version = list_version ? list_version : nonempty_text_of(member(plugin_, "cniVersion"));
        row.plugin_type = nonempty_text_of(member(plugin_, "type"));
        row.delegate_type = nonempty_text_of(member_at(plugin_, {"delegate", "type"}));
        row.api_version = integer_of(plugin_member(plugin_, "apiVersion"));
        row.capabilities = enabled_capabilities(member(plugin_, "capabilities"));
        if (!row.capabilities) {
            row.capabilities = enabled_capabilities(plugin_member(plugin_, "capabilities"));
        }
        if (const json* ipam = plugin_member(plugin_, "ipam")) {
            row.ipam_type = nonempty_text_of(member(*ipam, "type"));
            row.ipam_subnet = ipam_subnet(*ipam);
        }
        if (const json* dns = plugin_member(plugin_, "dns")) {
            row.dns_servers = nonempty_list_of(member(*dns, "nameservers"));
            row.dns_search = nonempty_list_of(member(*dns, "search"));
        }
        row.mode = nonempty_text_of(plugin_member(plugin_, "mode"));
        row.vni = integer_of(plugin_member(plugin_, "vxlan_vni"));
        row.mac_prefix = nonempty_text_of(plugin_member(plugin_, "endpointMacPrefix"));
        if (!row.mac_prefix) {
            row.mac_prefix = nonempty_text_of(plugin_member(plugin_, "vxlan_mac_prefix"));
        }
        row.loopback_dsr = loopback_dsr(plugin_);
        network_name_ = row.name;
        row.policy_key = read_all_policies();
        out_.add(snapshot::kCniNetworks, std::move(row), file_.document.place(pointer_));
    }

  private:
    // The names of the members that hold policies.
    snapshot::Text read_all_policies() {
        std::string keys;
        const NamedMember delegate = named_member(plugin_, "delegate");
        if (delegate.value != nullptr) {
            read_policies(*delegate.value, pointer_to(pointer_, delegate.name), keys);
        }
        read_policies(plugin_, pointer_, keys);
        return keys.empty() ? std::nullopt : snapshot::Text(keys);
    }

    void read_policies(const json& holder, const std::string& pointer, std::string& keys) {
        for (const std::string_view name : {"policies", "AdditionalArgs"}) {
            const NamedMember found = named_member(holder, name);
            if (found.value == nullptr || !found.value->is_array()) {
                continue;
            }
            append_item(keys, found.name);
            const std::string at = pointer_to(pointer, found.name);
            for (std::size_t i = 0; i < found.value->size(); ++i) {
                read_policy((*found.value)[i], pointer_to(at, i));
            }
        }
        // What the plugins themselves turn into an OutBoundNAT policy.
        if (const auto masquerade = nonempty_text_of(member(holder, "ipMasqNetwork"))) {
            const std::string at = pointer_to(pointer, "ipMasqNetwork");
            add_policy({.type = "OutBoundNAT"}, {{"ipMasqNetwork", *masquerade}}, at);
            add_exception(*masquerade, at);
        }
        if (flag_of(member(holder, "ipMasq")).value_or(false)) {
            add_policy({.type = "OutBoundNAT"}, {{"ipMasq", true}}, pointer_to(pointer, "ipMasq"));
        }
    }

    // {"Name": "EndpointPolicy", "Value": {…}}, or the value alone.
    void read_policy(const json& policy, const std::string& pointer) {
        const json* value = member(policy, "value");
        if (value == nullptr) {
            value = &policy;
        }
        const auto type = nonempty_text_of(member(*value, "type"));
        if (!type) {
            out_.note(file_.document.place(pointer), "bad_value", "a policy without a type");
            return;
        }
        const json* nested = member(*value, "settings");
        const json& settings = nested != nullptr && nested->is_object() ? *nested : *value;
        snapshot::CniPoliciesRow row{.type = policy_type_name(*type)};
        row.form = nested != nullptr ? "settings" : "flat";
        row.destination_prefix = nonempty_text_of(member(settings, "DestinationPrefix"));
        row.need_encap = flag_of(member(settings, "NeedEncap"));
        row.provider_address = nonempty_text_of(member(settings, "ProviderAddress"));
        if (!row.provider_address && row.type == "ProviderAddress") {
            row.provider_address = nonempty_text_of(member(settings, "PA"));
        }
        const bool masquerades = row.type == "OutBoundNAT";
        add_policy(std::move(row), settings, pointer);
        if (masquerades) {
            read_exceptions(settings, pointer);
        }
    }

    void read_exceptions(const json& settings, const std::string& pointer) {
        for (const std::string_view name : {"Exceptions", "ExceptionList"}) {
            const json* list = member(settings, name);
            if (list == nullptr) {
                continue;
            }
            const json as_array = list->is_array() ? *list : json::array({*list});
            for (const json& each : as_array) {
                if (const auto prefix = nonempty_text_of(&each)) {
                    add_exception(*prefix, pointer);
                }
            }
        }
    }

    void add_policy(snapshot::CniPoliciesRow row, const json& settings, const std::string& pointer) {
        row.file_name = file_.name;
        row.network_name = network_name_;
        if (!row.form) {
            row.form = "flat";
        }
        row.settings = json_text(settings);
        out_.add(snapshot::kCniPolicies, std::move(row), file_.document.place(pointer));
    }

    void add_exception(const std::string& prefix, const std::string& pointer) {
        out_.add(snapshot::kCniNatExceptions,
                 {.file_name = file_.name, .network_name = network_name_, .prefix = std::string(trim(prefix))},
                 file_.document.place(pointer));
    }

    const File& file_;
    const json& plugin_;
    std::string pointer_;
    Analysis& out_;
    snapshot::Text network_name_;
};

void read_configuration(const File& file, Analysis& out) {
    const json& root = file.document.value;
    const NamedMember plugins = named_member(root, "plugins");
    if (plugins.value == nullptr || !plugins.value->is_array()) {
        Plugin(file, root, "", out).read(0, std::nullopt, std::nullopt);
        return;
    }
    const auto name = nonempty_text_of(member(root, "name"));
    const auto version = nonempty_text_of(member(root, "cniVersion"));
    const std::string at = pointer_to("", plugins.name);
    for (std::size_t i = 0; i < plugins.value->size(); ++i) {
        Plugin(file, (*plugins.value)[i], pointer_to(at, i), out).read(i, name, version);
    }
}

}  // namespace

std::string policy_type_name(std::string_view type) {
    static constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"outboundnat", "OutBoundNAT"},
        {"route", "SDNRoute"},
        {"sdnroute", "SDNRoute"},
        {"pa", "ProviderAddress"},
        {"provideraddress", "ProviderAddress"},
        {"acl", "ACL"},
        {"nat", "PortMapping"},
        {"portmapping", "PortMapping"},
        {"proxy", "L4Proxy"},
        {"l4proxy", "L4Proxy"},
        {"l4wfpproxy", "L4WFPPROXY"},
        {"l2driver", "L2Driver"},
        {"encapoverhead", "EncapOverhead"},
        {"qos", "QOS"},
        {"vlan", "VLAN"},
        {"vsid", "VSID"},
    });
    for (const auto& [any_case, name] : names) {
        if (equal_ignoring_case(type, any_case)) {
            return std::string(name);
        }
    }
    return std::string(type);
}

void analyze_cni_conf(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kCniNetworks.name);
    out.covers(snapshot::kCniPolicies.name);
    out.covers(snapshot::kCniNatExceptions.name);
    note_byte_order_mark(document, out);

    const std::string& path = path_of(document.info);
    const std::string_view folder = document.info.original_path ? folder_of(path) : std::string_view();
    const auto value = read_json_object(text_of_document(document, out), out);
    const std::string name(file_name_of(path));
    const auto in_folder = folder.empty() ? std::nullopt : snapshot::Text(folder);
    if (value) {
        read_configuration({name, in_folder, *value}, out);
    } else {
        out.add(snapshot::kCniNetworks, {.file_name = name, .folder = in_folder}, "");
    }
}

}  // namespace kwd::analyzers
