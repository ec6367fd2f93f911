// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cluster_config.h"

#include "analyzers/command_files.h"
#include "analyzers/command_line.h"
#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/words.h"
#include "snapshot/place.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

struct Setting {
    std::array<std::string_view, 3> path;
    std::string_view name;
};

// Flags in a list of its own, each with or without its dashes.
void read_argument_list(const json* list, std::string_view component, const std::string& pointer, const PlaceOf& place,
                        Analysis& out) {
    if (list == nullptr || (!list->is_array() && !list->is_string())) {
        return;
    }
    out.covers(snapshot::kComponentFlags.name);
    const json as_array = list->is_array() ? *list : json::array({*list});
    for (std::size_t i = 0; i < as_array.size(); ++i) {
        if (auto flag = nonempty_text_of(&as_array[i])) {
            const std::array<std::string, 1> word = {flag->starts_with("--") ? *flag : "--" + *flag};
            read_flags(word, {component, "config-file"}, place(list->is_array() ? pointer_to(pointer, i) : pointer),
                       out);
        }
    }
}

void read_kubeclusterconfig(const json& config, const PlaceOf& place, Analysis& out) {
    constexpr std::string_view origin = "kubeclusterconfig.json";
    static constexpr auto settings = std::to_array<Setting>({
        {{"Kubernetes", "Network", "ClusterCidr"}, "cluster-cidr"},
        {{"Kubernetes", "Network", "ServiceCidr"}, "service-cidr"},
        {{"Kubernetes", "Network", "DnsIp"}, "dns-ip"},
        {{"Kubernetes", "Source", "Release"}, "kubernetes-version"},
        {{"Cni", "Name", ""}, "network-plugin"},
    });
    for (const Setting& each : settings) {
        std::string pointer;
        const json* value = &config;
        for (const std::string_view name : each.path) {
            if (name.empty()) {
                break;
            }
            const NamedMember found = value == nullptr ? NamedMember{} : named_member(*value, name);
            pointer = pointer_to(pointer, found.name);
            value = found.value;
        }
        add_cluster_setting(each.name, nonempty_text_of(value), origin, value == nullptr ? "" : place(pointer), out);
    }
    read_argument_list(member_at(config, {"Kubernetes", "Kubelet", "ConfigArgs"}), "kubelet",
                       "/Kubernetes/Kubelet/ConfigArgs", place, out);
    read_argument_list(member_at(config, {"Kubernetes", "Kubeproxy", "ConfigArgs"}), "kube-proxy",
                       "/Kubernetes/Kubeproxy/ConfigArgs", place, out);
    if (const auto gates = nonempty_list_of(member_at(config, {"Kubernetes", "Kubeproxy", "FeatureGates"}))) {
        read_gate_list(*gates, {"kube-proxy", "config-file"}, place("/Kubernetes/Kubeproxy/FeatureGates"), out);
    }
}

// extraArgs is a map, and since v1beta4 a list of {name, value}.
snapshot::Text extra_argument(const json& config, std::string_view component, std::string_view name) {
    const json* arguments = member_at(config, {component, "extraArgs"});
    if (arguments == nullptr) {
        return std::nullopt;
    }
    if (arguments->is_array()) {
        for (const json& each : *arguments) {
            if (text_of(member(each, "name")) == name) {
                return nonempty_text_of(member(each, "value"));
            }
        }
        return std::nullopt;
    }
    return nonempty_text_of(member(*arguments, name));
}

void read_rke2_config(const json& config, const PlaceOf& place, Analysis& out) {
    static constexpr auto settings = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"cluster-cidr", "cluster-cidr"},
        {"service-cidr", "service-cidr"},
        {"cluster-dns", "dns-ip"},
        {"cluster-domain", "cluster-domain"},
        {"cni", "network-plugin"},
    });
    for (const auto& [key, name] : settings) {
        add_cluster_setting(name, nonempty_list_of(member(config, key)), "rke2 config", place(pointer_to("", key)),
                            out);
    }
    read_argument_list(member(config, "kubelet-arg"), "kubelet", "/kubelet-arg", place, out);
    read_argument_list(member(config, "kube-proxy-arg"), "kube-proxy", "/kube-proxy-arg", place, out);
    static constexpr auto flags = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"node-ip", "node-ip"},
        {"node-name", "hostname-override"},
    });
    for (const auto& [key, flag] : flags) {
        if (auto value = nonempty_list_of(member(config, key))) {
            out.add(
                snapshot::kComponentFlags,
                {.component = "kubelet", .name = std::string(flag), .value = std::move(value), .origin = "config-file"},
                place(pointer_to("", key)));
        }
    }
}

// The quoted value behind `-name` in a line of PowerShell.
snapshot::Text quoted_argument(std::string_view line, std::string_view name) {
    const std::size_t at = find_ignoring_case(line, name);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view rest = trim(line.substr(at + name.size()));
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) {
        return std::nullopt;
    }
    const std::size_t end = rest.find(rest.front(), 1);
    return end == std::string_view::npos ? std::nullopt : snapshot::Text(rest.substr(1, end - 1));
}

struct CalicoVariable {
    std::string name;
    std::string value;
};

// Set-EnvVarIfNotSet -var "NAME" -defaultValue "value", or $env:NAME = "value".
std::optional<CalicoVariable> calico_variable(std::string_view line) {
    if (line.starts_with('#')) {
        return std::nullopt;
    }
    if (contains_ignoring_case(line, "set-envvarifnotset")) {
        auto name = quoted_argument(line, "-var ");
        auto value = quoted_argument(line, "-defaultvalue ");
        return name && value ? std::optional(CalicoVariable{std::move(*name), std::move(*value)}) : std::nullopt;
    }
    const std::size_t equals = line.find('=');
    if (line.size() < 5 || !equal_ignoring_case(line.substr(0, 5), "$env:") || equals == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view value = trim(line.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
        value = value.substr(1, value.size() - 2);
    }
    return CalicoVariable{std::string(trim(line.substr(5, equals - 5))), std::string(value)};
}

void read_calico_script(std::string_view text, Analysis& out) {
    out.covers(snapshot::kEnvironment.name);
    Lines lines(text);
    while (const auto line = lines.next()) {
        const auto variable = calico_variable(trim(line->text));
        if (!variable || !is_kept_variable(variable->name)) {
            continue;
        }
        const std::string place = snapshot::line_place(line->number);
        out.add(snapshot::kEnvironment,
                {.scope = "calico", .name = variable->name, .value = without_credentials(variable->value)}, place);
        const auto value = variable->value.empty() ? std::nullopt : snapshot::Text(variable->value);
        if (variable->name == "K8S_SERVICE_CIDR") {
            add_cluster_setting("service-cidr", value, "config.ps1", place, out);
        } else if (variable->name == "DNS_NAME_SERVERS") {
            add_cluster_setting("dns-ip", value, "config.ps1", place, out);
        } else if (variable->name == "CALICO_NETWORKING_BACKEND") {
            add_cluster_setting("network-plugin", "calico", "config.ps1", place, out);
        }
    }
}

}  // namespace

void add_cluster_setting(std::string_view name, snapshot::Text value, std::string_view origin, std::string place,
                         Analysis& out) {
    if (value) {
        out.add(snapshot::kClusterSettings,
                {.name = std::string(name), .value = std::move(value), .origin = std::string(origin)},
                std::move(place));
    }
}

void read_cluster_configuration(const json& config, const PlaceOf& place, std::string_view origin, Analysis& out) {
    add_cluster_setting("cluster-cidr", nonempty_text_of(member_at(config, {"networking", "podSubnet"})), origin,
                        place("/networking/podSubnet"), out);
    add_cluster_setting("service-cidr", nonempty_text_of(member_at(config, {"networking", "serviceSubnet"})), origin,
                        place("/networking/serviceSubnet"), out);
    add_cluster_setting("cluster-domain", nonempty_text_of(member_at(config, {"networking", "dnsDomain"})), origin,
                        place("/networking/dnsDomain"), out);
    add_cluster_setting("kubernetes-version", nonempty_text_of(member(config, "kubernetesVersion")), origin,
                        place("/kubernetesVersion"), out);
    add_cluster_setting("node-cidr-mask", extra_argument(config, "controllerManager", "node-cidr-mask-size"), origin,
                        place("/controllerManager/extraArgs"), out);
}

void analyze_cluster_config(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kClusterSettings.name);
    const std::string text = text_of_document(document, out);
    const std::string_view name = file_name_of(path_of(document.info));
    if (name.size() > 4 && equal_ignoring_case(name.substr(name.size() - 4), ".ps1")) {
        read_calico_script(text, out);
        return;
    }
    for (const DocumentValue& each : read_values(text, out)) {
        const auto kind = text_of(member(each.value, "kind"));
        const PlaceOf place = [&](std::string_view pointer) { return each.place(pointer); };
        if (!each.value.is_object()) {
            continue;
        }
        if (member(each.value, "Kubernetes") != nullptr) {
            read_kubeclusterconfig(each.value, place, out);
        } else if (kind == "ClusterConfiguration") {
            read_cluster_configuration(each.value, place, kind.value(), out);
        } else if (!kind) {
            read_rke2_config(each.value, place, out);
        }
    }
}

}  // namespace kwd::analyzers
