// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/services.h"

#include "collectors/clean.h"
#include "collectors/node_tree.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/tool.h"
#include "snapshot/kinds.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kwd::collectors {
namespace {

using nlohmann::json;
using Properties = std::map<std::string, std::string, std::less<>>;

constexpr std::size_t kMaxAnswer = 32 << 20;

// Asked by name too, so that one that is not loaded is told as such.
constexpr auto kAskedByName = std::to_array<const char*>(
    {"containerd.service", "crio.service", "docker.service", "firewalld.service", "flanneld.service", "k3s.service",
     "k3s-agent.service", "kube-proxy.service", "kubelet.service", "NetworkManager.service", "nftables.service",
     "rke2-agent.service", "rke2-server.service", "systemd-networkd.service", "systemd-resolved.service",
     "ufw.service"});

constexpr const char* kProperties =
    "--property=Id,Description,LoadState,ActiveState,SubState,UnitFileState,Type,MainPID,ExecStart,User,Requires,"
    "ExecMainStatus,NRestarts,FragmentPath,DropInPaths,Result";

std::string_view get(const Properties& unit, std::string_view name) {
    const auto found = unit.find(name);
    return found == unit.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// { path=/usr/bin/x ; argv[]=/usr/bin/x --y ; ignore_errors=no ; … }
std::string command_of(std::string_view exec_start) {
    constexpr std::string_view before = "argv[]=";
    const std::size_t begin = exec_start.find(before);
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = exec_start.substr(begin + before.size());
    return std::string(rest.substr(0, rest.find(" ; ignore_errors=")));
}

const char* state_of(std::string_view active) {
    if (active == "active" || active == "reloading") {
        return "running";
    }
    if (active == "activating") {
        return "start_pending";
    }
    if (active == "deactivating") {
        return "stop_pending";
    }
    return active == "failed" ? "failed" : "stopped";
}

const char* start_type_of(std::string_view unit_file) {
    if (unit_file.starts_with("enabled") || unit_file == "generated" || unit_file == "alias") {
        return "auto";
    }
    return unit_file.starts_with("masked") ? "disabled" : "manual";
}

void set(json& object, const char* name, std::string_view value) {
    if (!value.empty()) {
        object[name] = value;
    }
}

json describe(const Properties& unit) {
    json entry{{"name", get(unit, "Id")}, {"load_state", get(unit, "LoadState")}};
    set(entry, "active_state", get(unit, "ActiveState"));
    set(entry, "sub_state", get(unit, "SubState"));
    set(entry, "unit_file_state", get(unit, "UnitFileState"));
    if (get(unit, "LoadState") == "not-found") {
        return entry;
    }
    set(entry, "display_name", get(unit, "Description"));
    entry["state"] = state_of(get(unit, "ActiveState"));
    if (!get(unit, "UnitFileState").empty()) {
        entry["start_type"] = start_type_of(get(unit, "UnitFileState"));
    }
    if (const auto process = number(get(unit, "MainPID")); process && *process > 0) {
        entry["process_id"] = *process;
    }
    set(entry, "binary_path", command_of(get(unit, "ExecStart")));
    entry["account"] = get(unit, "User").empty() ? "root" : get(unit, "User");
    std::string requires_units(get(unit, "Requires"));
    std::replace(requires_units.begin(), requires_units.end(), ' ', ',');
    set(entry, "dependencies", requires_units);
    if (const auto status = number(get(unit, "ExecMainStatus"))) {
        entry["exit_code"] = *status;
    }
    if (const auto restarts = number(get(unit, "NRestarts"))) {
        entry["restarts"] = *restarts;
    }
    set(entry, "unit_file", get(unit, "FragmentPath"));
    set(entry, "drop_ins", get(unit, "DropInPaths"));
    set(entry, "result", get(unit, "Result"));
    return entry;
}

}  // namespace

json read_systemctl_show(std::string_view text) {
    json services = json::array();
    Properties unit;
    const auto finish = [&] {
        if (unit.contains("Id")) {
            const std::string name(get(unit, "Id"));
            const bool known = std::any_of(services.begin(), services.end(),
                                           [&](const json& each) { return each.value("name", "") == name; });
            if (!known) {
                services.push_back(describe(unit));
            }
        }
        unit.clear();
    };
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::size_t equals = line.find('=');
        if (line.empty()) {
            finish();
        } else if (equals != std::string_view::npos) {
            unit.try_emplace(std::string(line.substr(0, equals)), line.substr(equals + 1));  // ExecStart may come twice
        }
    }
    finish();
    return services;
}

Result<void> collect_services(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    if (!NodeTree("/").look("/run/systemd/system").value_or(std::nullopt)) {
        return Error{Errc::unsupported, "ask systemd: it does not run here"};
    }
    std::vector<std::string> command{"systemctl", "show", "--no-pager", kProperties, "--", "*.service"};
    command.insert(command.end(), kAskedByName.begin(), kAskedByName.end());
    auto answer = ask_tool(command, deadline, kMaxAnswer);
    if (!answer) {
        return std::move(answer).error();
    }
    return out.put(without_secrets({.kind = snapshot::kind::linux_services,
                                    .name = "services.json",
                                    .content = to_document({{"services", read_systemctl_show(*answer)}})}));
}

}  // namespace kwd::collectors
