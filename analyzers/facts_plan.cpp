// SPDX-License-Identifier: Apache-2.0
#include "analyzers/facts_parts.h"
#include "analyzers/facts_rows.h"
#include "analyzers/words.h"
#include "base/ip.h"
#include "snapshot/tables/facts.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::Database;
using snapshot::Statement;

// Role, prefixes (several with commas), origin, whether it is configuration, document_id, place. Calico's IPAM gives
// out blocks of its own and leaves the subnet of the node object unused, unless it is told to use host-local.
constexpr std::string_view kConfigured = R"sql(
    WITH calico(has_blocks) AS (
        SELECT EXISTS (SELECT 1 FROM network_intents WHERE intent IN ('calico-vxlan', 'calico-bgp'))
               AND NOT EXISTS (SELECT 1 FROM cni_networks
                                WHERE plugin_type = 'calico' AND ipam_type = 'host-local' AND coalesce(effective, 1) = 1))
    SELECT 'cluster', network, 'net-conf', 1, document_id, place FROM flannel_config
    UNION ALL SELECT 'cluster', ipv6_network, 'net-conf', 1, document_id, place FROM flannel_config
    UNION ALL SELECT 'cluster', network, 'subnet.env', 1, document_id, place FROM flannel_subnet_env
    UNION ALL SELECT 'cluster', ipv6_network, 'subnet.env', 1, document_id, place FROM flannel_subnet_env
    UNION ALL SELECT 'cluster', cluster_cidr, 'kube-proxy', 1, document_id, place FROM kube_proxy_settings
    UNION ALL SELECT 'cluster', cluster_cidr, 'kube-proxy''s ConfigMap', 1, document_id, place FROM kube_proxy_config
               WHERE (SELECT kind FROM documents WHERE id = document_id) = 'k8s-objects'
    UNION ALL SELECT 'cluster', value, origin, 1, document_id, place FROM cluster_settings WHERE name = 'cluster-cidr'
    UNION ALL SELECT 'cluster', value, component, 1, document_id, place FROM component_flags
               WHERE component = 'kube-controller-manager' AND name = 'cluster-cidr'
    UNION ALL SELECT 'service', value, origin, 1, document_id, place FROM cluster_settings WHERE name = 'service-cidr'
    UNION ALL SELECT 'service', value, component, 1, document_id, place FROM component_flags
               WHERE component IN ('kube-apiserver', 'kube-controller-manager') AND name = 'service-cluster-ip-range'
    UNION ALL SELECT 'pod-subnet', subnet, 'subnet.env', 1, document_id, place FROM flannel_subnet_env
    UNION ALL SELECT 'pod-subnet', ipv6_subnet, 'subnet.env', 1, document_id, place FROM flannel_subnet_env
    UNION ALL SELECT iif(is_this_node = 1, 'pod-subnet', 'remote-pod-subnet'), coalesce(pod_cidrs, pod_cidr),
                     iif(is_this_node = 1, 'node object', 'node object ' || name), 1, document_id, place
                FROM k8s_nodes WHERE is_this_node IS NOT NULL AND NOT (SELECT has_blocks FROM calico)
    UNION ALL SELECT 'pod-subnet', pod_cidr, 'kubelet configuration', 1, document_id, place FROM kubelet_config
               WHERE NOT (SELECT has_blocks FROM calico)
    UNION ALL SELECT 'pod-subnet', ipam_subnet, 'CNI ' || file_name, 1, document_id, place FROM cni_networks
               WHERE effective = 1 AND plugin_type NOT IN ('nat', 'azure-vnet') AND instr(ipam_subnet, '/') > 0)sql";

// Pods of Azure CNI and of AWS's plugins live in the node's own subnet, and the network External is where the node's
// NIC is. Placeholders that only keep a vSwitch have a subnet that nobody uses. Where HNS has a network that the
// configuration names, others are not the pods': somebody's own, or OVN's base network, which only keeps the vSwitch.
constexpr std::string_view kInEffect = R"sql(
    WITH named(name) AS (
        SELECT lower(name) FROM cni_networks WHERE coalesce(effective, 1) = 1 AND position = 0
        UNION SELECT lower(network_name) FROM kube_proxy_settings
        UNION SELECT lower(backend_name) FROM flannel_config),
    pod_networks(name) AS (SELECT lower(name) FROM hns_networks WHERE lower(name) IN (SELECT name FROM named)
                              AND type IN ('Overlay', 'L2Bridge', 'L2Tunnel'))
    SELECT CASE WHEN n.type IN ('NAT', 'ICS') THEN 'docker-nat'
                WHEN n.type IN ('Overlay', 'L2Bridge', 'L2Tunnel') AND lower(coalesce(n.name, '')) <> 'external'
                     AND s.prefix <> '192.168.255.0/30' AND coalesce(cidr_contains(s.prefix, n.management_ip), 0) = 0
                     AND lower(coalesce(n.name, '')) NOT LIKE 'azure%' AND NOT EXISTS (
                         SELECT 1 FROM network_intents WHERE intent = 'azure-cni')
                THEN iif(NOT EXISTS (SELECT 1 FROM pod_networks) OR lower(coalesce(n.name, '')) IN (SELECT name FROM pod_networks),
                         'pod-subnet', 'other-network') END,
           s.prefix, 'HNS network ' || coalesce(n.name, n.id), 0, s.document_id, s.place
      FROM hns_subnets AS s JOIN hns_networks AS n ON n.id = s.network_id
    UNION ALL SELECT 'remote-pod-subnet', r.destination_prefix, 'HNS network ' || coalesce(n.name, r.network_id), 0, r.document_id, r.place
      FROM hns_remote_subnets AS r LEFT JOIN hns_networks AS n ON n.id = r.network_id
    UNION ALL SELECT 'pod-subnet', prefix, 'interface ' || interface_name, 0, document_id, place FROM addresses
      WHERE interface_name IN ('cni0', 'flannel.1', 'cbr0') AND prefix_length < 32 AND family = 4)sql";

// kube-proxy needs only to know which packets come from pods of its own node, and OpenShift's Windows nodes tell it
// their own subnet: that is not the cluster's.
constexpr const char* kOwnSubnetOfKubeProxy = R"sql(
    DELETE FROM ip_plan WHERE role = 'cluster' AND origin = 'kube-proxy'
       AND (EXISTS (SELECT 1 FROM network_intents WHERE intent = 'ovn')
            OR cidr_network(prefix) IN (SELECT cidr_network(prefix) FROM ip_plan WHERE role = 'pod-subnet')))sql";

// What flannel's and SDN's templates route to the host instead of NATing it, when nobody says what services have: a
// wide prefix that is not the host's own.
constexpr std::string_view kServiceRoutes = R"sql(
    SELECT 'service', p.destination_prefix, 'CNI ' || p.file_name || ' (route policy)', 1, p.document_id, p.place
      FROM cni_policies AS p
     WHERE p.type = 'SDNRoute' AND p.need_encap = 1 AND cidr_prefix_length(p.destination_prefix) <= 24
       AND NOT EXISTS (SELECT 1 FROM ip_plan WHERE role = 'service')
       AND NOT EXISTS (SELECT 1 FROM ip_plan AS c WHERE c.role IN ('cluster', 'pod-subnet') AND cidr_overlaps(c.prefix, p.destination_prefix))
       AND NOT EXISTS (SELECT 1 FROM addresses AS a WHERE (a.compartment_id IS NULL OR a.compartment_id = 1)
                          AND cidr_contains(p.destination_prefix, a.address))
       AND NOT EXISTS (SELECT 1 FROM hns_networks AS n WHERE cidr_contains(p.destination_prefix, n.management_ip)))sql";

// The host's own subnets: not those of pods, which it has an address in as well, nor what only it can reach.
constexpr std::string_view kHost = R"sql(
    SELECT DISTINCT 'host', a.prefix, 'interface ' || coalesce(a.interface_name, a.interface_index, 'without a name'), 0, a.document_id, a.place
      FROM addresses AS a
     WHERE a.prefix IS NOT NULL AND (a.compartment_id IS NULL OR a.compartment_id = 1)
       AND NOT ip_is_loopback(a.address) AND NOT ip_is_link_local(a.address)
       AND coalesce(a.interface_name, '') NOT IN ('cni0', 'kube-ipvs0', 'nodelocaldns', 'vxlan.calico', 'vxlan-v6.calico',
                                                  'wireguard.cali', 'wg-v6.cali', 'tunl0', 'cilium_host', 'antrea-gw0')
       AND coalesce(a.interface_name, '') NOT LIKE 'flannel%'
       AND coalesce(a.interface_name, '') NOT LIKE 'vEthernet (%~_ep)' ESCAPE '~'
       AND NOT EXISTS (SELECT 1 FROM ip_plan AS p WHERE p.role IN ('pod-subnet', 'docker-nat', 'other-network') AND cidr_contains(p.prefix, a.address)
                          AND cidr_prefix_length(p.prefix) <= cidr_prefix_length(a.prefix))
    UNION ALL
    SELECT 'dns-server', d.address, 'DNS server' || coalesce(' of ' || d.interface_name, ''), 0, d.document_id, d.place
      FROM dns_servers AS d
     WHERE NOT ip_is_loopback(d.address) AND NOT ip_is_link_local(d.address) AND d.address NOT LIKE 'fec0:%'
       AND NOT EXISTS (SELECT 1 FROM ip_plan AS p WHERE p.role = 'service' AND cidr_contains(p.prefix, d.address))
       AND NOT EXISTS (SELECT 1 FROM kubelet_settings AS k WHERE ip_in_list(d.address, k.cluster_dns)))sql";

class Plan {
  public:
    explicit Plan(Database& database) : database_(database), rows_(database, snapshot::kIpPlan) {}

    void add(std::string_view sql) {
        // All rows are read before the first is written: some of the queries look at the plan itself.
        std::vector<std::pair<snapshot::IpPlanRow, RowOrigin>> found;
        Statement query = database_.prepare(sql);
        while (query.step()) {
            if (query.is_null(0) || query.is_null(1)) {
                continue;
            }
            const std::string prefixes = query.text(1);
            for (std::string_view rest = prefixes; !rest.empty();) {
                const std::string_view one = rest.substr(0, rest.find(','));
                rest.remove_prefix(std::min(one.size() + 1, rest.size()));
                if (const auto prefix = prefix_of(query.text(0), trim(one))) {
                    found.push_back({{query.text(0), *prefix, query.optional_text(2), query.integer(3) != 0},
                                     {query.optional_integer(4), query.optional_text(5)}});
                }
            }
        }
        for (const auto& [row, origin] : found) {
            if (known_.emplace(row.role, row.prefix, row.origin.value_or("")).second) {
                rows_.add(row, origin);
            }
        }
    }

  private:
    // A subnet that names the node's own address in it (FLANNEL_SUBNET=10.244.2.1/24) is canonical in the plan; where
    // somebody wrote host bits into a cluster's prefix, they stay: that is a mistake to be seen.
    static std::optional<std::string> prefix_of(std::string_view role, std::string_view text) {
        const auto prefix = Cidr::parse_or_host(text);
        if (!prefix) {
            return std::nullopt;
        }
        return role == "cluster" || role == "service" ? std::string(text) : prefix->text();
    }

    Database& database_;
    DerivedRows<std::decay_t<decltype(snapshot::kIpPlan)>> rows_;
    std::set<std::tuple<std::string, std::string, std::string>> known_;
};

}  // namespace

void derive_ip_plan(Database& database) {
    Plan plan(database);
    plan.add(kConfigured);
    plan.add(kInEffect);
    database.execute(kOwnSubnetOfKubeProxy);
    plan.add(kServiceRoutes);
    plan.add(kHost);

    Covered state = has_rows(database, snapshot::kIpPlan.name) ? Covered::ok : Covered::missing;
    for (const std::string_view source : {"addresses", "hns_networks", "flannel_config", "flannel_subnet_env",
                                          "k8s_nodes", "kube_proxy_settings", "cluster_settings"}) {
        state = std::max(state, covered(database, source));
    }
    cover(database, snapshot::kIpPlan.name, state, "what it is made of is known in part");
}

}  // namespace kwd::analyzers
