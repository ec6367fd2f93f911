// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_tree.h"
#include "tests/support/temporary_folder.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using kwd::test::TemporaryFolder;

namespace {

class Tree {
  public:
    Tree() : tree(folder.path().string()) {}

    void write(const std::string& path, const std::string& text) const {
        const auto file = folder.path() / path.substr(1);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    void link(const std::string& path, const std::string& target) const {
        const auto file = folder.path() / path.substr(1);
        std::filesystem::create_directories(file.parent_path());
        std::filesystem::create_symlink(target, file);
    }

    TemporaryFolder folder;
    NodeTree tree;
};

}  // namespace

TEST_CASE("files are read below the root, links stay within it", "[collectors][tree]") {
    const Tree made;
    made.write("/etc/one.conf", "one");
    made.link("/etc/absolute.conf", "/etc/one.conf");
    made.link("/etc/relative.conf", "../etc/one.conf");
    made.link("/etc/outside.conf", "../../../../../../../../etc/one.conf");
    made.link("/etc/passwd.conf", "/etc/passwd");

    CHECK(made.tree.read("/etc/one.conf", 100).value().text == "one");
    CHECK(made.tree.read("/etc/absolute.conf", 100).value().text == "one");
    CHECK(made.tree.read("/etc/relative.conf", 100).value().text == "one");
    CHECK(made.tree.read("/etc/outside.conf", 100).value().text == "one");
    CHECK(made.tree.read("/etc/passwd.conf", 100).error().code == Errc::not_found);
    CHECK(made.tree.read("/../../../../../../etc/passwd", 100).error().code == Errc::not_found);
    CHECK(made.tree.look("/etc/absolute.conf").value()->link_target == "/etc/one.conf");
    CHECK_FALSE(made.tree.look("/etc/passwd.conf").value());
    CHECK(made.tree.follow("/etc/passwd.conf") == "/etc/passwd");
    CHECK_FALSE(made.tree.follow("/etc/one.conf"));
}

TEST_CASE("what could hang us is not read", "[collectors][tree]") {
    const Tree made;
    REQUIRE(::mkfifo((made.folder.path() / "pipe").c_str(), 0600) == 0);
    CHECK(made.tree.read("/pipe", 100).error().code == Errc::malformed);
    std::filesystem::create_directory(made.folder.path() / "folder");
    CHECK(made.tree.read("/folder", 100).error().code == Errc::malformed);
    CHECK(NodeTree("/").read("/dev/zero", 100).error().code == Errc::malformed);
    CHECK(made.tree.look("/pipe").value()->type == Entry::Type::other);
}

TEST_CASE("files of the kernel are read although they say that they are empty", "[collectors][tree]") {
    const auto file = NodeTree("/").read("/proc/self/status", 1 << 20);
    REQUIRE(file);
    CHECK(file->text.find("Name:") != std::string::npos);
}

TEST_CASE("a folder that may not be listed is told of, one that is not there is not", "[collectors][tree]") {
    const Tree made;
    made.write("/etc/cni/net.d/10.conf", "{}");
    std::filesystem::permissions(made.folder.path() / "etc/cni/net.d", std::filesystem::perms::none);
    std::filesystem::permissions(made.folder.path(), std::filesystem::perms::all);
    // Root may list everything.
    const uid_t before = ::geteuid();
    const bool lowered = before != 0 || ::seteuid(65534) == 0;
    std::vector<std::string> refusals;
    const auto paths =
        made.tree.match("/etc/cni/net.d/*.conf", [&](const Error& error) { refusals.push_back(error.doing); });
    const auto none = made.tree.match("/etc/none/*.conf", [&](const Error& error) { refusals.push_back(error.doing); });
    CHECK(::seteuid(before) == 0);
    std::filesystem::permissions(made.folder.path() / "etc/cni/net.d", std::filesystem::perms::owner_all);
    REQUIRE(lowered);
    CHECK(paths.empty());
    CHECK(none.empty());
    CHECK(refusals == std::vector<std::string>{"open /etc/cni/net.d: Permission denied"});
}

TEST_CASE("what a pattern matches beyond the limit is told of", "[collectors][tree]") {
    const Tree made;
    for (std::size_t i = 0; i < NodeTree::kMaxNames; ++i) {
        made.write("/logs/" + std::to_string(i) + ".log", "");
    }
    std::vector<std::string> told;
    const auto match = [&] {
        return made.tree.match("/l*/*.log", [&](const Error& error) { told.push_back(error.text()); });
    };
    CHECK(match().size() == 10'000);
    CHECK(told.empty());

    made.write("/last/one.log", "");
    CHECK(match().size() == 10'000);
    CHECK(told == std::vector<std::string>{"look for /l*/*.log: more than 10000 match (too_large)"});

    told.clear();
    made.write("/logs/one.log", "");
    (void)match();
    REQUIRE(told.size() == 2);
    CHECK(told[0] == "list /logs: more than 10000 names (too_large)");
}
