// SPDX-License-Identifier: Apache-2.0
#include "rules/message.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

const std::vector<std::string> kColumns = {"network", "vni", "name"};

std::string filled(std::string_view text, const snapshot::Value& name) {
    const std::vector<snapshot::Value> row = {std::string("vxlan0"), std::int64_t{1}, name};
    return fill(text, kColumns, row);
}

std::string command(std::string_view text, const std::string& name) {
    const std::vector<snapshot::Value> row = {nullptr, std::int64_t{1}, name};
    return fill_command(text, kColumns, row);
}

TEST_CASE("a message holds the values of its row", "[rules][message]") {
    CHECK(filled("Network {network} uses VNI {vni}.", nullptr) == "Network vxlan0 uses VNI 1.");
    CHECK(filled("{vni}{vni}", nullptr) == "11");
    CHECK(filled("Name: {name}", nullptr) == "Name: unknown");
    CHECK(filled("Name: {nam}", nullptr) == "Name: unknown");
}

TEST_CASE("values are data: braces in them are not looked at again", "[rules][message]") {
    CHECK(filled("{name}!", std::string("{vni} {network}")) == "{vni} {network}!");
}

TEST_CASE("braces around anything but a word are text", "[rules][message]") {
    CHECK(filled("Get-X | ? {$_.Id -eq {vni}}", nullptr) == "Get-X | ? {$_.Id -eq 1}");
    CHECK(filled("{{.Name}} {} { vni } {vni", nullptr) == "{{.Name}} {} { vni } {vni");
    CHECK(filled("{{vni}} is {vni}", nullptr) == "{vni} is 1");
    CHECK(placeholders("{a} {{b}} {c.d} {e_1} {$f}") == std::vector<std::string>{"a", "e_1"});
}

TEST_CASE("a time in a message says whose it is", "[rules][message]") {
    const std::array<std::string, 1> columns{"last"};
    const auto told = [&](const char* time) {
        const std::array<snapshot::Value, 1> row{std::string(time)};
        return fill("last at {last}.", columns, row);
    };
    CHECK(told("2026-02-01T09:42:43.880417Z") == "last at 2026-02-01 09:42:43 UTC.");
    CHECK(told("2026-02-01T09:42:43Z") == "last at 2026-02-01 09:42:43 UTC.");
    CHECK(told("2026-02-01T09:42:43.880417") == "last at 2026-02-01 09:42:43 by the log's own clock.");
    CHECK(told("2026-02-01T09:42:43+01:00") == "last at 2026-02-01T09:42:43+01:00.");
    CHECK(told("2026-02-01") == "last at 2026-02-01.");
}

TEST_CASE("a long value is cut between characters", "[rules][message]") {
    // 499 bytes and a character of two: it would end at 501.
    const std::string text = filled("{name}", std::string(499, 'x') + "éé");
    CHECK(text == std::string(499, 'x') + "…");
}

TEST_CASE("a command holds only values that no shell takes for more than text", "[rules][message]") {
    CHECK(command("kubectl delete pod {name}", "web-0.ns_1:2/3@4") == "kubectl delete pod web-0.ns_1:2/3@4");
    CHECK(command("kubectl delete pod {name}", "web; reboot") == "kubectl delete pod <name>");
    CHECK(command("kubectl delete pod {name}", "web reboot") == "kubectl delete pod <name>");
    CHECK(command("kubectl delete pod {name}", "--all") == "kubectl delete pod <name>");
    CHECK(command("kubectl delete pod \"{name}\"", "--all") == "kubectl delete pod \"<name>\"");
    CHECK(command("kubectl delete pod {network}", "x") == "kubectl delete pod <network>");
}

TEST_CASE("within quotes a command takes adapter names, but nothing that ends the quotes", "[rules][message]") {
    CHECK(command("Get-NetAdapter -Name \"{name}\"", "vEthernet (Ethernet 2)") ==
          "Get-NetAdapter -Name \"vEthernet (Ethernet 2)\"");
    CHECK(command("Get-NetAdapter -Name '{name}'", "Подключение") == "Get-NetAdapter -Name 'Подключение'");
    for (const char* hostile : {"a\" ; reboot", "a' ; reboot", "$(reboot)", "`reboot`", "a\nb", "a|b", "a&b", "%PATH%!",
                                "a\u201dreboot", "a\u2019", "\u202e", "a\\", "a\x80", "\xc2\x85", ""}) {
        CAPTURE(hostile);
        CHECK(command("Get-NetAdapter -Name \"{name}\"", hostile) == "Get-NetAdapter -Name \"<name>\"");
    }
    CHECK(command("a \"{vni}\" {name}", "b c") == "a \"1\" <name>");
}

}  // namespace
}  // namespace kwd::rules
