// SPDX-License-Identifier: Apache-2.0
#include "reports/address_plan.h"

#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace kwd::reports {
namespace {

using Catch::Matchers::ContainsSubstring;
using Remarks = std::vector<std::string>;

snapshot::Database with(const std::string& sql) {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    database.execute(sql.c_str());
    return database;
}

const PlannedPrefix& prefix_of(const AddressPlan& plan, std::string_view role) {
    for (const PlannedPrefix& each : plan.prefixes) {
        if (each.role == role) {
            return each;
        }
    }
    FAIL("no prefix is for " << role);
    return plan.prefixes.front();
}

TEST_CASE("a subnet that several places name is one", "[reports][addresses]") {
    const AddressPlan plan = read_address_plan(with(
        "INSERT INTO ip_plan (role, prefix, origin) VALUES ('service', '10.96.0.0/12', 'kubeadm-config'), ('cluster', "
        "'10.244.0.1/16', 'net-conf'), ('cluster', '10.244.0.0/16', 'kube-proxy'), ('cluster', 'nonsense', 'x')"));
    REQUIRE(plan.prefixes.size() == 2);
    CHECK(plan.prefixes[0].prefix.text() == "10.244.0.0/16");
    CHECK(plan.prefixes[0].origins == "net-conf, kube-proxy");
    CHECK(plan.prefixes[1].role == "service");
    CHECK(plan.clashes.empty());
}

TEST_CASE("what overlaps, and what lies outside, is told of both", "[reports][addresses]") {
    const AddressPlan plan = read_address_plan(
        with("INSERT INTO ip_plan (role, prefix) VALUES ('cluster', '10.96.0.0/16'), ('service', '10.96.0.0/12'), "
             "('pod-subnet', '10.244.2.0/24'), ('host', '192.168.10.0/24'), ('service', 'fd00:96::/108')"));
    CHECK(prefix_of(plan, "cluster").remarks == Remarks{"overlaps services 10.96.0.0/12"});
    CHECK(prefix_of(plan, "service").remarks == Remarks{"overlaps cluster 10.96.0.0/16"});
    CHECK(prefix_of(plan, "pod-subnet").remarks == Remarks{"outside of the cluster subnet"});
    CHECK(prefix_of(plan, "pod-subnet").clashes);
    CHECK_FALSE(prefix_of(plan, "host").clashes);
    CHECK(plan.clashes.size() == 1);
}

TEST_CASE("pods that have addresses of the nodes' network are no clash", "[reports][addresses]") {
    const std::string plan_of =
        "INSERT INTO ip_plan (role, prefix) VALUES ('cluster', '10.240.0.0/16'), ('host', '10.240.0.0/16'), "
        "('dns-server', '10.240.0.4/32'), ('remote-pod-subnet', '10.240.3.0/24');";
    SECTION("of Azure") {
        CHECK(read_address_plan(with(plan_of + "INSERT INTO network_intents (intent, why) VALUES ('azure-cni', ''), "
                                               "('l2bridge', '')"))
                  .clashes.empty());
    }
    SECTION("of AWS") {
        CHECK(read_address_plan(with(plan_of + "INSERT INTO cni_networks (file_name, position, plugin_type) VALUES "
                                               "('vpc-bridge.conf', 0, 'vpc-bridge')"))
                  .clashes.empty());
    }
    SECTION("whose services are apart all the same") {
        const AddressPlan plan =
            read_address_plan(with(plan_of + "INSERT INTO network_intents (intent, why) VALUES ('azure-cni', '');"
                                             "INSERT INTO ip_plan (role, prefix) VALUES ('service', '10.240.8.0/22')"));
        CHECK(prefix_of(plan, "service").remarks ==
              Remarks{"overlaps cluster 10.240.0.0/16", "overlaps the node's own 10.240.0.0/16"});
    }
    SECTION("and any others are") {
        const AddressPlan plan =
            read_address_plan(with(plan_of + "INSERT INTO cni_networks (file_name, position, plugin_type, effective) "
                                             "VALUES ('vpc-bridge.conf', 0, 'vpc-bridge', 0);"
                                             "INSERT INTO network_intents (intent, why) VALUES ('l2bridge', '')"));
        CHECK(plan.clashes.size() == 3);  // cluster and host, cluster and DNS server, pods of another node and host
    }
}

TEST_CASE("a route that covers the cluster is told and no mistake, one into it is a node's", "[reports][addresses]") {
    const AddressPlan plan =
        read_address_plan(with("INSERT INTO ip_plan (role, prefix) VALUES ('cluster', '10.244.0.0/16');"
                               "INSERT INTO node_facts (cloud) VALUES ('azure');"
                               "INSERT INTO routes (destination, next_hop, interface_name, compartment_id) VALUES "
                               "('10.0.0.0/8', '172.16.0.1', 'VPN', "
                               "1), ('10.244.3.0/24', '192.168.10.22', 'Ethernet', 1), ('0.0.0.0/0', '192.168.10.1', "
                               "'Ethernet', 1), ('10.9.0.0/16', "
                               "'10.9.0.1', 'pod', 4), ('192.168.10.0/24', NULL, 'Ethernet', 1)"));
    REQUIRE(plan.prefixes.size() == 4);
    CHECK(prefix_of(plan, "route").prefix.text() == "10.0.0.0/8");
    CHECK(prefix_of(plan, "route").origins == "route by 172.16.0.1, VPN");
    CHECK(prefix_of(plan, "route").remarks == Remarks{"covers cluster 10.244.0.0/16"});
    CHECK_FALSE(prefix_of(plan, "route").clashes);
    CHECK(prefix_of(plan, "metadata").prefix.text() == "168.63.129.16/32");
}

TEST_CASE("room is nodes and the most pods on them, blocks for nodes, and addresses for pods", "[reports][addresses]") {
    const std::string plan_of =
        "INSERT INTO ip_plan (role, prefix) VALUES ('cluster', '10.244.0.0/23'), ('pod-subnet', '10.244.0.0/25'), "
        "('service', '10.96.0.0/30');"
        "INSERT INTO k8s_nodes (name, pod_cidr, max_pods, is_this_node) VALUES ('a', '10.244.0.0/25', 130, 1), ('b', "
        "'10.244.0.128/25', 130, 0), ('c', '10.244.1.0/25', 130, 0);"
        "INSERT INTO k8s_services (namespace, name, cluster_ip) VALUES ('n', 'a', '10.96.0.1'), ('n', 'b', "
        "'10.96.0.2');";
    SECTION("for flannel") {
        const auto capacity =
            read_address_plan(with(plan_of + "INSERT INTO network_intents (intent, why) VALUES ('overlay', '')"))
                .capacity;
        REQUIRE(capacity.size() == 4);
        CHECK(capacity[0].of == "cluster 10.244.0.0/23");
        CHECK(capacity[0].how == "3 nodes + 3 × 130 pods");
        CHECK(capacity[0].need == 393);  // 3 + 390
        CHECK(capacity[0].has == 512);
        CHECK(capacity[0].enough() == true);
        CHECK(capacity[1].of == "blocks of /25 in 10.244.0.0/23");
        CHECK(capacity[1].need == 3);
        CHECK(capacity[1].has == 4);
        CHECK(capacity[2].of == "pods of this node 10.244.0.0/25");
        CHECK(capacity[2].need == 130);
        CHECK(capacity[2].has == 123);  // 128 less five
        CHECK(capacity[2].enough() == false);
        CHECK(capacity[3].need == 2);
        CHECK(capacity[3].has == 2);
        CHECK(capacity[3].enough() == true);
    }
    SECTION("Calico gives blocks as pods need them") {
        const auto capacity =
            read_address_plan(with(plan_of + "INSERT INTO network_intents (intent, why) VALUES ('calico-vxlan', '')"))
                .capacity;
        REQUIRE(capacity.size() == 1);
        CHECK(capacity[0].of == "services 10.96.0.0/30");
    }
    SECTION("without nodes it is not known") {
        const auto capacity = read_address_plan(with("INSERT INTO ip_plan (role, prefix) VALUES ('cluster', "
                                                     "'10.244.0.0/23'); INSERT INTO network_intents (intent, why) "
                                                     "VALUES ('host-gw', '')"))
                                  .capacity;
        REQUIRE(capacity.size() == 1);
        CHECK_FALSE(capacity[0].need.has_value());
        CHECK_FALSE(capacity[0].enough().has_value());
    }
}

TEST_CASE("the picture has a lane for each kind, and what overlaps is marked", "[reports][addresses]") {
    const AddressPlan plan = read_address_plan(
        with("INSERT INTO ip_plan (role, prefix, origin) VALUES ('cluster', '10.96.0.0/16', '<script>'), ('service', "
             "'10.96.0.0/12', 'x'), ('host', '192.168.10.0/24', 'y'), ('cluster', 'fd00::/48', 'z')"));
    const std::string svg = draw_address_space(plan);
    CHECK_THAT(svg, ContainsSubstring(">Cluster</text>"));
    CHECK_THAT(svg, ContainsSubstring("class=\"clash\""));
    CHECK_THAT(svg, ContainsSubstring("&lt;script&gt;"));
    CHECK_THAT(svg, ContainsSubstring(">192.168.10.0</text>"));  // where addresses begin after a gap
    CHECK(svg.find("fd00::/48") == std::string::npos);
    CHECK(svg.find(">Routes<") == std::string::npos);
    CHECK(draw_address_space({}).empty());
}

TEST_CASE("subnets of very many nodes are drawn as runs, up to the last address", "[reports][addresses]") {
    std::string sql =
        "INSERT INTO ip_plan (role, prefix) VALUES ('host', '255.255.255.255/32'), ('cluster', '0.0.0.0/0')";
    for (int i = 0; i < 200; ++i) {
        sql += ", ('remote-pod-subnet', '10.244." + std::to_string(i) + ".0/24')";
    }
    sql += ", ('remote-pod-subnet', '10.245.0.0/24')";
    const std::string svg = draw_address_space(read_address_plan(with(sql)));
    CHECK_THAT(svg, ContainsSubstring(">200 subnets</text>"));
    CHECK_THAT(svg, ContainsSubstring("10.244.199.0/24: pods of other nodes"));
    CHECK(svg.find(">10.244.7.0/24</text>") == std::string::npos);
    CHECK_THAT(svg, ContainsSubstring("255.255.255.255/32: the node&#39;s own"));
}

}  // namespace
}  // namespace kwd::reports
