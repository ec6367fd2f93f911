// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/meddling.h"

#include "collectors/platform/tool.h"

#include <unistd.h>

#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace kwd::test {

using namespace collectors;
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

Result<void> run(const std::vector<std::string>& command, Deadline deadline) {
    const auto answer = ask_tool(command, deadline, 10'000);
    return answer ? Result<void>() : answer.error();
}

Result<void> writes_a_file(const CollectOptions& options, DocumentSink&, Deadline) {
    std::ofstream(fs::path(options.root) / "etc/kwdiag-was-here") << "x";
    return {};
}

Result<void> touches_a_file(const CollectOptions& options, DocumentSink&, Deadline) {
    fs::last_write_time(fs::path(options.root) / "etc", fs::file_time_type::clock::now());
    return {};
}

Result<void> leaves_a_temporary_file(const CollectOptions&, DocumentSink&, Deadline) {
    std::ofstream(fs::temp_directory_path() / "kwdiag-left-this") << "x";
    return {};
}

Result<void> adds_a_route(const CollectOptions&, DocumentSink&, Deadline deadline) {
    return run({"ip", "route", "add", "198.51.100.0/24", "via", "10.0.0.1"}, deadline);
}

Result<void> writes_a_setting(const CollectOptions&, DocumentSink&, Deadline) {
    std::ofstream("/proc/sys/net/ipv4/conf/all/log_martians") << "1";
    return {};
}

Result<void> adds_a_table(const CollectOptions&, DocumentSink&, Deadline deadline) {
    return run({"nft", "add", "table", "ip", "kwdiag_was_here"}, deadline);
}

// Out of the session that is ended with the worker.
Result<void> leaves_a_process(const CollectOptions&, DocumentSink&, Deadline) {
    const pid_t child = ::fork();
    if (child == 0) {
        (void)::setsid();
        if (::fork() == 0) {
            for (int fd = 0; fd < 16; ++fd) {
                (void)::close(fd);
            }
            (void)::alarm(60);
            ::pause();
        }
        ::_exit(0);
    }
    (void)::waitpid(child, nullptr, 0);
    return {};
}

constexpr auto kCollectors = std::to_array<Collector>({
    {"writes-a-file", "", &writes_a_file, 10s, 1000, Privilege::none, false},
    {"touches-a-file", "", &touches_a_file, 10s, 1000, Privilege::none, false},
    {"leaves-a-temporary-file", "", &leaves_a_temporary_file, 10s, 1000, Privilege::none, false},
    {"adds-a-route", "", &adds_a_route, 10s, 1000, Privilege::none, false},
    {"writes-a-setting", "", &writes_a_setting, 10s, 1000, Privilege::none, false},
    {"adds-a-table", "", &adds_a_table, 10s, 1000, Privilege::none, false},
    {"leaves-a-process", "", &leaves_a_process, 10s, 1000, Privilege::none, false},
});

}  // namespace

std::span<const Collector> meddling_collectors() {
    return kCollectors;
}

}  // namespace kwd::test
