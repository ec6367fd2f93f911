// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/json_outline.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace kwd::collectors;

TEST_CASE("keys are found by their path, through arrays and whatever their case", "[import][outline]") {
    const auto outlines = outline_json(R"([{"ID":"a","Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/8"}]}]}])");
    REQUIRE(outlines.size() == 1);
    CHECK(outlines[0].is_array());
    CHECK(outlines[0].has("ipams.subnets.ipaddressprefix"));
    CHECK(outlines[0].value("ipams.subnets.ipaddressprefix") == "10.0.0.0/8");
    CHECK(outlines[0].value("id") == "a");
    CHECK_FALSE(outlines[0].has("subnets"));
    CHECK(outlines[0].value("ipams").empty());
}

TEST_CASE("members behind a nested container belong to the outer object", "[import][outline]") {
    const auto outlines = outline_json(R"({"a":{"b":{"c":1},"d":2},"e":[1,[2]],"f":"x"})");
    REQUIRE(outlines.size() == 1);
    CHECK(outlines[0].value("a.b.c") == "1");
    CHECK(outlines[0].value("a.d") == "2");
    CHECK(outlines[0].value("f") == "x");
}

TEST_CASE("a raw HNS answer is looked through", "[import][outline]") {
    const auto outlines = outline_json(R"({"Output":[{"Name":"nat"}],"Success":true})");
    REQUIRE(outlines.size() == 1);
    CHECK(outlines[0].value("name") == "nat");
    CHECK_FALSE(outlines[0].has("success"));
}

TEST_CASE("lines that a console broke within strings and numbers do not matter", "[import][outline]") {
    const auto outlines = outline_json("{\"Na\r\nme\":\"fla\nnnel\",\"Version\":55834\n574851,\"Type\":\"Overlay\"}");
    REQUIRE(outlines.size() == 1);
    CHECK(outlines[0].value("name") == "flannel");
    CHECK(outlines[0].value("type") == "Overlay");
}

TEST_CASE("a value that is cut off shows what came before", "[import][outline]") {
    const std::string text = R"([{"ID":"a","Policies":[{"Type":"VSID","Sett)";
    const auto outlines = outline_json(text);
    REQUIRE(outlines.size() == 1);
    CHECK(outlines[0].value("policies.type") == "VSID");
    CHECK(outlines[0].end() == text.size());
}

TEST_CASE("values are found behind anything that ends with its line", "[import][outline]") {
    const auto outlines = outline_json("Networks:\n{\"a\":1}\n\nEndpoints:\n{\"b\":2}\ntext {\"c\":3}\n");
    REQUIRE(outlines.size() == 2);
    CHECK(outlines[0].has("a"));
    CHECK(outlines[1].has("b"));
}

TEST_CASE("brackets that begin no JSON are none", "[import][outline]") {
    CHECK(outline_json("[plugins]\n[SC] QueryServiceConfig SUCCESS\n[+] passed\n{x}\n[1/2] step\n").empty());
    CHECK(outline_json("").empty());
    CHECK(outline_json("[").empty());
}

TEST_CASE("empty containers have no keys", "[import][outline]") {
    const auto outlines = outline_json("[]\n");
    REQUIRE(outlines.size() == 1);
    CHECK(outlines[0].empty());
    CHECK(outlines[0].end() == 2);
}

TEST_CASE("what is nested beyond reason ends there", "[import][outline]") {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "{\"a\":";
    }
    CHECK(outline_json(deep).size() <= kMaxOutlines);
}

TEST_CASE("no more values are outlined than the limit", "[import][outline]") {
    std::string many;
    for (int i = 0; i < 100; ++i) {
        many += "{\"a\":1}\n";
    }
    CHECK(outline_json(many).size() == kMaxOutlines);
}
