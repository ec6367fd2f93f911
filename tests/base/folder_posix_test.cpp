// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"
#include "base/archive.h"
#include "scratch_folder.h"
#include "visited.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace kwd;
using kwd::test::ArchiveBuilder;
using kwd::test::has_note;
using kwd::test::notes_of;
using kwd::test::ScratchFolder;
using kwd::test::Visited;
using Format = ArchiveBuilder::Format;
using Filter = ArchiveBuilder::Filter;
using Lines = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

/// Root may read everything; while this lives, a test that runs as root is nobody.
class NobodyForNow {
  public:
    NobodyForNow() : user_(::geteuid()) {
        if (user_ == 0) {
            constexpr uid_t kNobody = 65534;
            REQUIRE(::seteuid(kNobody) == 0);
        }
    }
    ~NobodyForNow() {
        if (user_ == 0 && ::seteuid(user_) != 0) {
            std::abort();
        }
    }
    NobodyForNow(const NobodyForNow&) = delete;
    NobodyForNow& operator=(const NobodyForNow&) = delete;

  private:
    uid_t user_;
};

}  // namespace

TEST_CASE("links, FIFOs and folders out of reach are told of and not touched", "[base][archive][folder]") {
    const ScratchFolder outside;
    outside.write("secret", "s3cret");
    const ScratchFolder folder;
    folder.write("plain", "1");
    fs::create_symlink(outside / "secret", folder / "escape");
    fs::create_directory_symlink(outside.path(), folder / "away");
    fs::create_directory_symlink(folder.path(), folder / "loop");
    fs::create_symlink("plain", folder / "within");
    fs::create_symlink("nowhere", folder / "dangling");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);

    Visited visited;
    const auto summary = read_folder(folder.path(), {}, visited.visitor());
    REQUIRE(summary);
    CHECK(visited.listing() == Lines{"plain=1"});
    CHECK(summary->notes.size() == 6);
    CHECK(has_note(*summary, "escape", "is a symbolic link, not followed"));
    CHECK(has_note(*summary, "away", "is a symbolic link, not followed"));
    CHECK(has_note(*summary, "loop", "is a symbolic link, not followed"));
    CHECK(has_note(*summary, "within", "is a symbolic link, not followed: plain"));
    CHECK(has_note(*summary, "dangling", "is a symbolic link, not followed: nowhere"));
    CHECK(has_note(*summary, "pipe", "FIFO"));
}

TEST_CASE("what may not be read is told of", "[base][archive][folder]") {
    const ScratchFolder folder;
    folder.write("closed", "1");
    folder.write("shut/file", "2");
    folder.write("open", "3");
    fs::permissions(folder / "closed", fs::perms::none);
    fs::permissions(folder / "shut", fs::perms::none);
    fs::permissions(folder.path(), fs::perms::group_read | fs::perms::group_exec, fs::perm_options::add);
    Visited visited;
    const auto summary = [&] {
        const NobodyForNow nobody;
        return read_folder(folder.path(), {}, visited.visitor());
    }();
    fs::permissions(folder / "shut", fs::perms::owner_all);
    REQUIRE(summary);
    CHECK(visited.listing() == Lines{"open=3"});
    CHECK(has_note(*summary, "closed", "cannot be opened: Permission denied"));
    CHECK(has_note(*summary, "shut", "cannot all be listed: Permission denied"));
}
