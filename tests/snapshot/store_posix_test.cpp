// SPDX-License-Identifier: Apache-2.0
#include "snapshot/kinds.h"
#include "snapshot/owner_only_file.h"
#include "snapshot/snapshot.h"
#include "snapshot/store.h"
#include "tests/support/temporary_folder.h"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <fstream>
#include <span>

using namespace kwd;
using namespace kwd::snapshot;

namespace {

DocumentInfo a_document(std::string name) {
    return {.collector = "routes", .kind = std::string(kind::linux_routes), .name = std::move(name), .sha256 = {}};
}

}  // namespace

TEST_CASE("only its owner may read a snapshot", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    ::umask(0);
    REQUIRE(Store::create(folder.file("a.kwsnap"), "1"));
    struct stat status {};
    REQUIRE(::stat(folder.file("a.kwsnap").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("its owner may read it whatever the umask", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    const mode_t before = ::umask(0777);
    const auto store = Store::create(folder.file("a.kwsnap"), "1");
    const auto written = write_owner_only_file(folder.file("a.html"), "x");
    ::umask(before);
    REQUIRE(store);
    REQUIRE(written);
    for (const char* name : {"a.kwsnap", "a.html"}) {
        CHECK(std::filesystem::status(folder.file(name)).permissions() ==
              (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
}

TEST_CASE("a snapshot that cannot be begun leaves no file", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit little{8192, before.rlim_max};
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &little);
    const auto store = Store::create(folder.file("a.kwsnap"), "1");
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(store);
    CHECK(store.error().code == Errc::io);
    CHECK_FALSE(std::filesystem::exists(folder.file("a.kwsnap")));
}

TEST_CASE("a snapshot never overwrites a file, nor follows a link", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("there")) << "precious";
    const auto over = Store::create(folder.file("there"), "1");
    REQUIRE_FALSE(over);
    CHECK(over.error().code == Errc::invalid_input);

    std::filesystem::create_symlink(folder.file("elsewhere"), folder.file("link"));
    CHECK_FALSE(Store::create(folder.file("link"), "1"));
    CHECK_FALSE(std::filesystem::exists(folder.file("elsewhere")));

    const auto nowhere = Store::create(folder.file("no/such/folder/a.kwsnap"), "1");
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == Errc::not_found);
}

TEST_CASE("what was committed before a crash is readable after it", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("crash.kwsnap");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto store = Store::create(path, "1");
        (void)store->add_document(a_document("first"), "one");
        (void)store->add_document(a_document("second"), "two");
        store->database().execute("PRAGMA cache_size = 1; BEGIN IMMEDIATE");
        // Large enough to spill pages into the file while the journal is hot.
        for (int i = 0; i < 200; ++i) {
            (void)store->add_document(a_document("lost"), std::string(5000, static_cast<char>(i)) + std::to_string(i));
            store->database().execute("UPDATE documents SET note = hex(randomblob(2000))");
        }
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(std::filesystem::exists(path + "-journal"));

    auto snapshot = Snapshot::open(path);
    REQUIRE(snapshot);
    const auto documents = (*snapshot)->documents();
    REQUIRE(documents.size() == 2);
    CHECK((*snapshot)->document(documents[0].id)->content == "one");
    CHECK((*snapshot)->document(documents[1].id)->content == "two");
}

TEST_CASE("a written file replaces the old one and is its owner's alone", "[snapshot][store]") {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("report.html")) << "old";
    ::chmod(folder.file("report.html").c_str(), 0644);
    REQUIRE(write_owner_only_file(folder.file("report.html"), "new"));
    std::ifstream file(folder.file("report.html"));
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "new");
    struct stat status {};
    REQUIRE(::stat(folder.file("report.html").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(write_owner_only_file(folder.file("none/report.html"), "x").error().code == Errc::not_found);
}

TEST_CASE("a device is no snapshot", "[snapshot][hostile]") {
    const auto opened = Snapshot::open("/dev/null");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().doing.find("no regular file") != std::string::npos);
}
