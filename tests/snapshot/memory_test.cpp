// SPDX-License-Identifier: Apache-2.0
#include "snapshot/content.h"

#include <pthread.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

using namespace kwd::snapshot;

static constexpr std::size_t kMiB = 1 << 20;
static constexpr int kThrew = 2;

static void allow(rlim_t bytes) {
    rlimit memory{};
    ::getrlimit(RLIMIT_AS, &memory);
    memory.rlim_cur = bytes;
    ::setrlimit(RLIMIT_AS, &memory);
}

// In a process of its own, which may have so many bytes more than it has, once it has none of them left.
static bool works_with(std::size_t more_bytes, const std::function<bool()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        const rlim_t now = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        allow(now);
        for (void* volatile taken = &pages; taken != nullptr;) {
            taken = std::malloc(64 << 10);
        }
        allow(now + more_bytes);
        try {
            ::_exit(work() ? 0 : 1);
        } catch (...) {
            ::_exit(kThrew);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) != kThrew);
    return WEXITSTATUS(status) == 0;
}

TEST_CASE("a document that there is no memory to compress is an error", "[snapshot]") {
    const std::string content(64 * kMiB, 'x');
    const auto compresses_with = [&](std::size_t more_bytes) {
        return works_with(more_bytes, [&] { return bool(compress(content)); });
    };
    CHECK(compresses_with(512 * kMiB));
    CHECK_FALSE(compresses_with(8 * kMiB));             // not for what it may become
    CHECK_FALSE(compresses_with(64 * kMiB + 600'000));  // for that, and not for what zstd needs beside it
}

TEST_CASE("a document that there is no memory to pack is an error", "[snapshot]") {
    const std::string content(64 * kMiB, 'x');
    const auto packs_with = [&](std::size_t more_bytes) {
        return works_with(more_bytes, [&] { return bool(pack(content)); });
    };
    CHECK(packs_with(512 * kMiB));
    CHECK_FALSE(packs_with(1 * kMiB));   // not for a thread's stack
    CHECK_FALSE(packs_with(16 * kMiB));  // for that, and not for what it may become
}

TEST_CASE("a document is hashed where no thread can be had for it", "[snapshot]") {
    const std::string content(64 * kMiB, 'x');
    CHECK(works_with(512 * kMiB, [&] {
        pthread_attr_t attributes{};
        ::pthread_attr_init(&attributes);
        ::pthread_attr_setstacksize(&attributes, 1024 * kMiB);
        ::pthread_setattr_default_np(&attributes);
        const auto packed = pack(content);
        return packed && packed->sha256 == "e20a69eca39368572e90b9135738a613838f954987a0b44b6220889c171cbb76";
    }));
}
