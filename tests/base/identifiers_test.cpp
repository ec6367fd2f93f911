// SPDX-License-Identifier: Apache-2.0
#include "base/identifiers.h"

#include <catch2/catch_test_macros.hpp>

#include <utility>
#include <vector>

using namespace kwd;

TEST_CASE("a MAC address has one form, however it was written", "[base][identifiers]") {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"00-15-5D-BB-6E-B1", "00:15:5d:bb:6e:b1"},
        {"00:15:5d:bb:6e:b1", "00:15:5d:bb:6e:b1"},
        {"0015.5DBB.6EB1", "00:15:5d:bb:6e:b1"},
        {"00155dbb6eb1", "00:15:5d:bb:6e:b1"},
        {"00-15:5D-BB:6E-B1", "refused"},
        {"0-15-5D-BB-6E-B1", "refused"},
        {"00-15-5D-BB-6E", "refused"},
        {"00-15-5D-BB-6E-BG", "refused"},
        {"00-15-5D-BB-6E-B1-00-00", "refused"},
        {"00 15 5D BB 6E B1", "refused"},
        {"00155dbb6eb", "refused"},
        {"", "refused"},
    };
    for (const auto& [text, form] : expected) {
        INFO(text);
        CHECK(normal_mac(text).value_or("refused") == form);
    }
}

TEST_CASE("a GUID has one form, with or without braces and path", "[base][identifiers]") {
    const std::string guid = "9B219D6E-6847-43FC-8258-81DB4B63C09C";
    const std::vector<std::pair<std::string, std::string>> expected{
        {"9b219d6e-6847-43fc-8258-81db4b63c09c", guid},
        {"{9B219D6E-6847-43fc-8258-81DB4B63C09C}", guid},
        {"/endpoints/9b219d6e-6847-43fc-8258-81db4b63c09c", guid},
        {"/networks/9B219D6E-6847-43FC-8258-81DB4B63C09C", guid},
        {"endpoints/9B219D6E-6847-43FC-8258-81DB4B63C09C", "refused"},
        {"{9B219D6E-6847-43FC-8258-81DB4B63C09C", "refused"},
        {"9B219D6E-6847-43FC-8258-81DB4B63C09", "refused"},
        {"9B219D6E-6847-43FC-8258-81DB4B63C09G", "refused"},
        {"9B219D6E684743FC825881DB4B63C09C", "refused"},
        {"9B219D6E-6847-43FC-8258081DB4B63C09C", "refused"},
        {"/", "refused"},
        {"", "refused"},
    };
    for (const auto& [text, form] : expected) {
        INFO(text);
        CHECK(normal_guid(text).value_or("refused") == form);
    }
}
