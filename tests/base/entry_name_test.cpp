// SPDX-License-Identifier: Apache-2.0
#include "base/entry_name.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace kwd;
using namespace std::string_literals;

TEST_CASE("a path that somebody else wrote becomes one within a folder", "[base][archive][entry_name]") {
    struct Expected {
        std::string raw;
        std::string path;
        bool is_changed;
    };
    const std::vector<Expected> expected{
        {"logs/kubelet.log", "logs/kubelet.log", false},
        {"logs\\kubelet.log", "logs/kubelet.log", false},
        {"./logs//kubelet.log", "logs/kubelet.log", false},
        {"..", "unnamed", true},
        {"", "unnamed", true},
        {".", "unnamed", true},
        {"/", "unnamed", true},
        {"../../etc/passwd", "etc/passwd", true},
        {"..\\..\\windows\\system32", "windows/system32", true},
        {"a/../b", "a/b", true},
        {"...", "...", false},
        {"a..b/..c", "a..b/..c", false},
        {"/etc/passwd", "etc/passwd", true},
        {"\\\\server\\share\\x", "server/share/x", true},
        {"C:\\k\\config", "C/k/config", true},
        {"c:config", "c/config", true},
        {"C:/../x", "C/x", true},
        {"x:y/z", "x/y/z", true},
        {"log:stream", "log:stream", false},
        {"a\0b"s, "a_b", true},
        {"a\x1b[2Jb", "a_[2Jb", true},
        {"a\x7f", "a_", true},
        {"Gr\xf6\xdf"
         "e",
         "Größe", false},
        {"网络/适配器", "网络/适配器", false},
        {std::string(2000, 'x') + "/end.log", std::string(1016, 'x') + "/end.log", true},
    };
    for (const Expected& e : expected) {
        INFO(e.raw);
        const EntryName name = safe_entry_name(e.raw);
        CHECK(name.path == e.path);
        CHECK(name.is_changed == e.is_changed);
    }
}

TEST_CASE("no two entries have one path", "[base][archive][entry_name]") {
    UniqueNames names;
    CHECK(names.add("a/b.log") == "a/b.log");
    CHECK(names.add("a/b.log") == "a/b (2).log");
    CHECK(names.add("a/b.log") == "a/b (3).log");
    CHECK(names.add("a/b (2).log") == "a/b (2) (2).log");
    CHECK(names.add("b.log") == "b.log");
    CHECK(names.add("a.d/b") == "a.d/b");
    CHECK(names.add("a.d/b") == "a.d/b (2)");
}
