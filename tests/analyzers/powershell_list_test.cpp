// SPDX-License-Identifier: Apache-2.0
#include "analyzers/powershell_list.h"

#include "analyzers/powershell_value.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

snapshot::Document text(std::string content) {
    return {{}, std::move(content)};
}

std::vector<PowerShellObject> list_in(std::string content) {
    Analysis notes;
    const TextLines lines(text(std::move(content)), notes);
    return read_powershell_list(lines, 0).value().objects;
}

std::vector<PowerShellObject> table_in(std::string content) {
    Analysis notes;
    const TextLines lines(text(std::move(content)), notes);
    return read_powershell_table(lines, 0).value().objects;
}

TEST_CASE("list form: one property a line, a blank line between objects", "[analyzers][powershell]") {
    const auto objects =
        list_in("Name        : a\r\nDescription :\r\nFlags       : 8\r\n\r\n\r\nName        : b\r\n\r\nelse");

    REQUIRE(objects.size() == 2);
    CHECK(objects[0].text({"name"}) == "a");
    CHECK_FALSE(objects[0].text({"Description"}).has_value());
    CHECK(objects[0].has("Description"));
    CHECK(objects[0].integer({"Missing", "Flags"}) == 8);
    CHECK(objects[0].place == "line:1-3");
    CHECK(objects[1].place == "line:6");
}

TEST_CASE("list form: values cut at the console's width are joined, in a token or at a blank",
          "[analyzers][powershell]") {
    // 40 columns: two cuts are within tokens, the one in the list is at its blank.
    const auto objects = list_in(
        "Path     : C:\\k\\kubelet.exe --node-ip=19\n"
        "           2.168.10.21 --v=4 --cert-dir=\n"
        "           C:\\var --register-node\n"
        "Resource : {System.Object,\n"
        "           b}\n"
        "Name     : vEthernet (Ethernet)\n");

    REQUIRE(objects.size() == 1);
    CHECK(objects[0].text({"Path"}) ==
          "C:\\k\\kubelet.exe --node-ip=192.168.10.21 --v=4 --cert-dir=C:\\var --register-node");
    CHECK(objects[0].text({"Resource"}) == "{System.Object, b}");
    CHECK(objects[0].text({"Name"}) == "vEthernet (Ethernet)");
    CHECK(objects[0].properties[0].place == "line:1-3");
}

TEST_CASE("list form: what is no property is none", "[analyzers][powershell]") {
    Analysis notes;
    for (const char* line :
         {"SERVICE_NAME: hns", "   indented : 1", "Start Port : 1", "http://a.b : c d:", "", ": 1"}) {
        CHECK_FALSE(read_powershell_list(TextLines(text(line), notes), 0).has_value());
    }
}

TEST_CASE("table form: cells stand left or right in their columns", "[analyzers][powershell]") {
    const auto rows = table_in(
        "Name                      ifIndex Status    LinkSpeed\n"
        "----                      ------- ------    ---------\n"
        "vEthernet (ef97202f-eth0)      28 Up         100 Gbps\n"
        "Ethernet 2                     10               1 Mbps\n"
        "\n"
        "Ethernet 3                     11 Up           1 Gbps\n");

    REQUIRE(rows.size() == 2);
    CHECK(rows[0].text({"Name"}) == "vEthernet (ef97202f-eth0)");
    CHECK(rows[0].integer({"ifIndex"}) == 28);
    CHECK(rows[0].text({"Status"}) == "Up");
    CHECK(rows[0].text({"LinkSpeed"}) == "100 Gbps");
    CHECK(rows[1].integer({"ifIndex"}) == 10);
    CHECK_FALSE(rows[1].text({"Status"}).has_value());
    CHECK(rows[1].place == "line:4");
}

TEST_CASE("table form: a number wider than its column's name begins before it", "[analyzers][powershell]") {
    const auto rows = table_in(
        "NextHop  Metric\n"
        "-------  ------\n"
        "On     12345678\n");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].text({"NextHop"}) == "On");
    CHECK(rows[0].integer({"Metric"}) == 12345678);
}

TEST_CASE("table form: wide characters take two columns", "[analyzers][powershell]") {
    const auto rows = table_in(
        "Name       Status\n"
        "----       ------\n"
        "以太网 2   Up\n");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].text({"Name"}) == "以太网 2");
    CHECK(rows[0].text({"Status"}) == "Up");
}

TEST_CASE("table form: dashes that do not match the names are another program's", "[analyzers][powershell]") {
    Analysis notes;
    CHECK_FALSE(read_powershell_table(TextLines(text("Idx  Met   State\n---  -----------  -----\n"), notes), 0));
    CHECK_FALSE(read_powershell_table(TextLines(text("\n---\n"), notes), 0));
    CHECK_FALSE(read_powershell_table(TextLines(text("Name"), notes), 0));
}

TEST_CASE("values are objects, arrays or texts", "[analyzers][powershell]") {
    CHECK(parse_powershell_value("@{A=1; B=@{C=x y; D=}; E={p, q}}") ==
          json({{"A", "1"}, {"B", {{"C", "x y"}, {"D", ""}}}, {"E", {"p", "q"}}}));
    CHECK(parse_powershell_value("{@{A=1}, @{A=2}...}") == json::array({{{"A", "1"}}, {{"A", "2"}}, "..."}));
    CHECK(parse_powershell_value("{a, b...}") == json({"a", "b", "..."}));
    CHECK(parse_powershell_value("{}") == json::array());
    CHECK(parse_powershell_value("@{A=1} @{A=2}") == json::array({{{"A", "1"}}, {{"A", "2"}}}));
    CHECK(parse_powershell_value(" plain text ") == "plain text");
    CHECK(parse_powershell_value("@{Id={E7C3B2F0}; Name=x}") == json({{"Id", {"E7C3B2F0"}}, {"Name", "x"}}));
}

TEST_CASE("values that are not closed end with the text", "[analyzers][powershell]") {
    CHECK(parse_powershell_value("@{A=1; B=@{C=2") == json({{"A", "1"}, {"B", {{"C", "2"}}}}));
    CHECK(parse_powershell_value("@{") == json::object());
    CHECK(parse_powershell_value("@{A}") == json::object());
    std::string deep;
    for (int i = 0; i < 5000; ++i) {
        deep += "@{A=";
    }
    CHECK(parse_powershell_value(deep).is_object());
}

TEST_CASE("what PowerShell 7 cut off ends as in Windows PowerShell", "[analyzers][powershell]") {
    CHECK(table_in("Name       Id\n----       --\nvEthernet…  9\n")[0].text({"Name"}) == "vEthernet...");
    CHECK(list_in("Policies : {@{Type=ACL}, @{Type=PA}…}\n")[0].text({"Policies"}) == "{@{Type=ACL}, @{Type=PA}...}");
}

}  // namespace
}  // namespace kwd::analyzers
