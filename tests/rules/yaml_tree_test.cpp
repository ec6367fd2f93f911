// SPDX-License-Identifier: Apache-2.0
#include "rules/yaml_tree.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kwd::rules {
namespace {

std::string refusal(std::string_view text) {
    const auto root = read_yaml(text, "x.yaml");
    return root ? "read" : root.error().doing;
}

TEST_CASE("a YAML text is read as maps, lists and texts with their lines", "[rules][yaml]") {
    const auto root = read_yaml("name: eth0\nlist:\n  - {mtu: 1500, note: ~}\n  - \"~\"\n", "x.yaml");

    REQUIRE(root);
    REQUIRE(root->kind == YamlNode::Kind::map);
    CHECK(root->find("name")->text == "eth0");
    CHECK(root->find("nothing") == nullptr);
    const YamlNode& list = *root->find("list");
    REQUIRE(list.items.size() == 2);
    CHECK(list.items[0].line == 3);
    CHECK(list.items[0].find("mtu")->plain);
    CHECK(list.items[0].find("note")->kind == YamlNode::Kind::null);
    CHECK(list.items[1].kind == YamlNode::Kind::scalar);
    CHECK(list.items[1].text == "~");
    CHECK_FALSE(list.items[1].plain);
}

TEST_CASE("what is not YAML is refused with the line it stands on", "[rules][yaml]") {
    CHECK(refusal("a: 1\nb: [1, 2\n").starts_with("x.yaml:"));
    CHECK(refusal("a: 1\n\tb: 2\n").starts_with("x.yaml:2: "));
    CHECK(refusal("") == "x.yaml:1: the text is empty");
    CHECK(refusal("# nothing but a comment\n") == "x.yaml:1: the text is empty");
}

TEST_CASE("YAML that makes a small text large, or a key ambiguous, is refused", "[rules][yaml]") {
    CHECK(refusal("a: &x [1]\nb: *x\n") == "x.yaml:1: anchors (&name) are not allowed");
    CHECK(refusal("a: !!binary AA==\n") == "x.yaml:1: tags (!name) are not allowed");
    CHECK(refusal("a: 1\nb: 2\na: 3\n") == "x.yaml:3: 'a' stands twice");
    CHECK(refusal("[a, b]: 1\n") == "x.yaml:1: a key must be a plain word");
    CHECK(refusal("a: 1\n---\nb: 2\n") == "x.yaml:3: a second document begins here; one file holds one");
}

TEST_CASE("nesting and size of YAML have a limit", "[rules][yaml]") {
    CHECK(refusal(std::string(12, '[') + std::string(12, ']')) == "read");
    CHECK(refusal(std::string(13, '[') + std::string(13, ']')) == "x.yaml:1: nested deeper than 12 levels");
    CHECK(refusal(std::string(100'000, '[')) == "x.yaml:1: nested deeper than 12 levels");
    CHECK(refusal(std::string(262'145, ' ')) == "x.yaml:1: 262145 bytes; at most 262144 are read");
}

}  // namespace
}  // namespace kwd::rules
