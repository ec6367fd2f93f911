// SPDX-License-Identifier: Apache-2.0
#include "analyzers/kubectl_text.h"

#include "analyzers/k8s_objects.h"
#include "snapshot/tables/kubernetes.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

struct Kind {
    std::string_view name;
    void (*read)(const K8sObject&, Analysis&);
    std::string_view table;
};
constexpr auto kKinds = std::to_array<Kind>({
    {"Node", &read_k8s_node, snapshot::kK8sNodes.name},
    {"Pod", &read_k8s_pod, snapshot::kK8sPods.name},
    {"Service", &read_k8s_service, snapshot::kK8sServices.name},
    {"Endpoints", &read_k8s_endpoints, snapshot::kK8sEndpoints.name},
    {"Event", &read_k8s_event, snapshot::kK8sEvents.name},
});

constexpr std::string_view kOutline = "kubectl printed it for people: what was listed and what of it is a choice";

// `-n kube-system`, `--namespace=kube-system`. Of all namespaces, or of the one that the context names: not known.
std::string name_space_in(std::string_view command) {
    const auto words = split_words(command);
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const std::string_view flag : {"-n", "--namespace"}) {
            if (words[i] == flag && i + 1 < words.size()) {
                return std::string(words[i + 1]);
            }
            if (words[i].starts_with(flag) && words[i].substr(flag.size()).starts_with('=')) {
                return std::string(words[i].substr(flag.size() + 1));
            }
        }
    }
    return {};
}

}  // namespace

void analyze_kubectl_text(const snapshot::Document& document, Analysis& out) {
    const TextLines lines(document, out);
    KubectlText text{lines, out};
    for (std::size_t at = 0; at < lines.size();) {
        if (const std::string_view command = kubectl_command(lines[at]); !command.empty()) {
            text.name_space = name_space_in(command);
            ++at;
            continue;
        }
        std::size_t next = read_kubectl_table(text, at);
        if (next == at) {
            next = read_kubectl_description(text, at);
        }
        at = std::max(next, at + 1);
    }
    if (out.coverage().empty() && out.outlines().empty()) {
        out.note("", "unrecognised", "nothing in this text is output of kubectl that is known");
    }
}

void add_printed_object(std::string_view kind, const json& object, const std::string& place, Analysis& out) {
    const auto known = std::ranges::find(kKinds, kind, &Kind::name);
    if (known == kKinds.end()) {
        return;
    }
    const DocumentValue document{.value = object};
    known->read({document.value, document, {}, false, place}, out);
    out.covers_in_outline(known->table, std::string(kOutline));
    if (known->read == &read_k8s_service) {
        out.covers_in_outline(snapshot::kK8sServicePorts.name, std::string(kOutline));
    }
}

std::string_view kubectl_command(std::string_view line) noexcept {
    constexpr std::string_view kProgram = "kubectl";
    const std::size_t program = line.find(kProgram);
    if (program == std::string_view::npos) {
        return {};
    }
    const std::string_view prompt = trim(line.substr(0, program));
    std::string_view command = line.substr(program + kProgram.size());
    if (command.starts_with(".exe")) {
        command.remove_prefix(4);
    }
    const bool is_prompt = prompt.empty() || std::string_view("$#>%").find(prompt.back()) != std::string_view::npos;
    return is_prompt && command.starts_with(' ') ? trim(command) : std::string_view{};
}

bool begins_kubectl_description(std::string_view line) noexcept {
    return line.starts_with("Name:") && line.size() > 5 && is_blank(line[5]) && !trim(line.substr(5)).empty();
}

bool ends_kubectl_output(std::string_view line) {
    return !kubectl_command(line).empty() || begins_kubectl_table(line) || trim(line).starts_with("```");
}

std::size_t indent_of(std::string_view line) noexcept {
    return std::min(line.find_first_not_of(' '), line.size());
}

std::vector<std::string_view> spaced_cells(std::string_view line) {
    std::vector<std::string_view> cells;
    for (line = trim(line); !line.empty();) {
        const std::size_t end = std::min(line.find("  "), line.size());
        cells.push_back(line.substr(0, end));
        line = trim(line.substr(end));
    }
    return cells;
}

std::string_view printed_value(std::string_view text) noexcept {
    text = trim(text);
    const bool is_nothing =
        text == "<none>" || text == "<unset>" || text == "<unknown>" || text == "<nil>" || text == "<pending>";
    return is_nothing ? std::string_view{} : text;
}

json printed_subsets(std::string_view addresses, std::string_view protocol, const std::string& place, Analysis& out) {
    json subsets = json::array();
    if (const std::size_t more = addresses.find(" + "); more != std::string_view::npos) {
        out.note(place, "truncated", "kubectl left out addresses: " + std::string(addresses.substr(more + 3)));
        out.covers_partly(snapshot::kK8sEndpoints.name, "kubectl left out addresses of endpoints");
        addresses = addresses.substr(0, more);
    }
    for (std::string_view each : split_words(printed_value(addresses), ", ")) {
        const std::size_t colon = each.rfind(':');
        const auto port = colon == std::string_view::npos ? std::nullopt : parse_integer(each.substr(colon + 1));
        if (!port) {
            continue;
        }
        each = each.substr(0, colon);
        if (each.starts_with('[') && each.ends_with(']')) {
            each = each.substr(1, each.size() - 2);
        }
        json ports = {{"port", *port}};
        if (!protocol.empty()) {
            ports["protocol"] = std::string(protocol);
        }
        json subset;
        subset["addresses"] = json::array({{{"ip", std::string(each)}}});
        subset["ports"] = json::array({std::move(ports)});
        subsets.push_back(std::move(subset));
    }
    return subsets;
}

}  // namespace kwd::analyzers
