// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace kwd::test {

using nlohmann::json;

json Collected::collection(const std::string& collector) const {
    return query("SELECT * FROM collections WHERE collector = '" + collector + "'").at(0);
}

std::string Collected::verdict(const std::string& rule) const {
    const json evaluations = json::parse(node.kwdiag("analyze --format json " + snapshot).out)["evaluations"];
    const auto found = std::ranges::find_if(evaluations, [&](const json& each) { return each["rule"] == rule; });
    return found == evaluations.end() ? "no such rule" : (*found)["verdict"].get<std::string>();
}

Collected collect(const Node& node, const std::string& only, const std::string& options) {
    static int number = 0;
    Collected result{node, node.file(fmt::format("node-{}.kwsnap", ++number))};
    const Node::Ran ran =
        node.kwdiag(fmt::format("collect --quiet --only {} {} --out {}", only, options, result.snapshot));
    INFO(ran.err);
    REQUIRE((ran.code == 0 || ran.code == 3));
    return result;
}

bool changed_anything(const Node& node) {
    return was_called(node, "CHANGED");
}

bool was_called(const Node& node, const std::string& call) {
    const auto calls = node.calls();
    return std::ranges::any_of(calls, [&](const std::string& each) { return each.starts_with(call); });
}

}  // namespace kwd::test
