// SPDX-License-Identifier: Apache-2.0
#include "collectors/path_style.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace kwd::collectors;

TEST_CASE("a pattern stands for names", "[collectors][tree]") {
    const auto matches = [](std::string_view name, std::string_view pattern) {
        return matches_name(name, pattern, kUnixPaths);
    };
    CHECK(matches("0.log", "*.log"));
    CHECK(matches("a.log.log", "*.log"));
    CHECK(matches("kubelet.log", "kubelet*.log"));
    CHECK(matches("kubelet-20240131T101112.345.log", "kubelet*.log"));
    CHECK(matches("10-flannel.conflist", "*.conf*"));
    CHECK(matches("x", "*"));
    CHECK(matches("", "*"));
    CHECK(matches("ab", "a?"));
    CHECK_FALSE(matches("a", "a?"));
    CHECK_FALSE(matches("0.log.gz", "*.log"));
    CHECK_FALSE(matches("0.LOG", "*.log"));
    CHECK_FALSE(matches("log", "*.log"));
    CHECK_FALSE(matches(".hidden", "*"));
    CHECK_FALSE(matches(".hidden", "?hidden"));
    CHECK(matches(".hidden", ".*"));
    CHECK_FALSE(matches(std::string(2000, 'a'), "*a*a*a*a*a*a*a*a*a*b"));
    CHECK(matches_name("0.LOG", "*.log", kWindowsPaths));
}

TEST_CASE("paths are the same as far as their platform says", "[collectors][tree]") {
    CHECK(same_path("C:\\K\\Config", "c:\\k\\config", kWindowsPaths));
    CHECK_FALSE(same_path("/K", "/k", kUnixPaths));
    CHECK_FALSE(same_path("/k", "/k2", kUnixPaths));

    CHECK(path_key("C:\\K\\Config", kWindowsPaths) == path_key("c:\\k\\CONFIG", kWindowsPaths));
    CHECK(path_key("/K", kUnixPaths) == "/K");

    CHECK(lies_below("/var/log/x", "/var/log", kUnixPaths));
    CHECK(lies_below("/var/log/x", "/var/log/", kUnixPaths));
    CHECK(lies_below("/x", "/", kUnixPaths));
    CHECK(lies_below("C:\\Var\\Log\\x", "c:\\var\\log", kWindowsPaths));
    CHECK_FALSE(lies_below("/var/logs/x", "/var/log", kUnixPaths));
    CHECK_FALSE(lies_below("/var/log", "/var/log", kUnixPaths));
    CHECK_FALSE(lies_below("", "/", kUnixPaths));

    CHECK(join_path("/", "x", kUnixPaths) == "/x");
    CHECK(join_path("C:", "k", kWindowsPaths) == "C:\\k");
    CHECK(join_path("C:\\", "k", kWindowsPaths) == "C:\\k");
}
