// SPDX-License-Identifier: Apache-2.0
// What people attach of the Linux nodes beside the Windows one.
#include "collectors/import/matching.h"
#include "collectors/import/recognisers.h"

#include <re2/re2.h>

namespace kwd::collectors {
bool is_journal(const Sample& sample) {
    return json_has(sample, {"__realtime_timestamp"}) || json_has(sample, {"__cursor", "message"});
}

bool is_ip_link(const Sample& sample) {
    return json_has(sample, {"ifindex", "ifname", "mtu"}) && !json_has(sample, {"addr_info"});
}

bool is_ip_address(const Sample& sample) {
    return json_has(sample, {"ifname", "addr_info"});
}

bool is_ip_route(const Sample& sample) {
    return json_has(sample, {"dst", "dev", "flags"}) && !json_has(sample, {"lladdr"}) && !json_has(sample, {"state"});
}

bool is_ip_neighbor(const Sample& sample) {
    return json_has(sample, {"dst", "dev", "lladdr", "state"});
}

bool is_bridge_fdb(const Sample& sample) {
    return json_has(sample, {"mac", "ifname", "flags", "state"});
}

bool is_nftables(const Sample& sample) {
    return json_has(sample, {"nftables"});
}

bool is_iptables(const Sample& sample) {
    static const RE2 table(R"(^\*(filter|nat|mangle|raw|security)\s*$)");
    static const RE2 chain(R"(^:\S+ (ACCEPT|DROP|-))");
    return count_lines(sample, table) > 0 && count_lines(sample, chain) > 0;
}

bool is_resolv_conf(const Sample& sample) {
    static const RE2 server(R"(^\s*nameserver\s+[0-9a-fA-F.:%]+)");
    static const RE2 other(R"(^\s*([#;]|$|(nameserver|search|options|domain|sortlist)\s))");
    return count_lines(sample, server) > 0 && count_lines(sample, other) == sample.lines().size();
}

}  // namespace kwd::collectors
