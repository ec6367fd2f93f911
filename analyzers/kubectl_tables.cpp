// SPDX-License-Identifier: Apache-2.0
// kubectl get: a table with its columns three blanks or more apart.
#include "analyzers/kubectl_text.h"
#include "base/ip.h"
#include "snapshot/place.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::line_place;

constexpr std::size_t kMostColumns = 32;  // kubectl has no table that comes near it

struct Column {
    std::string_view name;
    std::size_t begin;
};

class Row {
  public:
    Row(const std::vector<Column>& columns, std::vector<std::string_view> cells)
        : columns_(columns), cells_(std::move(cells)) {}

    /// Empty where there is no such column, or nothing in it.
    [[nodiscard]] std::string_view operator[](std::string_view name) const {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].name == name) {
                return printed_value(cells_[i]);
            }
        }
        return {};
    }

  private:
    const std::vector<Column>& columns_;
    std::vector<std::string_view> cells_;
};

void set(json& object, std::initializer_list<std::string_view> path, std::string_view value) {
    if (value.empty()) {
        return;
    }
    json* at = &object;
    for (const std::string_view name : path) {
        at = &(*at)[std::string(name)];
    }
    *at = std::string(value);
}

// `pod/web-0` where several kinds were asked for.
std::string_view name_in(std::string_view printed) {
    return printed.substr(printed.find('/') + 1);
}

json named(const Row& row, const KubectlText& text) {
    json object;
    set(object, {"metadata", "name"}, name_in(row["NAME"]));
    set(object, {"metadata", "namespace"}, row["NAMESPACE"].empty() ? text.name_space : row["NAMESPACE"]);
    return object;
}

// STATUS is the phase, or a reason that says more. Source: kubectl's printPod (kubernetes pkg/printers).
void set_pod_status(json& pod, std::string_view status) {
    constexpr std::array<std::string_view, 5> kPhases = {"Running", "Pending", "Succeeded", "Failed", "Unknown"};
    if (std::ranges::find(kPhases, status) != kPhases.end()) {
        pod["status"]["phase"] = std::string(status);
    } else if (status == "Completed") {
        pod["status"]["phase"] = "Succeeded";
    } else if (status != "Terminating" && status != "Error" && status != "Evicted" && status != "NotReady" &&
               !status.starts_with("Init:") && !status.empty()) {
        pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] = std::string(status);
    }
}

void add_pod(const Row& row, const std::string& place, KubectlText& text) {
    json pod = named(row, text);
    set(pod, {"spec", "nodeName"}, row["NODE"]);
    set(pod, {"status", "podIP"}, row["IP"]);
    const std::string_view ready = row["READY"];
    const std::size_t slash = ready.find('/');
    const auto count = parse_integer(ready.substr(0, slash));
    const auto of = slash == std::string_view::npos ? std::nullopt : parse_integer(ready.substr(slash + 1));
    if (count && of && *of > 0) {
        const bool all = *count == *of;
        if (!all || row["STATUS"] == "Running") {
            pod["status"]["conditions"] = json::array({{{"type", "Ready"}, {"status", all ? "True" : "False"}}});
        }
    }
    set_pod_status(pod, row["STATUS"]);
    // `3 (5m ago)`
    if (const auto words = split_words(row["RESTARTS"]); !words.empty() && parse_integer(words[0])) {
        pod["status"]["containerStatuses"][0]["restartCount"] = *parse_integer(words[0]);
    }
    add_printed_object("Pod", pod, place, text.out);
}

void add_node(const Row& row, const std::string& place, KubectlText& text) {
    json node = named(row, text);
    json info = json::object();
    set(info, {"kubeletVersion"}, row["VERSION"]);
    set(info, {"osImage"}, row["OS-IMAGE"]);
    set(info, {"kernelVersion"}, row["KERNEL-VERSION"]);
    set(info, {"containerRuntimeVersion"}, row["CONTAINER-RUNTIME"]);
    if (const std::string_view image = row["OS-IMAGE"]; !image.empty()) {
        info["operatingSystem"] = image.starts_with("Windows") ? "windows" : "linux";
    }
    node["status"]["nodeInfo"] = std::move(info);
    // `Ready,SchedulingDisabled`
    const std::string_view status = row["STATUS"].substr(0, row["STATUS"].find(','));
    if (status == "Ready" || status == "NotReady") {
        node["status"]["conditions"] =
            json::array({{{"type", "Ready"}, {"status", status == "Ready" ? "True" : "False"}}});
    }
    if (const std::string_view address = row["INTERNAL-IP"]; !address.empty()) {
        node["status"]["addresses"] = json::array({{{"type", "InternalIP"}, {"address", std::string(address)}}});
    }
    add_printed_object("Node", node, place, text.out);
}

// `80:30080/TCP,53/UDP`: port, node port where there is one, protocol.
json printed_ports(std::string_view ports) {
    json list = json::array();
    for (const std::string_view each : split_words(ports, ", ")) {
        const std::size_t slash = std::min(each.find('/'), each.size());
        const std::string_view numbers = each.substr(0, slash);
        const std::size_t colon = std::min(numbers.find(':'), numbers.size());
        const auto port = parse_integer(numbers.substr(0, colon));
        if (!port) {
            continue;
        }
        json one = {{"port", *port}};
        if (slash < each.size()) {
            one["protocol"] = std::string(each.substr(slash + 1));
        }
        if (colon < numbers.size()) {
            if (const auto node_port = parse_integer(numbers.substr(colon + 1))) {
                one["nodePort"] = *node_port;
            }
        }
        list.push_back(std::move(one));
    }
    return list;
}

void add_service(const Row& row, const std::string& place, KubectlText& text) {
    json service = named(row, text);
    set(service, {"spec", "type"}, row["TYPE"]);
    set(service, {"spec", "clusterIP"}, row["CLUSTER-IP"]);
    service["spec"]["ports"] = printed_ports(row["PORT(S)"]);
    // Those of a load balancer, and externalIPs behind them: which is which is not printed.
    for (const std::string_view each : split_words(row["EXTERNAL-IP"], ",")) {
        if (!IpAddress::parse(each)) {
            continue;  // the name of a load balancer
        }
        if (row["TYPE"] == "LoadBalancer") {
            service["status"]["loadBalancer"]["ingress"].push_back({{"ip", std::string(each)}});
        } else {
            service["spec"]["externalIPs"].push_back(std::string(each));
        }
    }
    for (const std::string_view each : split_words(row["SELECTOR"], ",")) {
        if (const std::size_t equals = each.find('='); equals != std::string_view::npos) {
            service["spec"]["selector"][std::string(each.substr(0, equals))] = std::string(each.substr(equals + 1));
        }
    }
    add_printed_object("Service", service, place, text.out);
}

void add_endpoints(const Row& row, const std::string& place, KubectlText& text) {
    json endpoints = named(row, text);
    endpoints["subsets"] = printed_subsets(row["ENDPOINTS"], {}, place, text.out);
    add_printed_object("Endpoints", endpoints, place, text.out);
}

// `pod/web-0`, as kubectl names kinds.
std::string kind_of_resource(std::string_view resource) {
    constexpr auto kNames = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"pod", "Pod"},
        {"node", "Node"},
        {"service", "Service"},
        {"endpoints", "Endpoints"},
        {"endpointslice", "EndpointSlice"},
        {"deployment", "Deployment"},
        {"replicaset", "ReplicaSet"},
        {"daemonset", "DaemonSet"},
        {"statefulset", "StatefulSet"},
        {"job", "Job"},
        {"cronjob", "CronJob"},
    });
    // `deployment.apps/web`
    const std::string name = lower(resource.substr(0, resource.find('.')));
    const auto known = std::ranges::find(kNames, std::string_view(name), [](const auto& each) { return each.first; });
    return std::string(known != kNames.end() ? known->second : resource);
}

void add_event(const Row& row, const std::string& place, KubectlText& text) {
    json event;
    set(event, {"metadata", "namespace"}, row["NAMESPACE"].empty() ? text.name_space : row["NAMESPACE"]);
    const std::string_view object = row["OBJECT"];
    if (const std::size_t slash = object.find('/'); slash != std::string_view::npos) {
        set(event, {"involvedObject", "kind"}, kind_of_resource(object.substr(0, slash)));
        set(event, {"involvedObject", "name"}, object.substr(slash + 1));
    }
    set(event, {"type"}, row["TYPE"]);
    set(event, {"reason"}, row["REASON"]);
    set(event, {"message"}, row["MESSAGE"]);
    if (const auto count = parse_integer(row["COUNT"])) {
        event["count"] = *count;
    }
    if (row["MESSAGE"].ends_with("...")) {
        text.out.note(place, "truncated", "kubectl shows the first line of a message only");
    }
    add_printed_object("Event", event, place, text.out);
}

struct Table {
    std::array<std::string_view, 3> columns;  ///< by which it is known
    void (*add)(const Row&, const std::string& place, KubectlText&);
};
constexpr auto kTables = std::to_array<Table>({
    {{"REASON", "OBJECT", "MESSAGE"}, &add_event},
    {{"NAME", "READY", "RESTARTS"}, &add_pod},
    {{"NAME", "STATUS", "ROLES"}, &add_node},
    {{"NAME", "CLUSTER-IP", "PORT(S)"}, &add_service},
    {{"NAME", "ENDPOINTS", "AGE"}, &add_endpoints},
});

// Capital letters at the margin, or as far from it as the text was indented when it was pasted.
std::vector<Column> header_columns(std::string_view line) {
    std::vector<Column> columns;
    for (const std::string_view name : spaced_cells(line)) {
        if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789()-_/ ") != std::string_view::npos) {
            return {};
        }
        columns.push_back({name, static_cast<std::size_t>(name.data() - line.data())});
    }
    const bool begins = !columns.empty() &&
                        (columns[0].name == "NAME" || columns[0].name == "NAMESPACE" || columns[0].name == "LAST SEEN");
    return begins && columns.size() > 1 && columns.size() <= kMostColumns ? columns : std::vector<Column>{};
}

bool has_column(const std::vector<Column>& columns, std::string_view name) {
    return std::ranges::find(columns, name, &Column::name) != columns.end();
}

// Cut at the columns of the header; by the blanks between the cells where they do not stand there.
std::optional<std::vector<std::string_view>> cells_at(std::string_view line, const std::vector<Column>& columns) {
    std::vector<std::string_view> cells;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t begin = std::min(columns[i].begin, line.size());
        const std::size_t end = i + 1 < columns.size() ? std::min(columns[i + 1].begin, line.size()) : line.size();
        if (begin > 0 && begin < line.size() && line[begin - 1] != ' ') {
            auto spaced = spaced_cells(line);
            return spaced.size() == columns.size() ? std::optional(std::move(spaced)) : std::nullopt;
        }
        cells.push_back(trim(line.substr(begin, end - begin)));
    }
    return cells;
}

// As Kubernetes names objects: a DNS subdomain (RFC 1123, section 2.1), in small letters.
bool is_object_name(std::string_view name) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    constexpr std::size_t kLongestName = 253;
    if (name.empty() || name.size() > kLongestName) {
        return false;
    }
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        const std::string_view label = name.substr(begin, end - begin);
        if (label.empty() || label.front() == '-' || label.back() == '-' ||
            label.find_first_not_of(kLetters) != std::string_view::npos) {
            return false;
        }
        begin = end + 1;
    }
    return true;
}

// A sentence below the table is none, nor is what is left of a line that somebody's terminal broke.
bool is_row(const Table& table, const std::vector<Column>& columns, const std::vector<std::string_view>& cells) {
    const auto filled = std::ranges::count_if(cells, [](std::string_view cell) { return !cell.empty(); });
    if (static_cast<std::size_t>(filled) < table.columns.size()) {
        return false;
    }
    return table.columns[0] != "NAME" || is_object_name(name_in(Row(columns, cells)["NAME"]));
}

}  // namespace

bool begins_kubectl_table(std::string_view line) {
    return !header_columns(line).empty();
}

std::size_t read_kubectl_table(KubectlText& text, std::size_t at) {
    const std::vector<Column> columns = header_columns(text.lines[at]);
    if (columns.empty()) {
        return at;
    }
    const auto table = std::ranges::find_if(kTables, [&](const Table& each) {
        return std::ranges::all_of(each.columns, [&](std::string_view name) { return has_column(columns, name); });
    });
    for (++at; at < text.lines.size() && !text.lines[at].empty(); ++at) {
        if (ends_kubectl_output(text.lines[at])) {
            break;
        }
        if (table == kTables.end()) {
            continue;
        }
        if (const auto cells = cells_at(text.lines[at], columns); cells && is_row(*table, columns, *cells)) {
            table->add(Row(columns, *cells), line_place(at + 1), text);
        } else {
            text.out.note(line_place(at + 1), "malformed", "this line is no row of the table above it");
        }
    }
    return at;
}

}  // namespace kwd::analyzers
