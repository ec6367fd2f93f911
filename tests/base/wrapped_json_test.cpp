// SPDX-License-Identifier: Apache-2.0
#include "base/wrapped_json.h"

#include "base/console.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd {
namespace {

TEST_CASE("wide characters take two columns of a console", "[base][console]") {
    CHECK(console_columns("Microsoft NDIS 捕获") == 19);
    CHECK(console_columns("für") == 3);
    CHECK(console_columns("\xFF\xE6") == 2);
    CHECK(byte_at_column("捕获 ab", 5) == 7);
    CHECK(byte_at_column("ab", 9) == 2);
}

TEST_CASE("JSON that no console touched is read as it is", "[base][json]") {
    const auto read = parse_wrapped_json_prefix("{\"a\": 1}\nmore");
    REQUIRE(read);
    CHECK(read->value["a"] == 1);
    CHECK(read->bytes == 8);
    CHECK_FALSE(read->repaired);
}

TEST_CASE("a string and a number cut at the width of the console are whole again", "[base][json]") {
    // 20 columns
    const auto read = parse_wrapped_json_prefix(
        "{\"mac\":\"00-15-5D-69-\n"
        "30-00\",\"time\":132062\n"
        "690969986114}\n"
        "PS C:\\>");
    REQUIRE(read);
    CHECK(read->value["mac"] == "00-15-5D-69-30-00");
    CHECK(read->value["time"] == 132062690969986114);
    CHECK(read->bytes == 55);
    CHECK(read->repaired);
}

TEST_CASE("a line that the console wrapped at a blank gets its blank back", "[base][json]") {
    const auto read = parse_wrapped_json_prefix(
        "{\"id\":\"E7C3B2F0-F3C5-48DF-AF2B\",\"\n"
        "name\":\"Microsoft\r\n"
        "Windows 筛选平台\"}");
    REQUIRE(read);
    CHECK(read->value["name"] == "Microsoft Windows 筛选平台");
}

TEST_CASE("an escape sequence may be cut too", "[base][json]") {
    const auto read = parse_wrapped_json_prefix("{\"path\":\"C:\\\n\\k\"}");
    REQUIRE(read);
    CHECK(read->value["path"] == "C:\\k");
}

TEST_CASE("what is broken in other ways stays malformed", "[base][json]") {
    CHECK(parse_wrapped_json_prefix("{\"a\": [1, 2\n").error().code == Errc::malformed);
    CHECK(parse_wrapped_json_prefix("{\"a\":\n nonsense}").error().code == Errc::malformed);
    CHECK(parse_wrapped_json_prefix("\n\n").error().code == Errc::malformed);
}

}  // namespace
}  // namespace kwd
