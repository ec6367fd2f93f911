// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_tree.h"

#include "collectors/path_style.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using kwd::test::TemporaryFolder;

namespace {

// As the node spells it.
std::string on_node(std::string path) {
    if (kPaths.separator == '\\') {
        std::replace(path.begin(), path.end(), '/', '\\');
        path.insert(0, "C:");
    }
    return path;
}

std::vector<std::string> all_on_node(std::vector<std::string> paths) {
    for (std::string& each : paths) {
        each = on_node(std::move(each));
    }
    return paths;
}

class Tree {
  public:
    Tree() : tree(folder.path().string()) {}

    void write(const std::string& path, const std::string& text) const {
        const auto file = folder.path() / path.substr(1);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }

    TemporaryFolder folder;
    NodeTree tree;
};

std::string utf16(std::string_view text) {
    std::string bytes;
    for (const char c : text) {
        bytes += {c, '\0'};
    }
    return bytes;
}

}  // namespace

TEST_CASE("a part of a file says that it is one", "[collectors][tree]") {
    const Tree made;
    made.write("/log", "first line\nsecond line\nthird line\n");

    const auto head = made.tree.read(on_node("/log"), 5);
    REQUIRE(head);
    CHECK(head->text == "first");
    CHECK(head->cut);
    CHECK(head->size_bytes == 34);
    CHECK(head->real_path == on_node("/log"));

    const auto tail = made.tree.read_end(on_node("/log"), 15);
    REQUIRE(tail);
    CHECK(tail->text == "third line\n");
    CHECK(tail->cut);

    const auto whole = made.tree.read_end(on_node("/log"), 34);
    REQUIRE(whole);
    CHECK_FALSE(whole->cut);
    CHECK(whole->text.size() == 34);
}

TEST_CASE("the end of a file in UTF-16 begins with a whole character, at a line", "[collectors][tree]") {
    const Tree made;
    made.write("/log", "\xFF\xFE" + utf16("first line\r\nsecond\r\nthird line\r\n"));

    for (const std::size_t bytes : {30U, 31U, 32U, 33U}) {
        CAPTURE(bytes);
        const auto tail = made.tree.read_end(on_node("/log"), bytes);
        REQUIRE(tail);
        CHECK(tail->cut);
        CHECK(tail->text == utf16("third line\r\n"));
    }

    // U+0A0A holds the byte that ends lines, and is none.
    std::string text = "\x0A\x0A" + utf16("one\ntwo");
    begin_at_line(text);
    CHECK(text == utf16("two"));
    std::string no_end = utf16("one line");
    begin_at_line(no_end);
    CHECK(no_end == utf16("one line"));
}

TEST_CASE("patterns match names, and nothing hidden or absent", "[collectors][tree]") {
    const Tree made;
    made.write("/var/log/pods/a_b_c/kube-proxy/0.log", "");
    made.write("/var/log/pods/a_b_d/kube-proxy/1.log", "");
    made.write("/var/log/pods/a_b_d/other/0.log", "");
    made.write("/var/log/pods/.hidden/kube-proxy/0.log", "");
    const auto match = [&](const char* pattern) { return made.tree.match(on_node(pattern)); };

    CHECK(match("/var/log/pods/*/kube-proxy/*.log") ==
          all_on_node({"/var/log/pods/a_b_c/kube-proxy/0.log", "/var/log/pods/a_b_d/kube-proxy/1.log"}));
    CHECK(match("/*/log/pods/a_b_c") == all_on_node({"/var/log/pods/a_b_c"}));
    CHECK(match("/var/log/none/*.log").empty());
    CHECK(match("/var/log/pods/none").empty());
    CHECK(match("/var/log/pods/a_b_c") == all_on_node({"/var/log/pods/a_b_c"}));
    CHECK(made.tree.list(on_node("/var/log/pods"))->names == std::vector<std::string>{".hidden", "a_b_c", "a_b_d"});
    CHECK(made.tree.list(on_node("/nowhere")).error().code == Errc::not_found);
    CHECK_FALSE(made.tree.look(on_node("/nowhere")).value());
}

TEST_CASE("a folder of more names than are listed says so", "[collectors][tree]") {
    const Tree made;
    for (const char* each : {"/logs/1", "/logs/2", "/logs/3"}) {
        made.write(each, "");
    }
    const auto whole = made.tree.list(on_node("/logs"), 3);
    REQUIRE(whole);
    CHECK(whole->names.size() == 3);
    CHECK_FALSE(whole->more);
    const auto part = made.tree.list(on_node("/logs"), 2);
    REQUIRE(part);
    CHECK(part->names.size() == 2);
    CHECK(part->more);
}

TEST_CASE("nothing above the root is met", "[collectors][tree]") {
    const Tree made;
    std::filesystem::create_directory(made.folder.path() / "root");
    made.write("/outside", "");
    made.write("/root/inside", "");
    const NodeTree tree((made.folder.path() / "root").string());

    CHECK(tree.look(on_node("/../inside")).value());
    CHECK_FALSE(tree.look(on_node("/../outside")).value());
    CHECK(tree.read(on_node("/../../root/outside"), 100).error().code == Errc::not_found);
    CHECK(tree.read(on_node("/inside/../../outside"), 100).error().code != Errc::access_denied);
}
