// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"
#include "snapshot/tables/types.h"

// What the machine is and what runs on it.

namespace kwd::snapshot {

struct SystemRow {
    Text os_family = {};
    Text host_name = {};
    Text os_name = {};
    Text os_version = {};
    Integer build = {};
    Integer ubr = {};
    Text edition = {};
    Text installation_type = {};
    Text product_type = {};
    Text kernel = {};
    Real uptime_seconds = {};
    Text boot_time_utc = {};
    Text clock_source = {};
    Real clock_offset_ms = {};
    Flag clock_synchronized = {};
    Text vendor = {};
    Text model = {};
    Text locale = {};
    Text time_zone = {};
    Integer swap_bytes = {};
    Text pending_reboot = {};
    Text dns_search = {};
    Flag elevated = {};
};

inline constexpr auto kSystem = table(
    "system", "What the node is. At most one row.", column("os_family", &SystemRow::os_family, "windows or linux"),
    column("host_name", &SystemRow::host_name, "as the operating system says it, not the Kubernetes node name"),
    column("os_name", &SystemRow::os_name, "product name, such as Windows Server 2019 Datacenter"),
    column("os_version", &SystemRow::os_version, "Windows: 10.0.BUILD.UBR as far as known; Linux: VERSION_ID"),
    column("build", &SystemRow::build, "Windows build, 17763 for Server 2019"),
    column("ubr", &SystemRow::ubr, "Windows update build revision: the patch level within the build"),
    column("edition", &SystemRow::edition, "Windows EditionID"),
    column("installation_type", &SystemRow::installation_type, "Server, Server Core, Client, Nano Server"),
    column("product_type", &SystemRow::product_type, "server or workstation"),
    column("kernel", &SystemRow::kernel, "Linux kernel release"),
    column("uptime_seconds", &SystemRow::uptime_seconds, "time since boot when the snapshot was taken"),
    column("boot_time_utc", &SystemRow::boot_time_utc, "ISO 8601"),
    column("clock_source", &SystemRow::clock_source,
           "what sets the clock: chrony, systemd-timesyncd, w32time with its source"),
    column("clock_offset_ms", &SystemRow::clock_offset_ms,
           "offset from that source; positive when the local clock is ahead"),
    column("clock_synchronized", &SystemRow::clock_synchronized, "whether the clock service says that it is in step"),
    column("vendor", &SystemRow::vendor, "system manufacturer"),
    column("model", &SystemRow::model, "system product name, which tells the hypervisor or cloud"),
    column("locale", &SystemRow::locale, "system locale; where only ipconfig tells, the language that it speaks"),
    column("time_zone", &SystemRow::time_zone, "name or UTC offset"),
    column("swap_bytes", &SystemRow::swap_bytes,
           "swap space in use by the Linux kernel, whether or not anything is in it"),
    column(
        "pending_reboot", &SystemRow::pending_reboot,
        "Windows: what waits for the next start, comma separated: component-servicing, windows-update, file-renames, "
        "computer-name, domain-join; empty when nothing does"),
    column(
        "dns_search", &SystemRow::dns_search,
        "Windows: suffixes that the node tries with short names, in order, comma separated; as they are in use where "
        "ipconfig tells them, else the list that is set by policy or for the node, else the node's primary suffix, "
        "after which Windows tries those of interfaces (interfaces.dns_suffix); empty when there is none of these"),
    column("elevated", &SystemRow::elevated,
           "whether kwdiag collected with the rights of an administrator (Windows) or as root (Linux); NULL where "
           "something else collected"));

struct HotfixesRow {
    std::string kb = {};
    Text description = {};
    Text installed_on = {};
};

inline constexpr auto kHotfixes = table("hotfixes", "Installed Windows updates.",
                                        column("kb", &HotfixesRow::kb,
                                               "KB number with its letters, KB4489899; RollupFix BUILD.UBR for a "
                                               "cumulative update, DotNetRollup_481 VERSION or "
                                               "ServicingStack_2227 VERSION for the like, of which the servicing "
                                               "store has no number"),
                                        column("description", &HotfixesRow::description, "Update, Security Update"),
                                        column("installed_on", &HotfixesRow::installed_on, "as the source wrote it"));

struct FeaturesRow {
    std::string name = {};
    Text state = {};
    Text evidence = {};
};

inline constexpr auto kFeatures = table(
    "features", "Windows features and Linux kernel modules that networking needs.",
    column("name", &FeaturesRow::name, "Containers, Hyper-V, br_netfilter"),
    column("state", &FeaturesRow::state, "installed, available, loaded, absent"),
    column("evidence", &FeaturesRow::evidence,
           "what tells it: Win32_OptionalFeature, Server Manager's notes, or a service that nothing else brings"));

struct ServicesRow {
    std::string name = {};
    Text display_name = {};
    Text state = {};
    Text start_type = {};
    Integer process_id = {};
    Text binary_path = {};
    Text account = {};
    Text dependencies = {};
    Integer exit_code = {};
    Text started_at_utc = {};
};

inline constexpr auto kServices =
    table("services", "Windows services and systemd units.", column("name", &ServicesRow::name, "service or unit name"),
          column("display_name", &ServicesRow::display_name, "localised on Windows"),
          column("state", &ServicesRow::state, "running, stopped, start_pending, stop_pending, paused, failed"),
          column("start_type", &ServicesRow::start_type, "auto, delayed-auto, manual, disabled, boot, system"),
          column("process_id", &ServicesRow::process_id, "of the running service"),
          column("binary_path", &ServicesRow::binary_path, "image path with arguments, secrets removed"),
          column("account", &ServicesRow::account, "user it runs as"),
          column("dependencies", &ServicesRow::dependencies, "service names, comma separated"),
          column("exit_code", &ServicesRow::exit_code, "last exit code"),
          column("started_at_utc", &ServicesRow::started_at_utc,
                 "ISO 8601: Windows, when the process started that runs it, which may be older than a service that "
                 "shares it; NULL for drivers"));

struct ProcessesRow {
    std::int64_t process_id = {};
    Integer parent_id = {};
    std::string name = {};
    Text command_line = {};
    Integer thread_count = {};
    Integer working_set_bytes = {};
    Text started_at_utc = {};
    Text account = {};
};

inline constexpr auto kProcesses =
    table("processes", "Running processes.", column("process_id", &ProcessesRow::process_id, "numeric"),
          column("parent_id", &ProcessesRow::parent_id, "process id of the parent"),
          column("name", &ProcessesRow::name, "image name without folder and .exe, in lower case"),
          column("command_line", &ProcessesRow::command_line, "secrets removed"),
          column("thread_count", &ProcessesRow::thread_count, "threads"),
          column("working_set_bytes", &ProcessesRow::working_set_bytes, "resident memory"),
          column("started_at_utc", &ProcessesRow::started_at_utc, "ISO 8601"),
          column("account", &ProcessesRow::account, "user it runs as"));

struct ComponentFlagsRow {
    std::string component = {};
    std::string name = {};
    Text value = {};
    Text origin = {};
};

inline constexpr auto kComponentFlags =
    table("component_flags", "Command line flags of Kubernetes components, wherever they were written down.",
          column("component", &ComponentFlagsRow::component, "kubelet, kube-proxy, flanneld, containerd, calico-node"),
          column("name", &ComponentFlagsRow::name, "flag without leading dashes"),
          column("value", &ComponentFlagsRow::value, "NULL for a flag without a value"),
          column("origin", &ComponentFlagsRow::origin, "process, service, config-file, kubeadm-flags, log"));

struct ComponentVersionsRow {
    std::string component = {};
    std::string version = {};
    Text origin = {};
};

inline constexpr auto kComponentVersions =
    table("component_versions", "Versions of components.",
          column("component", &ComponentVersionsRow::component,
                 "kubelet, kube-proxy, flanneld, containerd, docker, cni plugin names, hns"),
          column("version", &ComponentVersionsRow::version, "as printed"),
          column("origin", &ComponentVersionsRow::origin, "log, api, binary, image, hns"));

struct FeatureGatesRow {
    std::string component = {};
    std::string gate = {};
    Flag enabled = {};
    Text origin = {};
};

inline constexpr auto kFeatureGates = table(
    "feature_gates", "Feature gates that are set somewhere.",
    column("component", &FeatureGatesRow::component, "kubelet or kube-proxy"),
    column("gate", &FeatureGatesRow::gate, "name, WinOverlay"), column("enabled", &FeatureGatesRow::enabled, "as set"),
    column("origin", &FeatureGatesRow::origin,
           "process, service, config-file, kubeadm-flags, log, config-map (of the cluster, not of the node)"));

struct RegistryValuesRow {
    std::string key = {};
    std::string name = {};
    Text type = {};
    Text value = {};
    Flag present = {};
};

inline constexpr auto kRegistryValues =
    table("registry_values", "Windows registry values that networking depends on.",
          column("key", &RegistryValuesRow::key, "full key path with HKLM\\"),
          column("name", &RegistryValuesRow::name,
                 "value name; empty: the key itself, or its default value where there is a type"),
          column("type", &RegistryValuesRow::type, "REG_SZ, REG_DWORD, …"),
          column("value", &RegistryValuesRow::value,
                 "numbers in decimal, lists with `; ` between their items, bytes in hex; long ones cut, ending in …"),
          column("present", &RegistryValuesRow::present, "false: looked for and not there"));

struct EnvironmentRow {
    std::string scope = {};
    std::string name = {};
    Text value = {};
};

inline constexpr auto kEnvironment = table(
    "environment", "Environment variables of the machine and of node agents, chosen names only.",
    column("scope", &EnvironmentRow::scope, "machine, or the service or process"),
    column("name", &EnvironmentRow::name, "variable"), column("value", &EnvironmentRow::value, "secrets removed"));

struct SysctlRow {
    std::string name = {};
    Text value = {};
};

inline constexpr auto kSysctl =
    table("sysctl", "Linux kernel settings.", column("name", &SysctlRow::name, "dotted name, net.ipv4.ip_forward"),
          column("value", &SysctlRow::value, "as read"));

struct NodeFilesRow {
    std::string path = {};
    Text role = {};
    Flag present = {};
    Integer size_bytes = {};
    Text modified_at_utc = {};
};

inline constexpr auto kNodeFiles =
    table("node_files", "Files that a node agent, CNI plugin or runtime should find, whether there or not.",
          column("path", &NodeFilesRow::path, "full path on the node"),
          column("role", &NodeFilesRow::role,
                 "cni-conf, cni-binary, cni-state, cni-lock, flannel-net-conf, subnet-env, source-vip, ip-reservation, "
                 "kubelet-config, kube-proxy-config, kubeconfig, cluster-config, command-line, containerd-config, "
                 "docker-config, agent-binary, script, resolv-conf, hosts, log, folder; see documents.md"),
          column("present", &NodeFilesRow::present, "false: looked for and not there"),
          column("size_bytes", &NodeFilesRow::size_bytes, "of the file"),
          column("modified_at_utc", &NodeFilesRow::modified_at_utc, "ISO 8601"));

}  // namespace kwd::snapshot
