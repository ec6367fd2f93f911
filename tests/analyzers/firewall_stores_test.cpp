// SPDX-License-Identifier: Apache-2.0
#include "analyzers/firewall_stores.h"

#include "analyzers/windows_state.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

using namespace kwd;
using namespace kwd::analyzers;
using namespace kwd::snapshot;

namespace {

Analysis stores(const std::string& list) {
    return analyzed(&analyze_windows_state, "{\"firewall_stores\": " + list + "}");
}

constexpr const char* kLocalProfiles =
    R"("profiles": {"DomainProfile": {"EnableFirewall": 1, "DefaultInboundAction": 1, "DefaultOutboundAction": 0},)"
    R"("StandardProfile": {"EnableFirewall": 1}, "PublicProfile": {"EnableFirewall": 0, "DefaultInboundAction": 0}})";

}  // namespace

TEST_CASE("a rule of Windows Firewall is read from its text in the registry", "[analyzers][firewall]") {
    const auto rule = parse_firewall_rule(
        "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=4789|LPort=5000-5010|Profile=Domain|Profile=Private|"
        "RA4=10.0.0.0/255.0.0.0|RA4=192.168.1.5-192.168.1.9|RA4=LocalSubnet|RA6=LocalSubnet|App=System|"
        "Name=Overlay traffic|Desc=for pods|EmbedCtxt=Kubernetes|Edge=TRUE|");
    REQUIRE(rule);
    CHECK(rule->action == "allow");
    CHECK(rule->enabled == true);
    CHECK(rule->direction == "in");
    CHECK(rule->protocol == "udp");
    CHECK(rule->local_ports == "4789,5000-5010");
    CHECK(rule->profiles == "domain,private");
    CHECK(rule->remote_addresses == "10.0.0.0/8,192.168.1.5-192.168.1.9,LocalSubnet");
    CHECK(rule->program == "System");
    CHECK(rule->display_name == "Overlay traffic");
    CHECK_FALSE(rule->conditions);
}

TEST_CASE("a firewall rule that says nothing of ports, addresses and profiles is for all", "[analyzers][firewall]") {
    const auto rule = parse_firewall_rule("v2.10|Action=Block|Active=FALSE|Dir=Out|");
    REQUIRE(rule);
    CHECK(rule->action == "block");
    CHECK(rule->enabled == false);
    CHECK(rule->direction == "out");
    CHECK(rule->protocol == "any");
    CHECK(rule->local_ports == "Any");
    CHECK(rule->remote_addresses == "Any");
    CHECK(rule->profiles == "any");
    CHECK_FALSE(rule->program);
    CHECK(parse_firewall_rule("v2.10|Protocol=256|")->protocol == "any");
    CHECK(parse_firewall_rule("v2.10|Protocol=1|")->protocol == "1");
    CHECK(parse_firewall_rule("v2.10|Protocol=6|")->protocol == "tcp");
}

TEST_CASE("what narrows a firewall rule is kept as it was written, also what is not known yet",
          "[analyzers][firewall]") {
    const auto rule = parse_firewall_rule(
        "v2.33|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort2_10=IPHTTPSIn|RA42=IntErnet|Svc=dnscache|IFType=Lan|"
        "RPort=53|Platform=2:6:1|Newfangled=7|");
    REQUIRE(rule);
    CHECK(rule->local_ports == "IPHTTPSIn");
    CHECK(rule->remote_addresses == "IntErnet");
    CHECK(rule->conditions == "Svc=dnscache|IFType=Lan|RPort=53|Newfangled=7");
}

TEST_CASE("what is no firewall rule is told apart from one with odd fields", "[analyzers][firewall]") {
    for (const char* text : {"", "v", "v2.30", "v2.30|", "v2.30|||", "Action=Allow|Dir=In|", "x2.30|Dir=In|"}) {
        INFO(text);
        CHECK_FALSE(parse_firewall_rule(text));
    }
    const auto odd =
        parse_firewall_rule("v2.30|Dir|=|Active=MAYBE|Protocol=|LPort=|RA4=1.2.3.4/255.0.255.0|action=BLOCK");
    REQUIRE(odd);
    CHECK_FALSE(odd->enabled);
    CHECK_FALSE(odd->direction);
    CHECK(odd->action == "block");
    CHECK(odd->remote_addresses == "1.2.3.4/255.0.255.0");
}

TEST_CASE("a policy's setting of a profile wins over the local one", "[analyzers][firewall]") {
    const Analysis analysis =
        stores(std::string(R"([{"origin": "local", "present": true, "rules": [], )") + kLocalProfiles +
               R"(}, {"origin": "group-policy", "present": true, "rules": [], "profiles":)"
               R"({"PublicProfile": {"EnableFirewall": 1, "AllowLocalPolicyMerge": 0},)"
               R"("PrivateProfile": {"DefaultInboundAction": 0},)"
               R"("StandardProfile": {"DefaultInboundAction": 1}}}])");
    const auto rows = analysis.rows(kFirewallProfiles);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].row.name == "domain");
    CHECK(rows[0].row.enabled == true);
    CHECK(rows[0].row.default_inbound == "block");
    CHECK(rows[0].row.default_outbound == "allow");
    CHECK(rows[0].row.local_rules == true);
    CHECK(rows[1].row.name == "private");
    CHECK(rows[1].row.default_inbound == "allow");
    CHECK(rows[1].row.default_outbound == "notconfigured");
    CHECK(rows[2].row.name == "public");
    CHECK(rows[2].row.enabled == true);
    CHECK(rows[2].row.default_inbound == "allow");
    CHECK(rows[2].row.local_rules == false);
    CHECK(analysis.coverage().at("firewall_rules").empty());
    CHECK(analysis.coverage().at("firewall_profiles").empty());
}

TEST_CASE("which profiles are in use is told beside what the stores say of them", "[analyzers][firewall]") {
    const Analysis analysis =
        analyzed(&analyze_windows_state, R"({"active_firewall_profiles": ["public", "domain", "novel"]})");
    const auto rows = analysis.rows(kFirewallProfiles);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].row.name == "domain");
    CHECK(rows[0].row.active == true);
    CHECK(rows[1].row.name == "private");
    CHECK(rows[1].row.active == false);
    CHECK(rows[2].row.name == "public");
    CHECK(rows[2].row.active == true);
    CHECK_FALSE(rows[0].row.enabled);
    // Whether they are on it does not say.
    CHECK(analysis.outlines().contains("firewall_profiles"));
    CHECK_FALSE(analysis.coverage().contains("firewall_profiles"));
}

TEST_CASE("a list of profiles in use that names none says nothing", "[analyzers][firewall]") {
    for (const char* list : {"[]", "7", "null", R"(["novel", 7])", "{}"}) {
        INFO(list);
        const Analysis analysis =
            analyzed(&analyze_windows_state, std::string(R"({"active_firewall_profiles": )") + list + "}");
        CHECK(analysis.rows(kFirewallProfiles).empty());
        CHECK(analysis.outlines().empty());
    }
}

TEST_CASE("rules carry the store that they come from", "[analyzers][firewall]") {
    const Analysis analysis = stores(
        std::string(R"([{"origin": "local", "present": true, )") + kLocalProfiles +
        R"(, "rules": [{"name": "kubelet", "rule": "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=10250|"},)"
        R"({"name": "bad", "rule": "nonsense"}, {"rule": "v2.30|Dir=In|"}]},)"
        R"({"origin": "group-policy", "present": true, "profiles": {}, "rules":)"
        R"([{"name": "{G}", "rule": "v2.30|Action=Block|Active=TRUE|Dir=In|"}]}, {"origin": "mdm", "present": false}])");
    const auto rows = analysis.rows(kFirewallRules);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].row.name == "kubelet");
    CHECK(rows[0].row.origin == "local");
    CHECK(rows[0].place == "/firewall_stores/0/rules/0");
    CHECK(rows[1].row.name == "{G}");
    CHECK(rows[1].row.origin == "group-policy");
    CHECK(analysis.notes().size() == 2);
    CHECK(analysis.coverage().at("firewall_rules").empty());
}

TEST_CASE("a store that could not be read leaves rules unknown", "[analyzers][firewall]") {
    const Analysis analysis = stores(std::string(R"([{"origin": "local", "present": true, "rules": null, )") +
                                     kLocalProfiles + R"(}, {"origin": "group-policy"}])");
    CHECK_FALSE(analysis.coverage().at("firewall_rules").empty());
    CHECK_FALSE(analysis.coverage().at("firewall_profiles").empty());
    CHECK(analysis.rows(kFirewallProfiles).size() == 3);
}

TEST_CASE("stores of another nature give no rows and no crash", "[analyzers][firewall]") {
    for (const char* list : {"7", "{}", "[7, [], null]", R"([{"origin": 7}])", R"([{"origin": "local", "rules": 7}])",
                             R"([{"origin": "local", "profiles": {"DomainProfile": 1}, "rules": [1, {}]}])"}) {
        INFO(list);
        CHECK(stores(list).rows(kFirewallRules).empty());
    }
}
