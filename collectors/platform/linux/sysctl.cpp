// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"
#include "collectors/node_tree.h"
#include "collectors/platform/linux/collectors.h"
#include "snapshot/kinds.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxValue = 4096;

// Paths below /proc/sys; * is every network interface, and all and default. A path without * that does not exist is
// told as null: this kernel has no such setting.
constexpr auto kSettings = std::to_array<std::string_view>({
    "fs/file-max",
    "fs/inotify/max_user_instances",
    "fs/inotify/max_user_watches",
    "kernel/hostname",
    "net/bridge/bridge-nf-call-arptables",
    "net/bridge/bridge-nf-call-ip6tables",
    "net/bridge/bridge-nf-call-iptables",
    "net/core/bpf_jit_enable",
    "net/core/netdev_max_backlog",
    "net/core/rmem_max",
    "net/core/somaxconn",
    "net/core/wmem_max",
    "net/ipv4/conf/*/accept_local",
    "net/ipv4/conf/*/arp_announce",
    "net/ipv4/conf/*/arp_ignore",
    "net/ipv4/conf/*/forwarding",
    "net/ipv4/conf/*/proxy_arp",
    "net/ipv4/conf/*/route_localnet",
    "net/ipv4/conf/*/rp_filter",
    "net/ipv4/conf/*/send_redirects",
    "net/ipv4/conf/*/src_valid_mark",
    "net/ipv4/fib_multipath_hash_policy",
    "net/ipv4/icmp_echo_ignore_all",
    "net/ipv4/icmp_ratelimit",
    "net/ipv4/ip_default_ttl",
    "net/ipv4/ip_forward",
    "net/ipv4/ip_local_port_range",
    "net/ipv4/ip_local_reserved_ports",
    "net/ipv4/ip_no_pmtu_disc",
    "net/ipv4/ip_nonlocal_bind",
    "net/ipv4/ip_unprivileged_port_start",
    "net/ipv4/neigh/default/gc_thresh1",
    "net/ipv4/neigh/default/gc_thresh2",
    "net/ipv4/neigh/default/gc_thresh3",
    "net/ipv4/tcp_fin_timeout",
    "net/ipv4/tcp_keepalive_time",
    "net/ipv4/tcp_max_syn_backlog",
    "net/ipv4/tcp_mtu_probing",
    "net/ipv4/tcp_syn_retries",
    "net/ipv4/tcp_syncookies",
    "net/ipv4/tcp_tw_reuse",
    "net/ipv4/vs/conn_reuse_mode",
    "net/ipv4/vs/conntrack",
    "net/ipv4/vs/expire_nodest_conn",
    "net/ipv6/conf/*/accept_ra",
    "net/ipv6/conf/*/disable_ipv6",
    "net/ipv6/conf/*/forwarding",
    "net/ipv6/conf/*/mtu",
    "net/ipv6/neigh/default/gc_thresh1",
    "net/ipv6/neigh/default/gc_thresh2",
    "net/ipv6/neigh/default/gc_thresh3",
    "net/netfilter/nf_conntrack_buckets",
    "net/netfilter/nf_conntrack_count",
    "net/netfilter/nf_conntrack_max",
    "net/netfilter/nf_conntrack_tcp_be_liberal",
    "net/netfilter/nf_conntrack_tcp_timeout_close_wait",
    "net/netfilter/nf_conntrack_tcp_timeout_established",
    "net/netfilter/nf_conntrack_udp_timeout",
    "net/netfilter/nf_conntrack_udp_timeout_stream",
    "vm/swappiness",
});

// Source: sysctl(8): slashes become dots, and the dots of an interface's name slashes.
std::string dotted(std::string path) {
    std::transform(path.begin(), path.end(), path.begin(), [](char c) { return c == '/' ? '.' : c == '.' ? '/' : c; });
    return path;
}

void add(json& settings, const NodeTree& live, const std::string& path, DocumentSink& out) {
    auto value = live.read("/proc/sys/" + path, kMaxValue);
    if (!value && value.error().code != Errc::not_found) {
        out.missed(std::move(value).error());
        return;
    }
    json setting{{"name", dotted(path)}, {"value", nullptr}};
    if (value) {
        while (!value->text.empty() && value->text.back() == '\n') {
            value->text.pop_back();
        }
        setting["value"] = value->text;
    }
    settings.push_back(std::move(setting));
}

}  // namespace

Result<void> collect_sysctl(const CollectOptions&, DocumentSink& out, Deadline) {
    const NodeTree live("/");
    if (!live.look("/proc/sys/net").value_or(std::nullopt)) {
        return Error{Errc::io, "read /proc/sys: it is not mounted"};
    }
    json settings = json::array();
    for (const std::string_view path : kSettings) {
        const std::size_t star = path.find('*');
        if (star == std::string_view::npos) {
            add(settings, live, std::string(path), out);
            continue;
        }
        const std::string folder(path.substr(0, star));
        const auto interfaces = live.list("/proc/sys/" + folder);
        if (!interfaces) {
            // A kernel may have no IPv6.
            if (interfaces.error().code != Errc::not_found) {
                out.missed(interfaces.error());
            }
            continue;
        }
        if (interfaces->more) {
            out.missed(too_many_names("/proc/sys/" + folder));
        }
        for (const std::string& interface : interfaces->names) {
            add(settings, live, folder + interface + std::string(path.substr(star + 1)), out);
        }
    }
    return out.put({.kind = snapshot::kind::linux_sysctl,
                    .name = "sysctl.json",
                    .content = to_document({{"sysctl", std::move(settings)}})});
}

}  // namespace kwd::collectors
