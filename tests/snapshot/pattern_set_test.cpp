// SPDX-License-Identifier: Apache-2.0
#include "snapshot/lines/pattern_set.h"

#include "snapshot/lines/literal_set.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace kwd::snapshot;

namespace {

using Positions = std::vector<std::size_t>;

Positions matching(const std::vector<std::string>& patterns, std::string_view text) {
    PatternSet set(patterns);
    const auto found = set.match(text);
    return {found.begin(), found.end()};
}

// The numbers of the literals that are found.
Positions found(const std::vector<std::string>& literals, std::string_view text) {
    const auto set = LiteralSet::of(literals, 1UL << 20);
    REQUIRE(set);
    auto bits = set->no_bits();
    set->find(text, bits);
    Positions numbers;
    for (std::size_t i = 0; i < literals.size(); ++i) {
        if ((bits[i / 64] >> (i % 64) & 1) != 0) {
            numbers.push_back(i);
        }
    }
    return numbers;
}

}  // namespace

TEST_CASE("literals are found within, behind and over each other", "[snapshot][lines]") {
    // The example of Aho and Corasick.
    CHECK(found({"he", "she", "his", "hers"}, "ushers") == Positions{0, 1, 3});
    CHECK(found({"abcd", "bc", "c", "x"}, "zabcz") == Positions{1, 2});
    CHECK(found({"aab"}, "aaab") == Positions{0});
    CHECK(found({"aab"}, "aacaa").empty());
}

TEST_CASE("literals are found in upper case, between any bytes, and beyond the first 64", "[snapshot][lines]") {
    CHECK(found({"hns", "0x803b"}, std::string_view("\xff\0HnS\x80 0X803B", 13)) == Positions{0, 1});
    std::vector<std::string> many;
    for (int i = 100; i < 200; ++i) {
        many.push_back("literal-" + std::to_string(i));
    }
    CHECK(found(many, "literal-164 literal-199") == Positions{64, 99});
}

TEST_CASE("an automaton that would be too large is not made", "[snapshot][lines]") {
    CHECK_FALSE(LiteralSet::of(std::vector<std::string>{std::string(1000, 'a')}, 1000));
    CHECK(LiteralSet::of({}, 1000));
}

TEST_CASE("each pattern that matches is told, and none else", "[snapshot][lines]") {
    const std::vector<std::string> patterns = {
        "(?i)object already exists",     "HNS", "hcn\\w+ failed|^E\\d{4}", "a.{0,300}z", "", "x*",
        "(?i)hns network .{0,30}changed"};
    CHECK(matching(patterns, "E0131 Object ALREADY exists in HNS") == Positions{0, 1, 2, 4, 5});
    CHECK(matching(patterns, "hns NETWORK vxlan0 has changed") == Positions{4, 5, 6});
    CHECK(matching(patterns, "a" + std::string(300, '-') + "z") == Positions{3, 4, 5});
    CHECK(matching(patterns, "a" + std::string(301, '-') + "z") == Positions{4, 5});
    CHECK(matching(patterns, "").size() == 2);
    CHECK(matching({}, "text").empty());
}

TEST_CASE("what one text held is not taken for the next one's", "[snapshot][lines]") {
    PatternSet set(std::vector<std::string>{"alpha", "beta"});
    for (int i = 0; i < 3; ++i) {
        CHECK(set.match("alpha").size() == 1);
        CHECK(set.match("neither").empty());
        CHECK(set.match("alpha and beta").size() == 2);
    }
}

TEST_CASE("letters beyond ASCII that are the other case of an ASCII letter match as in RE2", "[snapshot][lines]") {
    CHECK(matching({"(?i)kubelet", "(?i)sandbox"},
                   "\xe2\x84\xaa"
                   "ubelet") == Positions{0});  // the sign of kelvin
    CHECK(matching({"(?i)kubelet", "(?i)sandbox"},
                   "\xc5\xbf"
                   "andbox") == Positions{1});  // the long s
    CHECK(matching({"\xc4\xb0st anbul", "(?i)\xc3\x89quipement"}, "\xc4\xb0st anbul") == Positions{0});
    CHECK(matching({"(?i)\xc3\x89quipement"}, "\xc3\xa9quipement") == Positions{0});
    CHECK(matching({"[0-9.]+\xc2\xb5s", "\xe5\xa4\xb1\xe8\xb4\xa5"}, "took 12\xc2\xb5s, \xe5\xa4\xb1\xe8\xb4\xa5") ==
          Positions{0, 1});
}

TEST_CASE("bytes that are no UTF-8 do not hide what stands beside them", "[snapshot][lines]") {
    CHECK(matching({"HNS failed", "a.b"},
                   "\xff\xfeHNS failed\x80 a\xff"
                   "b") == Positions{0});
}

TEST_CASE("patterns that cannot be compiled, or are too large, are not held", "[snapshot][lines]") {
    const PatternSet set(std::vector<std::string>{"(", "good", "((((a{100}){100}){100}){100})", "\\C\\1"});
    CHECK_FALSE(set.holds(0));
    CHECK(set.holds(1));
    CHECK_FALSE(set.holds(2));
    CHECK_FALSE(set.holds(3));
    CHECK(matching({"(", "good"}, "good") == Positions{1});
    CHECK(matching({"("}, "(").empty());
}

TEST_CASE("a line of millions of bytes is looked through", "[snapshot][lines]") {
    CHECK(matching({"(?i)needle .{0,20}found", "absent"}, std::string(8'000'000, 'n') + "NEEDLE was found") ==
          Positions{0});
}
