// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log_facts.h"

#include "analyzers/words.h"
#include "snapshot/tables/system.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

constexpr std::size_t kMostFacts = 5000;
constexpr std::size_t kLongestValue = 4096;

// The version that stands behind `name`: digits with dots and what belongs to them, after `=`, `:`, quotes or blanks.
std::string_view version_behind(std::string_view message, std::string_view name) {
    for (std::size_t at = message.find(name); at != std::string_view::npos; at = message.find(name, at + 1)) {
        std::string_view rest = message.substr(at + name.size());
        rest.remove_prefix(std::min(rest.find_first_not_of(" =:\"'-"), rest.size()));
        const std::size_t digits = rest.starts_with('v') ? 1 : 0;
        const auto end = static_cast<std::size_t>(
            std::find_if_not(
                rest.begin() + static_cast<std::ptrdiff_t>(digits), rest.end(),
                [](char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '+' || c == '-' || c == '~'; }) -
            rest.begin());
        std::string_view version = rest.substr(0, end);
        while (version.ends_with('.')) {
            version.remove_suffix(1);
        }
        if (version.size() > digits && is_digit(version[digits]) && version.find('.') != std::string_view::npos) {
            return version;
        }
    }
    return {};
}

}  // namespace

void LogFacts::add_version(std::string_view component, std::string_view version, const std::string& place) {
    if (!version.empty() && versions_.size() < kMostFacts) {
        versions_.try_emplace({std::string(component), std::string(version)}, place);
    }
}

void LogFacts::read_version(std::string_view component, std::string_view message, const std::string& place) {
    if (message.starts_with("\"Kubelet version\"") || message.starts_with("Kubelet version:")) {
        add_version("kubelet", version_behind(message, "ersion"), place);
    } else if (message.starts_with("\"Version info\"")) {
        add_version(component, version_behind(message, "version="), place);
    } else if (message.starts_with("Version:") && (component == "kubelet" || component == "kube-proxy")) {
        add_version(component, version_behind(message, "Version"), place);
    } else if (message.starts_with("starting containerd")) {
        add_version("containerd", version_behind(message, " version="), place);
    } else if (component == "flanneld" && contains_ignoring_case(message, "flannel")) {
        add_version(component, version_behind(message, "ersion"), place);
    } else if (const std::size_t plugin = message.find("Plugin azure-vnet"); plugin != std::string_view::npos) {
        const bool ipam = message.substr(plugin).starts_with("Plugin azure-vnet-ipam");
        add_version(ipam ? "azure-vnet-ipam" : "azure-vnet", version_behind(message.substr(plugin), "version"), place);
    } else if (component == "calico" && contains_ignoring_case(message, "starting")) {
        add_version(component, version_behind(message, "version="), place);
    } else if (message.starts_with("Starting rke2 agent") || message.starts_with("Starting rke2 server")) {
        add_version("rke2", version_behind(message, "agent"), place);
        add_version("rke2", version_behind(message, "server"), place);
    } else if (message.starts_with("CoreDNS-")) {
        add_version("coredns", version_behind(message, "CoreDNS"), place);
    }
}

// feature gates: {map[WinDSR:true WinOverlay:true]}
void LogFacts::read_gates(std::string_view component, std::string_view message, const std::string& place) {
    const std::size_t map = message.find("map[");
    const std::size_t end = map == std::string_view::npos ? map : message.find(']', map);
    if (end == std::string_view::npos) {
        return;
    }
    std::string_view rest = message.substr(map + 4, end - map - 4);
    while (!rest.empty() && gates_.size() < kMostFacts) {
        const std::string_view gate = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(gate.size() + 1, rest.size()));
        if (const std::size_t colon = gate.find(':'); colon != std::string_view::npos && colon > 0) {
            gates_.insert_or_assign({std::string(component), std::string(gate.substr(0, colon))},
                                    Said{std::string(gate.substr(colon + 1)), place});
        }
    }
}

// CLI flags config: {… kubeSubnetMgr:true … iface:[10.0.0.4] … netConfPath:/etc/kube-flannel/net-conf.json}
void LogFacts::read_flannel_flags(std::string_view message, const std::string& place) {
    struct Field {
        std::string_view key;
        std::string_view flag;
    };
    static constexpr auto fields = std::to_array<Field>({
        {" kubeSubnetMgr:", "kube-subnet-mgr"},
        {" iface:", "iface"},
        {" ifaceRegex:", "iface-regex"},
        {" ipMasq:", "ip-masq"},
        {" publicIP:", "public-ip"},
        {" subnetFile:", "subnet-file"},
        {" netConfPath:", "net-config-path"},
    });
    for (const Field& each : fields) {
        const std::size_t at = message.find(each.key);
        if (at == std::string_view::npos) {
            continue;
        }
        std::string_view value = message.substr(at + each.key.size());
        value = value.starts_with('[') ? value.substr(1, std::max<std::size_t>(value.find(']'), 1) - 1)
                                       : value.substr(0, value.find_first_of(" }"));
        flags_.insert_or_assign({"flanneld", std::string(each.flag)},
                                Said{std::string(value.substr(0, kLongestValue)), place});
    }
}

void LogFacts::read(std::string_view component, std::string_view message, const std::string& place) {
    if (message.starts_with("FLAG: --")) {
        const std::string_view flag = message.substr(8);
        const std::size_t equals = flag.find("=\"");
        if (equals != std::string_view::npos && flag.ends_with('"') && flag.size() > equals + 2 &&
            flags_.size() < kMostFacts) {
            flags_.insert_or_assign({std::string(component), std::string(flag.substr(0, equals))},
                                    Said{std::string(flag.substr(equals + 2, flag.size() - equals - 3)), place});
        }
        return;
    }
    if (message.starts_with("feature gates:") || message.starts_with("\"feature gates")) {
        read_gates(component, message, place);
    } else if (message.starts_with("CLI flags config:")) {
        read_flannel_flags(message, place);
    } else {
        read_version(component, message, place);
    }
}

void LogFacts::write(Analysis& out) const {
    if (!flags_.empty()) {
        out.covers_in_outline(snapshot::kComponentFlags.name, "only what logs tell of flags");
    }
    for (const auto& [named, said] : flags_) {
        out.add_in_outline(snapshot::kComponentFlags,
                           {.component = named.first, .name = named.second, .value = said.text, .origin = "log"},
                           said.place);
        if (named.second != "feature-gates") {
            continue;
        }
        std::string_view gates = said.text;
        while (!gates.empty()) {
            const std::string_view gate = gates.substr(0, gates.find(','));
            gates.remove_prefix(std::min(gate.size() + 1, gates.size()));
            const std::size_t equals = gate.find('=');
            if (equals != std::string_view::npos && equals > 0 &&
                !gates_.contains({named.first, std::string(gate.substr(0, equals))})) {
                out.add_in_outline(snapshot::kFeatureGates,
                                   {.component = named.first,
                                    .gate = std::string(gate.substr(0, equals)),
                                    .enabled = parse_flag(gate.substr(equals + 1)),
                                    .origin = "log"},
                                   said.place);
            }
        }
        out.covers_in_outline(snapshot::kFeatureGates.name, "only what logs tell of feature gates");
    }
    for (const auto& [named, said] : gates_) {
        out.add_in_outline(
            snapshot::kFeatureGates,
            {.component = named.first, .gate = named.second, .enabled = parse_flag(said.text), .origin = "log"},
            said.place);
        out.covers_in_outline(snapshot::kFeatureGates.name, "only what logs tell of feature gates");
    }
    // A table of what is known of each component by its name: a log answers for those that speak in it.
    for (const auto& [named, place] : versions_) {
        out.add(snapshot::kComponentVersions, {.component = named.first, .version = named.second, .origin = "log"},
                place);
    }
}

}  // namespace kwd::analyzers
