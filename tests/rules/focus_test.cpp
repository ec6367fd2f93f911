// SPDX-License-Identifier: Apache-2.0
#include "rules/focus.h"

#include <catch2/catch_test_macros.hpp>

using kwd::rules::focused;

namespace {

constexpr const char* kNetwork = R"({
  "Flags": 0,
  "Health": {
    "LastErrorCode": 0
  },
  "ID": "A1B2C3D4-0000-4000-8000-00000000AA01",
  "ManagementIP": "169.254.83.107",
  "Name": "flannel.4096",
  "Resources": {
    "Id": "1"
  },
  "Type": "Overlay"
})";

}  // namespace

TEST_CASE("a long object shows the lines that hold what was found, and those beside them", "[rules][focus]") {
    CHECK(focused(kNetwork, {"169.254.83.107"}) == R"(…
  "ID": "A1B2C3D4-0000-4000-8000-00000000AA01",
  "ManagementIP": "169.254.83.107",
  "Name": "flannel.4096",
  …)");
    CHECK(focused(kNetwork, {"Overlay", "0"}) == R"({
  "Flags": 0,
  "Health": {
    "LastErrorCode": 0
  },
  …
  },
  "Type": "Overlay"
})");
}

TEST_CASE("a value within a text counts when it is a word of some length", "[rules][focus]") {
    const std::string log = "a\nb\nc\nd\ne\nf\ng\nHNS failed with error 0x803b0013: invalid\nh\n";
    CHECK(focused(log, {"0x803b0013"}) == "…\ng\nHNS failed with error 0x803b0013: invalid\nh");
    CHECK(focused(log, {"0x803b001", "HNS"}) == log);
}

TEST_CASE("a short text, and one that holds nothing of it, stays as it is", "[rules][focus]") {
    CHECK(focused("{\n  \"a\": 1\n}", {"2"}) == "{\n  \"a\": 1\n}");
    CHECK(focused(kNetwork, {"192.168.10.21", ""}) == kNetwork);
    CHECK(focused("", {"x"}).empty());
}
