// SPDX-License-Identifier: Apache-2.0
//
// traffic KWDIAG HEADER_STEPS FILE.pcap [PAIRS]: what the whole analysis of a capture takes, beside the limit of what
// reading it can be, and beside what else an administrator could use.
//
// Programs are run in pairs, one directly after the other, so that whatever else the machine does meets both; of the
// pairs' ratios the median counts. Programs that are not installed are left out. POSIX only.
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

extern char** environ;

namespace {

struct Run {
    double wall_s = 0;
    double cpu_s = 0;
    long peak_kib = 0;
    bool well = false;
};

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

Run run(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const auto& each : command) {
        arguments.push_back(const_cast<char*>(each.c_str()));
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const auto start = std::chrono::steady_clock::now();
    pid_t child = 0;
    const bool spawned = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    if (!spawned) {
        return {};
    }
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    return {.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            .cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime),
            .peak_kib = usage.ru_maxrss,
            .well = WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void compare(const char* name, const std::vector<std::string>& ours, const std::vector<std::string>& other, int pairs) {
    std::vector<double> ratios;
    std::vector<double> our_times;
    std::vector<double> other_times;
    std::vector<double> cpu;
    long peak = 0;
    for (int i = 0; i < pairs; ++i) {
        const Run theirs = run(other);
        const Run mine = run(ours);
        if (!theirs.well || !mine.well) {
            fmt::print("{:<34} could not be run\n", name);
            return;
        }
        ratios.push_back(mine.wall_s / theirs.wall_s);
        our_times.push_back(mine.wall_s);
        other_times.push_back(theirs.wall_s);
        cpu.push_back(mine.cpu_s / theirs.cpu_s);
        peak = std::max(peak, mine.peak_kib);
    }
    fmt::print("{:<34} {:9.3f} s {:9.3f} s {:9.4f} ({:.4f} to {:.4f}) {:8.4f} {:8} KiB\n", name, median(our_times),
               median(other_times), median(ratios), *std::ranges::min_element(ratios),
               *std::ranges::max_element(ratios), median(cpu), peak);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4 || argc > 5) {
        fmt::print(stderr, "usage: traffic KWDIAG HEADER_STEPS FILE.pcap [PAIRS]\n");
        return 2;
    }
    const std::string file = argv[3];
    const int pairs = argc == 5 ? std::max(1, std::atoi(argv[4])) : 9;
    const std::vector<std::string> two{argv[1], "packets", file, "--format", "json", "--threads", "2"};
    const std::vector<std::string> one{argv[1], "packets", file, "--format", "json", "--threads", "1"};
    static_cast<void>(run({argv[2], file}));  // the file comes into memory
    fmt::print("{:<34} {:>11} {:>11} {:>9} {:21} {:>8} {:>12}\n", "kwdiag packets against", "kwdiag", "the other",
               "ratio", " (lowest to highest)", "CPU", "kwdiag's peak");
    compare("the limit, two threads", two, {argv[2], file}, pairs);
    compare("the limit, one thread", one, {argv[2], file}, pairs);
    compare("its own run on one thread", two, one, pairs);
    compare("tcpdump -r -w /dev/null", two, {"tcpdump", "-r", file, "-w", "/dev/null"}, std::min(pairs, 3));
    compare("tshark -q -z conv,udp", two, {"tshark", "-r", file, "-q", "-z", "conv,udp"}, 1);
    return 0;
}
