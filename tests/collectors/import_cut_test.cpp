// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/cut.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace kwd;
using namespace kwd::collectors;
using namespace std::string_view_literals;

namespace {

ArchiveEntry entry_of(std::string bytes) {
    const auto size = bytes.size();
    return {.path = "x", .size = size, .bytes = std::move(bytes)};
}

}  // namespace

TEST_CASE("what fits is kept whole", "[import][cut]") {
    const auto kept = cut_to_size(entry_of("a\nb\n"), "log", 4);
    CHECK(kept.content == "a\nb\n");
    CHECK(kept.note.empty());
}

TEST_CASE("of a long log the end is kept, from the beginning of a line", "[import][cut]") {
    const auto kept = cut_to_size(entry_of("first line\nsecond\nthird\n"), "log", 10);
    CHECK(kept.content == "third\n");
    CHECK(kept.note == "the last 6 of 24 bytes");
}

TEST_CASE("the end of a UTF-16 log keeps its byte order mark and whole characters", "[import][cut]") {
    const std::string text(
        "\xff\xfe"
        "a\0\n\0b\0\n\0c\0\n\0"sv);
    const auto kept = cut_to_size(entry_of(text), "log", 9);
    CHECK(kept.content == std::string("\xff\xfe"
                                      "c\0\n\0"sv));
}

TEST_CASE("of everything else the beginning is kept", "[import][cut]") {
    const auto kept = cut_to_size(entry_of("{\"a\":1}"), "hns-networks", 3);
    CHECK(kept.content == "{\"a");
    CHECK(kept.note == "the first 3 of 7 bytes");
}

TEST_CASE("of a file that lacks its middle one side is kept", "[import][cut]") {
    const auto lacking = [] {
        return ArchiveEntry{.path = "x", .size = 1000, .bytes = "head\nheatail\nend\n", .cut_at = 8, .cut_bytes = 983};
    };
    CHECK(cut_to_size(lacking(), "log", 100).content == "end\n");
    const auto json = cut_to_size(lacking(), "k8s-objects", 100);
    CHECK(json.content == "head\nhea");
    CHECK(json.note == "the first 8 of 1000 bytes");
}

TEST_CASE("a log of one endless line keeps its end", "[import][cut]") {
    CHECK(cut_to_size(entry_of(std::string(100, 'x')), "log", 10).content == std::string(10, 'x'));
}
