// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/registry_key.h"

#include "tests/windows/made_key.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using Catch::Matchers::ContainsSubstring;
using test::MadeKey;

namespace {

constexpr const char* kKey = "HKLM\\SOFTWARE\\kwdiag test";
using Texts = std::vector<std::string>;

RegistryKey opened(const char* path = kKey) {
    auto key = RegistryKey::open(path);
    REQUIRE(key);
    return std::move(*key);
}

}  // namespace

TEST_CASE("values of the registry are read as their types say", "[windows][registry]") {
    const MadeKey made(kKey);
    made.text("text", "Böse Umlaute");
    made.number("number", 0xFFFFFFFF);
    made.bytes("quad", REG_QWORD, std::string("\x01\0\0\0\x01\0\0\0", 8));
    made.bytes("big end first", REG_DWORD_BIG_ENDIAN, std::string("\0\0\x01\x02", 4));
    made.list("list", {"one", "two"});
    made.text("", "the default");

    const RegistryKey key = opened();
    CHECK(key.text("text").value() == "Böse Umlaute");
    CHECK(key.text("").value() == "the default");
    CHECK(key.integer("number").value() == 4294967295);
    CHECK(key.integer("quad").value() == 4294967297);
    CHECK(key.integer("big end first").value() == 258);
    CHECK(key.texts("list").value() == Texts{"one", "two"});
    CHECK(key.texts("text").value() == Texts{"Böse Umlaute"});
    CHECK(key.value("list").value().shown() == "one; two");
    CHECK(key.value("list").value().shown(5) == "one; …");
    CHECK(key.value("text").value().shown(2) == "B…");
    CHECK(key.value("list").value().type_name() == "REG_MULTI_SZ");
}

TEST_CASE("what is written wrongly into the registry is read as far as it goes", "[windows][registry]") {
    const MadeKey made(kKey);
    made.bytes("no end", REG_SZ, std::string("a\0b\0", 4));
    made.bytes("odd", REG_SZ, std::string("a\0b\0c", 5));
    made.bytes("nul inside", REG_SZ, std::string("a\0\0\0b\0\0\0", 8));
    made.bytes("empty", REG_SZ, "");
    made.bytes("list without end", REG_MULTI_SZ, std::string("a\0\0\0b\0", 6));
    made.bytes("list with a hole", REG_MULTI_SZ, std::string("a\0\0\0\0\0b\0\0\0\0\0", 12));
    made.bytes("short number", REG_DWORD, "ab");
    made.bytes("binary", REG_BINARY, std::string("\x00\xff", 2));

    const RegistryKey key = opened();
    CHECK(key.text("no end").value() == "ab");
    CHECK(key.text("odd").value() == "ab");
    CHECK(key.text("nul inside").value() == "a");
    CHECK(key.text("empty").value().empty());
    CHECK(key.texts("list without end").value() == Texts{"a", "b"});
    CHECK(key.texts("list with a hole").value() == Texts{"a", "b"});
    CHECK(key.value("binary").value().shown() == "00ff");

    const auto number = key.integer("short number");
    REQUIRE_FALSE(number);
    CHECK(number.error().code == Errc::malformed);
    CHECK_THAT(number.error().doing, ContainsSubstring("short number of HKLM\\SOFTWARE\\kwdiag test"));
    CHECK_THAT(number.error().doing, ContainsSubstring("REG_DWORD of 2 bytes"));
    CHECK(key.text("binary").error().code == Errc::malformed);
    CHECK(key.texts("binary").error().code == Errc::malformed);
    CHECK(key.integer("odd").error().code == Errc::malformed);
}

TEST_CASE("a large value is read, and one that is too large is told with its size", "[windows][registry]") {
    const MadeKey made(kKey);
    made.bytes("large", REG_BINARY, std::string(1 << 20, 'x'));
    made.bytes("too large", REG_BINARY, std::string((1 << 20) + 1, 'x'));
    const RegistryKey key = opened();
    CHECK(key.value("large").value().data.size() == 1 << 20);
    CHECK(key.value("large").value().shown(2) == "7878…");
    CHECK(key.value("too large").error().code == Errc::too_large);

    const auto values = key.values().value();
    REQUIRE(values.values.size() == 2);
    CHECK_FALSE(values.more);
    for (const RegistryValue& each : values.values) {
        CHECK(each.data.empty() == (each.name == "too large"));
        CHECK(each.size_bytes == (each.name == "too large" ? 1048577 : 1048576));
        CHECK(each.type == REG_BINARY);
    }
}

TEST_CASE("keys and values are listed, and what is beyond the limit is said", "[windows][registry]") {
    const MadeKey made(kKey);
    const MadeKey below(std::string(kKey) + "\\b");
    const MadeKey beside(std::string(kKey) + "\\a");
    made.number("x", 1);
    made.number("y", 2);
    const RegistryKey key = opened();
    CHECK(key.subkeys().value().names.size() == 2);
    CHECK_FALSE(key.subkeys(2).value().more);
    CHECK(key.subkeys(1).value().more);
    CHECK(key.values(1).value().more);
    CHECK(key.open_below("a").value().path() == "HKLM\\SOFTWARE\\kwdiag test\\a");
}

TEST_CASE("what is not in the registry is not found, and nothing else", "[windows][registry]") {
    CHECK(RegistryKey::open("HKLM\\SOFTWARE\\kwdiag test that nobody made").error().code == Errc::not_found);
    CHECK(RegistryKey::open("SOFTWARE").error().code == Errc::invalid_input);
    const MadeKey made(kKey);
    CHECK(opened().text("no such value").error().code == Errc::not_found);
    CHECK(opened().open_below("no such key").error().code == Errc::not_found);
}

TEST_CASE("a key that may not be read is told with what that needs", "[windows][registry]") {
    const MadeKey made(kKey);
    made.deny_reading();
    const auto key = RegistryKey::open(kKey);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Errc::access_denied);
    CHECK(key.error().native->value == ERROR_ACCESS_DENIED);
    CHECK_THAT(key.error().doing,
               ContainsSubstring("HKLM\\SOFTWARE\\kwdiag test (refused to an elevated process too)") ||
                   ContainsSubstring("(needs an elevated process)"));
}
