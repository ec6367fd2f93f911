// SPDX-License-Identifier: Apache-2.0
// kubectl describe: fields, each with what stands indented below it.
#include "analyzers/kubectl_text.h"
#include "base/ip.h"
#include "snapshot/place.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::line_place;

// No ticket indents what it quotes further. It bounds how often a line is read again where no kind is known.
constexpr std::size_t kDeepestMargin = 8;

/// One `Key:  value`, with the values on further lines below the first, and with what is indented below it.
struct Field {
    std::size_t indent = 0;
    std::string_view key;
    std::vector<std::string> values;
    std::size_t line = 0;

    [[nodiscard]] std::string_view value() const {
        return values.empty() ? std::string_view{} : printed_value(values.front());
    }
};

/// An object's description, from its name to its events.
class Description {
  public:
    Description(KubectlText& text, std::size_t at) : text_(text), begin_(at), at_(at) {
        const std::string_view first = text.lines[at];
        margin_ = indent_of(first);
    }

    std::size_t read() {
        read_fields();
        const DescribedObject about = add_object();
        // Other things begin with `Name:`, as what nslookup prints: what stands below may be kubectl's.
        if (about.kind.empty() && margin_ <= kDeepestMargin && !line(at_).starts_with("Events:")) {
            return begin_ + 1;
        }
        return read_kubectl_events(text_, at_, about);
    }

  private:
    [[nodiscard]] std::string_view line(std::size_t i) const {
        const std::string_view all = text_.lines[i];
        return all.substr(std::min(margin_, indent_of(all)));
    }

    // Up to its events, the next object or table, or another command.
    [[nodiscard]] bool ends_at(std::size_t i) const {
        const std::string_view here = line(i);
        return here.starts_with("Events:") || (i > begin_ && begins_kubectl_description(here)) ||
               ends_kubectl_output(text_.lines[i]);
    }

    void read_fields();
    DescribedObject add_object();
    void add_pod(json object, const std::string& place);
    void add_containers(std::string_view section, const char* statuses, json& pod) const;
    void add_node(json object, const std::string& place);
    void add_service(json object, const std::string& place);

    [[nodiscard]] const Field* field(std::string_view key) const {
        const auto found =
            std::ranges::find_if(fields_, [&](const Field& each) { return each.indent == 0 && each.key == key; });
        return found != fields_.end() ? &*found : nullptr;
    }
    [[nodiscard]] std::string_view value(std::string_view key) const {
        const Field* found = field(key);
        return found != nullptr ? found->value() : std::string_view{};
    }
    /// What is indented below a field at the margin.
    [[nodiscard]] std::vector<const Field*> below(std::string_view key) const;
    [[nodiscard]] std::string_view value_below(std::string_view section, std::string_view key) const;
    /// The lines of a table below a field, cell by cell, without its header and dashes.
    [[nodiscard]] std::vector<std::vector<std::string_view>> rows_below(std::string_view key) const;
    /// `a=b` or `a: b` on one line each; annotations had the former until kubectl 1.11.
    [[nodiscard]] json map_of(std::string_view key) const;

    KubectlText& text_;
    std::size_t begin_;
    std::size_t at_;
    std::size_t margin_ = 0;
    std::vector<Field> fields_;
};

void Description::read_fields() {
    std::size_t value_column = 0;
    for (; at_ < text_.lines.size() && !ends_at(at_); ++at_) {
        const std::string_view here = line(at_);
        const std::size_t indent = indent_of(here);
        if (indent == here.size()) {
            continue;
        }
        // Below the first value, or further in: the rest of a long one.
        if (!fields_.empty() && value_column > 0 && indent >= value_column) {
            if (indent > value_column && !fields_.back().values.empty()) {
                fields_.back().values.back() += std::string(here.substr(indent));
            } else {
                fields_.back().values.emplace_back(here.substr(indent));
            }
            continue;
        }
        const std::size_t colon = here.find(':', indent);
        const bool is_field = colon != std::string_view::npos && (colon + 1 == here.size() || here[colon + 1] == ' ');
        Field read{indent, is_field ? here.substr(indent, colon - indent) : std::string_view{}, {}, at_};
        value_column = 0;
        if (is_field) {
            if (const std::size_t begin = here.find_first_not_of(' ', colon + 1); begin != std::string_view::npos) {
                value_column = begin;
                read.values.emplace_back(here.substr(begin));
            }
        }
        fields_.push_back(std::move(read));
    }
}

std::vector<const Field*> Description::below(std::string_view key) const {
    std::vector<const Field*> fields;
    bool inside = false;
    for (const Field& each : fields_) {
        inside = each.indent == 0 ? each.key == key : inside;
        if (inside && each.indent > 0) {
            fields.push_back(&each);
        }
    }
    return fields;
}

std::string_view Description::value_below(std::string_view section, std::string_view key) const {
    for (const Field* each : below(section)) {
        if (each->key == key) {
            return each->value();
        }
    }
    return {};
}

std::vector<std::vector<std::string_view>> Description::rows_below(std::string_view key) const {
    std::vector<std::vector<std::string_view>> rows;
    const Field* section = field(key);
    for (std::size_t i = section == nullptr ? at_ : section->line + 1; i < at_; ++i) {
        if (!line(i).empty() && indent_of(line(i)) == 0) {
            break;
        }
        auto cells = spaced_cells(line(i));
        if (cells.size() > 1 && cells[0] != "Type" && !cells[0].starts_with("--")) {
            rows.push_back(std::move(cells));
        }
    }
    return rows;
}

json Description::map_of(std::string_view key) const {
    json map = json::object();
    if (const Field* found = field(key); found != nullptr && !found->value().empty()) {
        for (const std::string& each : found->values) {
            const std::size_t at = each.find_first_of(":=");
            if (at != std::string::npos && at > 0) {
                map[each.substr(0, at)] = std::string(trim(std::string_view(each).substr(at + 1)));
            }
        }
    }
    return map;
}

void set(json& object, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        object[std::string(name)] = std::string(value);
    }
}

// `8080/TCP, 53/UDP`; 0 stands for none.
json host_ports_in(std::string_view printed) {
    json ports = json::array();
    for (const std::string_view each : split_words(printed, ", ")) {
        const std::size_t slash = std::min(each.find('/'), each.size());
        if (const auto number = parse_integer(each.substr(0, slash))) {
            ports.push_back({{"hostPort", *number},
                             {"protocol", slash < each.size() ? std::string(each.substr(slash + 1)) : "TCP"}});
        }
    }
    return ports;
}

// Each container's name stands two blanks in, its settings four, what tells of its state six.
void Description::add_containers(std::string_view section, const char* statuses, json& pod) const {
    bool waits = false;
    json containers = json::array();
    json& list = pod["status"][statuses] = json::array();
    for (const Field* each : below(section)) {
        if (each->indent == 2) {
            containers.push_back(json::object());
            list.push_back(json::object());
            waits = false;
        } else if (list.empty()) {
            continue;
        } else if (each->indent == 4) {
            waits = each->key == "State" && each->value() == "Waiting";
            if (each->key == "Image") {
                set(containers.back(), "image", each->value());
            } else if (each->key == "Host Port" || each->key == "Host Ports") {
                containers.back()["ports"] = host_ports_in(each->value());
            } else if (const auto number = parse_integer(each->value()); number && each->key == "Restart Count") {
                list.back()["restartCount"] = *number;
            }
        } else if (waits && each->key == "Reason") {
            set(list.back()["state"]["waiting"], "reason", each->value());
        }
    }
    if (section == "Containers") {
        pod["spec"]["containers"] = std::move(containers);
    }
}

void Description::add_pod(json object, const std::string& place) {
    const std::string_view node = value("Node");
    const std::size_t slash = std::min(node.find('/'), node.size());
    json& spec = object["spec"] = json::object();
    json& status = object["status"] = json::object();
    set(spec, "nodeName", node.substr(0, slash));
    set(status, "hostIP", slash < node.size() ? node.substr(slash + 1) : std::string_view{});
    set(status, "podIP", value("IP"));
    set(spec, "runtimeClassName", value("Runtime Class Name"));
    // `Terminating (lasts 5m)` is no phase.
    if (const std::string_view phase = value("Status"); !phase.starts_with("Terminating")) {
        set(status, "phase", phase);
    }
    if (json selector = map_of("Node-Selectors"); !selector.empty()) {
        spec["nodeSelector"] = std::move(selector);
    }
    for (const auto& row : rows_below("Conditions")) {
        status["conditions"].push_back({{"type", std::string(row[0])}, {"status", std::string(row[1])}});
    }
    add_containers("Init Containers", "initContainerStatuses", object);
    add_containers("Containers", "containerStatuses", object);
    add_printed_object("Pod", object, place, text_.out);
}

// `os=windows:NoSchedule`, `node.kubernetes.io/not-ready:NoSchedule`
json taint_of(std::string_view printed) {
    json taint = json::object();
    const std::size_t colon = std::min(printed.rfind(':'), printed.size());
    const std::size_t equals = std::min(printed.find('='), colon);
    set(taint, "key", printed.substr(0, equals));
    set(taint, "value", equals < colon ? printed.substr(equals + 1, colon - equals - 1) : std::string_view{});
    set(taint, "effect", colon < printed.size() ? printed.substr(colon + 1) : std::string_view{});
    return taint;
}

void Description::add_node(json object, const std::string& place) {
    json& spec = object["spec"] = json::object();
    json& status = object["status"] = json::object();
    for (const auto& [printed, name] :
         {std::pair("Kernel Version", "kernelVersion"), std::pair("OS Image", "osImage"),
          std::pair("Operating System", "operatingSystem"), std::pair("Kubelet Version", "kubeletVersion"),
          std::pair("Kube-Proxy Version", "kubeProxyVersion"),
          std::pair("Container Runtime Version", "containerRuntimeVersion")}) {
        set(status["nodeInfo"], name, value_below("System Info", printed));
    }
    for (const Field* each : below("Addresses")) {
        status["addresses"].push_back({{"type", std::string(each->key)}, {"address", std::string(each->value())}});
    }
    if (const auto pods = parse_integer(value_below("Capacity", "pods"))) {
        status["capacity"]["pods"] = *pods;
    }
    // Type, status, two times, reason, message.
    for (const auto& row : rows_below("Conditions")) {
        json condition = {{"type", std::string(row[0])}, {"status", std::string(row[1])}};
        if (row.size() >= 6) {
            set(condition, "reason", row[4]);
            const char* end = row.back().data() + row.back().size();
            set(condition, "message", {row[5].data(), static_cast<std::size_t>(end - row[5].data())});
        }
        status["conditions"].push_back(std::move(condition));
    }
    set(spec, "podCIDR", value("PodCIDR"));
    for (const std::string_view each : split_words(value("PodCIDRs"), ", ")) {
        spec["podCIDRs"].push_back(std::string(each));
    }
    if (const Field* taints = field("Taints"); taints != nullptr && !taints->value().empty()) {
        for (const std::string& each : taints->values) {
            spec["taints"].push_back(taint_of(each));
        }
    }
    add_printed_object("Node", object, place, text_.out);
}

// `http  80/TCP`, `<unset>  80/TCP`, `80/TCP`: the number, and the protocol behind it.
std::pair<std::string_view, std::string_view> printed_port(std::string_view text) {
    const auto cells = spaced_cells(text);
    const std::string_view last = cells.empty() ? std::string_view{} : cells.back();
    const std::size_t slash = std::min(last.find('/'), last.size());
    return {last.substr(0, slash), slash < last.size() ? last.substr(slash + 1) : std::string_view{}};
}

void Description::add_service(json object, const std::string& place) {
    json& spec = object["spec"] = json::object();
    set(spec, "type", value("Type"));
    set(spec, "clusterIP", value("IP"));
    for (const auto& [key, name] : {std::pair("IPs", "clusterIPs"), std::pair("External IPs", "externalIPs")}) {
        for (const std::string_view each : split_words(value(key), ", ")) {
            spec[name].push_back(std::string(each));
        }
    }
    for (const std::string_view each : split_words(value("LoadBalancer Ingress"), ",")) {
        // `192.168.10.200 (VIP)`, or a name
        if (const std::string_view address = each.substr(0, each.find(' ')); IpAddress::parse(address)) {
            object["status"]["loadBalancer"]["ingress"].push_back({{"ip", std::string(address)}});
        }
    }
    set(spec, "sessionAffinity", value("Session Affinity"));
    set(spec, "externalTrafficPolicy", value("External Traffic Policy"));
    set(spec, "internalTrafficPolicy", value("Internal Traffic Policy"));
    for (const std::string_view each : split_words(value("Selector"), ", ")) {
        if (const std::size_t equals = each.find('='); equals != std::string_view::npos) {
            spec["selector"][std::string(each.substr(0, equals))] = std::string(each.substr(equals + 1));
        }
    }
    json endpoints = {{"metadata", object["metadata"]}, {"subsets", json::array()}};
    bool has_endpoints = false;
    for (const Field& each : fields_) {
        const auto [number, protocol] = printed_port(each.value());
        if (each.indent == 0 && each.key == "Port") {
            json port = json::object();
            if (const auto cells = spaced_cells(each.value()); cells.size() > 1) {
                set(port, "name", printed_value(cells[0]));
            }
            set(port, "port", number);
            set(port, "protocol", protocol);
            spec["ports"].push_back(std::move(port));
        } else if (each.indent == 0 && spec.contains("ports") && each.key == "TargetPort") {
            set(spec["ports"].back(), "targetPort", number);
        } else if (each.indent == 0 && spec.contains("ports") && each.key == "NodePort") {
            set(spec["ports"].back(), "nodePort", number);
        } else if (each.indent == 0 && spec.contains("ports") && each.key == "Endpoints") {
            has_endpoints = true;
            const std::string of_port = spec["ports"].back().value("protocol", std::string());
            for (json& subset : printed_subsets(each.value(), of_port, line_place(each.line + 1), text_.out)) {
                endpoints["subsets"].push_back(std::move(subset));
            }
        }
    }
    add_printed_object("Service", object, place, text_.out);
    if (has_endpoints) {
        add_printed_object("Endpoints", endpoints, place, text_.out);
    }
}

DescribedObject Description::add_object() {
    const std::string place = line_place(begin_ + 1, std::max(at_, begin_ + 1));
    DescribedObject about{{}, std::string(value("Name")), std::string(value("Namespace"))};
    json object;
    object["metadata"]["name"] = about.name;
    if (!about.name_space.empty()) {
        object["metadata"]["namespace"] = about.name_space;
    }
    for (const auto& [key, name] : {std::pair("Labels", "labels"), std::pair("Annotations", "annotations")}) {
        if (json map = map_of(key); !map.empty()) {
            object["metadata"][name] = std::move(map);
        }
    }
    if (field("System Info") != nullptr || field("PodCIDR") != nullptr ||
        (field("Lease") != nullptr && field("Addresses") != nullptr)) {
        about.kind = "Node";
        add_node(std::move(object), place);
    } else if (field("Node") != nullptr && (field("Containers") != nullptr || field("Service Account") != nullptr ||
                                            field("Start Time") != nullptr)) {
        about.kind = "Pod";
        add_pod(std::move(object), place);
    } else if (field("Session Affinity") != nullptr || (field("IP") != nullptr && field("Port") != nullptr)) {
        about.kind = "Service";
        add_service(std::move(object), place);
    }
    return about;
}

}  // namespace

std::size_t read_kubectl_description(KubectlText& text, std::size_t at) {
    if (begins_kubectl_description(trim(text.lines[at]))) {
        return Description(text, at).read();
    }
    return read_kubectl_events(text, at, {});
}

}  // namespace kwd::analyzers
