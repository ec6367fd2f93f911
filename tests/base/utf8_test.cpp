// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace kwd;
using namespace std::string_literals;

TEST_CASE("characters become UTF-8, and what is none becomes U+FFFD", "[base][utf8]") {
    const std::vector<std::pair<char32_t, std::string>> expected{
        {U'A', "A"},
        {0, "\0"s},
        {0x7f, "\x7f"},
        {0x80, "\xc2\x80"},
        {0x7ff, "\xdf\xbf"},
        {0x800, "\xe0\xa0\x80"},
        {0xffff, "\xef\xbf\xbf"},
        {0x10000, "\xf0\x90\x80\x80"},
        {0x10ffff, "\xf4\x8f\xbf\xbf"},
        {0x110000, "\xef\xbf\xbd"},
        {0xd800, "\xef\xbf\xbd"},
        {0xdfff, "\xef\xbf\xbd"},
    };
    for (const auto& [character, bytes] : expected) {
        std::string out;
        append_utf8(out, character);
        CHECK(out == bytes);
    }
}

TEST_CASE("only well-formed UTF-8 passes for UTF-8", "[base][utf8]") {
    for (const char* text : {"", "ascii text, longer than a machine word", "ä", "€", "\xed\x9f\xbf", "\xee\x80\x80",
                             "😀", "ascii then 详细信息 then ascii"}) {
        INFO(text);
        CHECK(is_utf8(text));
    }
    const std::vector<std::string> broken{
        "\x80",              // continuation alone
        "\xc0\x80",          // overlong
        "\xc1\xbf",          // overlong
        "\xe0\x9f\xbf",      // overlong
        "\xf0\x8f\xbf\xbf",  // overlong
        "\xed\xa0\x80",      // surrogate
        "\xf4\x90\x80\x80",  // beyond the last character
        "\xf5\x80\x80\x80",
        "\xff",
        "\xc3",
        "\xe4\xb8",
        "\xe4(",
        "eight by\xe4",
    };
    for (const std::string& text : broken) {
        CHECK_FALSE(is_utf8(text));
    }
    CHECK(utf8_prefix_length("ab\xc3\xa4\xff"
                             "cd") == 4);
    CHECK(utf8_sequence_length("\xe4\xb8\xad!") == 3);
    CHECK(utf8_sequence_length("\xe4\xb8") == 0);
    CHECK(utf8_sequence_length("") == 0);
    CHECK(is_ascii("0123456789"));
    CHECK_FALSE(is_ascii("012345678\x80"));
}

TEST_CASE("each broken sequence becomes one U+FFFD and nothing else is lost", "[base][utf8]") {
    // Unicode Standard, §3.9, table 3-8 and its neighbours
    const std::vector<std::pair<std::string, std::string>> expected{
        {"a\xf1\x80\x80\xe1\x80\xc2"
         "b\x80"
         "c\x80\xbf"
         "d",
         "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd"},
        {"\xe4\xb8", "\uFFFD"},
        {"\xc0\x80", "\uFFFD\uFFFD"},
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
        {"fine", "fine"},
    };
    for (const auto& [bytes, text] : expected) {
        std::string out = "|";
        append_repaired_utf8(out, bytes);
        CHECK(out == "|" + text);
        CHECK(repair_utf8(bytes) == text);
    }
    std::string out;
    CHECK(append_repaired_utf8(out, "\xff\xfe") == 2);
}

TEST_CASE("UTF-16 keeps its pairs of surrogates and marks lone ones", "[base][utf8]") {
    std::string out;
    CHECK(append_utf16(out, "a\0\xe4\0=\xd8\x00\xde"s, ByteOrder::little) == 0);
    CHECK(out == "aä😀");
    out.clear();
    CHECK(append_utf16(out, "\0a\0\xe4\xd8=\xde\0"s, ByteOrder::big) == 0);
    CHECK(out == "aä😀");
    out.clear();
    CHECK(append_utf16(out,
                       "\x00\xd8"
                       "b\0\x00\xdc\x00\xd8"s,
                       ByteOrder::little) == 3);
    CHECK(out == "\uFFFDb\uFFFD\uFFFD");
    out.clear();
    CHECK(append_utf16(out, "a\0b"s, ByteOrder::little) == 1);
    CHECK(out == "a\uFFFD");
}
