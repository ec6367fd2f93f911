// SPDX-License-Identifier: Apache-2.0
#include "snapshot/place.h"

#include <catch2/catch_test_macros.hpp>

using namespace kwd::snapshot;

TEST_CASE("lines are counted from 1", "[snapshot][place]") {
    Excerpts text("first\r\nsecond\nthird");
    CHECK(text.at("line:1") == "first");
    CHECK(text.at("line:2-3") == "second\nthird");
    CHECK(text.at("line:3") == "third");
    CHECK(text.at("line:4").empty());
    CHECK(text.at("line:0").empty());
    CHECK(text.at("line:99999999999999999999").empty());
}

TEST_CASE("a pointer finds its value, also behind a table", "[snapshot][place]") {
    CHECK(Excerpts(R"({"a":[{"b":5}]})").at("/a/0/b") == "5");
    Excerpts behind("Name  Type\n----  ----\n[{\"Name\":\"cbr0\"}]\n");
    CHECK(behind.at("line:3/0/Name") == "\"cbr0\"");
    CHECK(behind.at("line:3/7").empty());
    CHECK(Excerpts("Networks:\n{\n\"ID\": 1}\nEndpoints:\n").at("line:2") == "{\n  \"ID\": 1\n}");
    CHECK(Excerpts("{broken\nnext").at("line:1") == "{broken");
    CHECK(behind.at("/0").empty());
}

TEST_CASE("a pointer finds what stands before the break of a broken value", "[snapshot][place]") {
    Excerpts cut(R"([{"Name":"vxlan0","Subnets":["10.244.1.0/24"],"Typ)");
    CHECK(cut.at("/0/Name") == "\"vxlan0\"");
    CHECK(cut.at("/0/Subnets/0") == "\"10.244.1.0/24\"");
    CHECK(cut.at("/1").empty());
    Excerpts spoilt("Networks:\n{\"ID\": 1, \"Name\" \"cbr0\"}\n{\"ID\": 2}\n");
    CHECK(spoilt.at("line:2/ID") == "1");
    CHECK(spoilt.at("line:3/ID") == "2");
}

TEST_CASE("an excerpt is cut between characters", "[snapshot][place]") {
    CHECK(Excerpts("aé").at("line:1", 2) == "a…");
    CHECK(Excerpts("abc").at("", 2) == "ab…");
}

TEST_CASE("hostile places and contents give nothing", "[snapshot][place]") {
    CHECK(Excerpts(std::string(100'000, '[')).at("/0", 3) == "[\n …");
    CHECK(Excerpts("{}").at("/~2bad").empty());
    CHECK(Excerpts("{}").at("elsewhere:1").empty());
    CHECK(Excerpts("").at("line:1").empty());
    CHECK(Excerpts("x").at("packet:17").empty());
}
