// SPDX-License-Identifier: Apache-2.0
#include "snapshot/content.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace kwd::snapshot;

static void allow(rlim_t bytes) {
    rlimit memory{};
    ::getrlimit(RLIMIT_AS, &memory);
    memory.rlim_cur = bytes;
    ::setrlimit(RLIMIT_AS, &memory);
}

// In a process of its own, which may have so many bytes more than it has, once it has none of them left.
static bool compresses_with(std::size_t more_bytes, const std::string& content) {
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
        ::_exit(compress(content) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status) == 0;
}

TEST_CASE("a document that there is no memory to compress is an error", "[snapshot]") {
    constexpr std::size_t kMiB = 1 << 20;
    const std::string content(64 * kMiB, 'x');
    CHECK(compresses_with(512 * kMiB, content));
    CHECK_FALSE(compresses_with(8 * kMiB, content));             // not for what it may become
    CHECK_FALSE(compresses_with(64 * kMiB + 600'000, content));  // for that, and not for what zstd needs beside it
}
