// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "collectors/clean.h"
#include "collectors/node_tree.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/linux/clock_state.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/linux/kernel_modules.h"
#include "snapshot/kinds.h"

#include <time.h>

#include <nlohmann/json.hpp>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 64 << 10;

// What pod networks stand on.
constexpr auto kModules = std::to_array<std::string_view>(
    {"br_netfilter", "bridge",       "geneve",   "ip6_tables", "ip6table_filter", "ip6table_nat", "ip_set",
     "ip_tables",    "ip_vs",        "ip_vs_rr", "ip_vs_sh",   "ip_vs_wrr",       "ipip",         "iptable_filter",
     "iptable_nat",  "nf_conntrack", "nf_nat",   "nf_tables",  "nft_chain_nat",   "overlay",      "sch_ingress",
     "sctp",         "tun",          "veth",     "vmxnet3",    "vxlan",           "wireguard",    "xt_MASQUERADE",
     "xt_comment",   "xt_conntrack", "xt_set"});

std::optional<std::string> first_line(const NodeTree& tree, const std::string& path) {
    const auto file = tree.read(path, kMaxFile);
    if (!file) {
        return std::nullopt;
    }
    const std::size_t end = file->text.find_first_of(std::string_view("\n\0", 2));
    std::string line = file->text.substr(0, end);
    return line.empty() ? std::nullopt : std::optional(line);
}

// NAME=value lines as os-release(5) and locale.conf(5) have them; quotes are taken off.
std::map<std::string, std::string> read_settings(const NodeTree& tree, std::initializer_list<const char*> paths) {
    std::map<std::string, std::string> settings;
    for (const char* path : paths) {
        const auto file = tree.read(path, kMaxFile);
        if (!file) {
            continue;
        }
        std::istringstream lines(file->text);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t equals = line.find('=');
            if (equals == std::string::npos || line.starts_with('#')) {
                continue;
            }
            std::string value = line.substr(equals + 1);
            if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0]) {
                value = value.substr(1, value.size() - 2);
            }
            settings[line.substr(0, equals)] = value;
        }
        break;
    }
    return settings;
}

void set(json& object, const char* name, const auto& value) {
    if (value) {
        object[name] = *value;
    }
}

void set(json& object, const char* name, const std::map<std::string, std::string>& settings, const char* key) {
    if (const auto found = settings.find(key); found != settings.end()) {
        object[name] = found->second;
    }
}

std::optional<std::string> time_zone(const NodeTree& tree) {
    constexpr std::string_view zones = "zoneinfo/";
    if (const auto target = tree.follow("/etc/localtime")) {
        if (const std::size_t at = target->find(zones); at != std::string::npos) {
            return target->substr(at + zones.size());
        }
    }
    return first_line(tree, "/etc/timezone");
}

// Source: proc(5), /proc/swaps: a header, then file, type, size in KiB, …
std::optional<std::int64_t> swap_bytes() {
    const auto file = NodeTree("/").read("/proc/swaps", kMaxFile);
    if (!file) {
        return std::nullopt;
    }
    std::istringstream lines(file->text);
    std::string line;
    std::getline(lines, line);
    std::int64_t kibibytes = 0;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string path;
        std::string type;
        std::int64_t size = 0;
        if (fields >> path >> type >> size) {
            kibibytes += size;
        }
    }
    return kibibytes * 1024;
}

void add_uptime(json& system) {
    timespec since_boot{};
    if (::clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) {
        return;
    }
    const auto uptime = std::chrono::seconds(since_boot.tv_sec) + std::chrono::nanoseconds(since_boot.tv_nsec);
    system["uptime_seconds"] = std::round(std::chrono::duration<double>(uptime).count() * 100) / 100;
    system["boot_time_utc"] = iso_utc(std::chrono::system_clock::now() -
                                      std::chrono::duration_cast<std::chrono::system_clock::duration>(uptime));
}

}  // namespace

Result<void> collect_system(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    const NodeTree tree(options.root);
    const NodeTree live("/");
    utsname kernel{};
    (void)::uname(&kernel);

    json system{{"os_family", "linux"},
                {"host_name", kernel.nodename},
                {"kernel", kernel.release},
                {"architecture", kernel.machine}};
    const auto release = read_settings(tree, {"/etc/os-release", "/usr/lib/os-release"});
    set(system, "os_name", release, "PRETTY_NAME");
    set(system, "os_id", release, "ID");
    set(system, "os_version", release, "VERSION_ID");
    add_uptime(system);
    const auto clock = ask_clock_state(deadline);
    set(system, "clock_source", clock.source);
    set(system, "clock_offset_ms", clock.offset_ms);
    set(system, "clock_synchronized", clock.synchronized);
    set(system, "elevated", elevation());
    set(system, "vendor", first_line(live, "/sys/class/dmi/id/sys_vendor"));
    set(system, "model", first_line(live, "/sys/class/dmi/id/product_name"));
    set(system, "locale", read_settings(tree, {"/etc/locale.conf", "/etc/default/locale"}), "LANG");
    set(system, "time_zone", time_zone(tree));
    set(system, "swap_bytes", swap_bytes());

    json features = json::array();
    for (const auto& module : ask_kernel_modules(tree, kernel.release, kModules)) {
        features.push_back({{"name", module.name}, {"state", module.state}});
        if (module.state == "loaded") {
            features.back()["built_in"] = module.built_in;
        }
    }
    return out.put({.kind = snapshot::kind::linux_system,
                    .name = "system.json",
                    .content = to_document({{"system", system}, {"features", features}})});
}

}  // namespace kwd::collectors
