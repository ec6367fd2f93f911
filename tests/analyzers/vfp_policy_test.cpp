// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vfp.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/vfp.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kwd::analyzers {
namespace {

using namespace snapshot;

constexpr const char* kPort = "11111111-2222-4333-8444-555555555501";

std::string asked(std::string_view question, std::string_view answer) {
    return "> vfpctrl /port " + std::string(kPort) + " /" + std::string(question) + "\n" + std::string(answer);
}

// The forms of groups and rules are those that public reports show.
const std::string kRules = asked("list-rule",
                                 " ITEM LIST\r\n===========\r\n\r\n"
                                 "LAYER : ACL_ENDPOINT_LAYER\r\n"
                                 "  GROUP : ACL_ENDPOINT_GROUP_IPV4_IN\r\n"
                                 "      Friendly name : ACL_ENDPOINT_GROUP_IPV4_IN\r\n"
                                 "      Priority : 1\r\n"
                                 "      Direction : IN\r\n"
                                 "      Type : IPv4\r\n"
                                 "        Conditions:\r\n"
                                 "            <none>\r\n"
                                 "      Match type : Priority-based match\r\n"
                                 "\r\n"
                                 "    RULE : A2CFF68C-B5F4-4988-841F-0F6F77AF3D09\r\n"
                                 "        Friendly name : allow-host-to-endpoint\r\n"
                                 "        Priority : 900\r\n"
                                 "        Flags : 8195 terminating stateful \r\n"
                                 "        Type : allow\r\n"
                                 "        Conditions:\r\n"
                                 "            Source IP : 10.156.233.218\r\n"
                                 "            Protocols: 6\r\n"
                                 "        Flow TTL: 240\r\n"
                                 "        FlagsEx : 0 \r\n"
                                 "\r\n"
                                 "    RULE :\r\n"
                                 "        Friendly name : PA_ROUTE\r\n"
                                 "        Priority : 45535\r\n"
                                 "        Type : paroute\r\n"
                                 "        Conditions:\r\n"
                                 "            <none>\r\n"
                                 "        Flow TTL: 0\r\n"
                                 "        Rule Data:\r\n"
                                 "        VLAN ID: 0\r\n"
                                 "        Using default compartment\r\n"
                                 "        FlagsEx : 0\r\n"
                                 "\r\n"
                                 "Command list-rule succeeded!\r\n");

TEST_CASE("layers, groups and rules of a port, one in the other", "[analyzers][vfp]") {
    const Analysis read = analyzed(&analyze_vfp, kRules);
    CHECK(only_row(read, kVfpLayers).row.name == "ACL_ENDPOINT_LAYER");

    const VfpGroupsRow group = only_row(read, kVfpGroups).row;
    CHECK(group.port_name == kPort);
    CHECK(group.layer == "ACL_ENDPOINT_LAYER");
    CHECK(group.name == "ACL_ENDPOINT_GROUP_IPV4_IN");
    CHECK(group.priority == 1);
    CHECK(group.direction == "IN");
    CHECK(group.type == "IPv4");
    CHECK(group.match_type == "Priority-based match");
    CHECK_FALSE(group.conditions.has_value());

    const auto rules = read.rows(kVfpRules);
    REQUIRE(rules.size() == 2);
    CHECK(rules[0].row.port_name == kPort);
    CHECK(rules[0].row.layer == "ACL_ENDPOINT_LAYER");
    CHECK(rules[0].row.group_name == "ACL_ENDPOINT_GROUP_IPV4_IN");
    CHECK(rules[0].row.name == "A2CFF68C-B5F4-4988-841F-0F6F77AF3D09");
    CHECK(rules[0].row.friendly_name == "allow-host-to-endpoint");
    CHECK(rules[0].row.priority == 900);
    CHECK(rules[0].row.flags == "8195 terminating stateful");
    CHECK(rules[0].row.type == "allow");
    CHECK(rules[0].row.conditions == "Source IP: 10.156.233.218; Protocols: 6");
    CHECK_FALSE(rules[0].row.rule_data.has_value());
    CHECK(rules[0].place == "line:15");
    CHECK(rules[1].row.name == "PA_ROUTE");
    CHECK(rules[1].row.rule_data == "VLAN ID: 0; Using default compartment");
    CHECK_FALSE(rules[1].row.conditions.has_value());
    CHECK(read.coverage().at("vfp_rules").empty());
    CHECK(read.outlines().contains("vfp_ports"));
}

TEST_CASE("a layer by itself has its settings, and a question for one layer names it", "[analyzers][vfp]") {
    const Analysis read =
        analyzed(&analyze_vfp,
                 asked("list-layer",
                       "ITEM LIST\n===========\n\nLAYER : LB_DSR\n    Friendly name : LB_DSR\n    Flags : 9 Default "
                       "Allow , Update flows\n    Priority : 150\n\nCommand list-layer succeeded!\n") +
                     "vfpctrl.exe /port " + kPort + " /layer LB_DSR /group G /list-rule\nITEM LIST\n\n  RULE : R1\n");
    const VfpLayersRow layer = only_row(read, kVfpLayers).row;
    CHECK(layer.priority == 150);
    CHECK(layer.flags == "9 Default Allow , Update flows");
    const VfpRulesRow rule = only_row(read, kVfpRules).row;
    CHECK(rule.layer == "LB_DSR");
    CHECK(rule.group_name == "G");
}

TEST_CASE("what is told twice is there once", "[analyzers][vfp]") {
    const Analysis read = analyzed(&analyze_vfp, kRules + kRules);
    CHECK(read.rows(kVfpLayers).size() == 1);
    CHECK(read.rows(kVfpGroups).size() == 1);
    CHECK(read.rows(kVfpRules)[0].row.conditions == "Source IP: 10.156.233.218; Protocols: 6");
}

TEST_CASE("counters of a port have a direction, those of rules their rule", "[analyzers][vfp]") {
    const Analysis read = analyzed(
        &analyze_vfp,
        asked("get-port-counter",
              "Direction - OUT\n  SYN packets : 12\n  Dropped ACL packets : 3\n Direction - IN\n  SYN packets : 7\n"
              "  Average : 1.5\nCommand get-port-counter succeeded!\n") +
            asked("get-rule-counter",
                  "LAYER : LB_DSR\n GROUP : LB_DSR_IPv4_OUT\n  RULE : LB_DSR_1\n    Priority : 100\n    Matched "
                  "packets : 5\n"));
    const auto counters = read.rows(kVfpCounters);
    REQUIRE(counters.size() == 4);
    CHECK(counters[0].row.direction == "OUT");
    CHECK(counters[0].row.counter == "SYN packets");
    CHECK(counters[0].row.value == 12);
    CHECK_FALSE(counters[0].row.rule.has_value());
    CHECK(counters[1].row.counter == "Dropped ACL packets");
    CHECK(counters[2].row.direction == "IN");
    CHECK(counters[2].row.value == 7);
    CHECK(counters[3].row.rule == "LB_DSR_1");
    CHECK(counters[3].row.layer == "LB_DSR");
    CHECK(counters[3].row.group_name == "LB_DSR_IPv4_OUT");
    CHECK(counters[3].row.value == 5);
    CHECK(read.rows(kVfpRules).empty());
}

TEST_CASE("in a file of appended outputs the state behind the rules is the port's", "[analyzers][vfp]") {
    const std::string rules = kRules.substr(kRules.find('\n') + 1);
    const Analysis read = analyzed(&analyze_vfp, "Policy for port : \n" + std::string(kPort) + "\n" + rules +
                                                     "  Enabled : TRUE\n  Blocked : TRUE\n");
    CHECK(read.rows(kVfpRules).at(0).row.port_name == kPort);
    const VfpPortsRow port = only_row(read, kVfpPorts).row;
    CHECK(port.enabled == true);
    CHECK(port.blocked == true);
}

TEST_CASE("text without its indentation keeps conditions", "[analyzers][vfp]") {
    const Analysis read = analyzed(&analyze_vfp, asked("list-rule",
                                                       "LAYER : L\nGROUP : G\nRULE : R\nConditions:\nSource IP : "
                                                       "fd00::1\nFlow TTL: 240\nType : allow\n"));
    const VfpRulesRow rule = only_row(read, kVfpRules).row;
    CHECK(rule.conditions == "Source IP: fd00::1");
    CHECK(rule.type == "allow");
}

TEST_CASE("a question that failed leaves its table known in part", "[analyzers][vfp]") {
    const Analysis read = analyzed(&analyze_vfp, asked("list-rule", "ERROR: failed to find the port (0x80070490)\n"));
    CHECK(read.coverage().at("vfp_rules") == "ERROR: failed to find the port (0x80070490)");
    CHECK(notes_of(read) == std::vector<std::string>{"failed at line:2"});
}

TEST_CASE("a switch without ports is an answer", "[analyzers][vfp]") {
    const Analysis read = analyzed(&analyze_vfp, "> vfpctrl /list-vmswitch-port\nITEM LIST\n===========\n");
    CHECK(read.rows(kVfpPorts).empty());
    CHECK(read.coverage().at("vfp_ports").empty());
    CHECK(read.notes().empty());
}

}  // namespace
}  // namespace kwd::analyzers
