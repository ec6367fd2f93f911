// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/child.h"

#include <dirent.h>
#include <fcntl.h>

#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kFirstFreeDescriptor = 10;
constexpr auto kTimeToDie = 2s;  // a process in an uninterruptible wait outlives SIGKILL

Result<FileDescriptor> move_up(int fd) {
    const FileDescriptor low(fd);
    FileDescriptor high(::fcntl(low.get(), F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
    if (!high) {
        return posix_error(errno, "duplicate a pipe");
    }
    return high;
}

// Everything that the child needs between fork and exec, where memory must not be allocated.
struct Prepared {
    const char* program;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    std::array<int, 4> descriptors;
    bool new_session;
    bool yield_to_others;
    pid_t parent;
    int report;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        result.push_back(const_cast<char*>(text.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

void yield_to_others() {
    constexpr int io_priority_of_process = 1;
    constexpr int best_effort_lowest = 2 << 13 | 7;
    // Each of these may be refused, and then the worker is merely less polite.
    (void)!::nice(10);
    (void)::syscall(SYS_ioprio_set, io_priority_of_process, 0, best_effort_lowest);
    const rlimit no_core{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &no_core);
    const int oom = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (oom >= 0) {
        (void)!::write(oom, "800", 3);
        ::close(oom);
    }
}

// Only async-signal-safe calls: other threads may have held any lock at the fork.
[[noreturn]] void become(const Prepared& prepared) {
    const bool own = prepared.new_session ? ::setsid() >= 0 : ::setpgid(0, 0) == 0;
    bool good = own && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
    if (::getppid() != prepared.parent) {
        ::_exit(127);  // it died before it could be our reaper
    }
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (prepared.yield_to_others) {
        yield_to_others();
    }
    int last = 2;
    for (int i = 0; good && i < static_cast<int>(prepared.descriptors.size()); ++i) {
        int from = prepared.descriptors[static_cast<std::size_t>(i)];
        if (from < 0 && i > 2) {
            continue;
        }
        if (from < 0) {
            from = ::open("/dev/null", (i == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
        }
        good = from == i ? ::fcntl(from, F_SETFD, 0) == 0 : from >= 0 && ::dup2(from, i) == i;
        last = i > last ? i : last;
    }
    // Whatever our caller left open; kernels before 5.11 do without.
    (void)::syscall(SYS_close_range, static_cast<unsigned>(last + 1), ~0U, CLOSE_RANGE_CLOEXEC);
    if (good) {
        ::execve(prepared.program, prepared.arguments.data(), prepared.environment.data());
    }
    const int error_number = errno;
    (void)!::write(prepared.report, &error_number, sizeof error_number);
    ::_exit(127);
}

// A process of /proc: its session, and whether it still runs. Source: proc(5), /proc/PID/stat.
struct SessionMember {
    pid_t session = 0;
    bool alive = false;
};

std::optional<SessionMember> look_at(const char* process) {
    std::array<char, 512> buffer{};
    const std::string path = fmt::format("/proc/{}/stat", process);
    const FileDescriptor stat(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t bytes = stat ? ::read(stat.get(), buffer.data(), buffer.size()) : -1;
    if (bytes <= 0) {
        return std::nullopt;
    }
    std::string_view text(buffer.data(), static_cast<std::size_t>(bytes));
    const std::size_t name_end = text.rfind(") ");  // the name may hold anything, these too
    if (name_end == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(name_end + 2);
    SessionMember member;
    member.alive = !text.empty() && text[0] != 'Z' && text[0] != 'X';
    for (int field = 0; field < 3; ++field) {  // state, parent, process group
        text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
    }
    std::from_chars(text.data(), text.data() + text.size(), member.session);
    return member;
}

// Kills what lives in the session; answers whether anything did.
bool kill_members(pid_t leader) {
    const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), &::closedir);
    bool any = false;
    while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
        pid_t process = 0;
        const std::string_view name = entry->d_name;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), process);
        if (parsed.ec != std::errc() || process <= 1) {
            continue;
        }
        const auto member = look_at(entry->d_name);
        if (member && member->alive && member->session == leader) {
            ::kill(process, SIGKILL);
            any = true;
        }
    }
    return any;
}

void reap(pid_t child) {
    const auto until = Clock::now() + kTimeToDie;
    while (::waitpid(child, nullptr, WNOHANG) == 0 && Clock::now() < until) {
        std::this_thread::sleep_for(1ms);
    }
}

}  // namespace

Error posix_error(int error_number, std::string doing) {
    Errc code = Errc::io;
    switch (error_number) {
        case EACCES:
        case EPERM: code = Errc::access_denied; break;
        case ENOENT:
        case ENOTDIR: code = Errc::not_found; break;
        case ETIMEDOUT: code = Errc::timed_out; break;
        default: break;
    }
    doing += fmt::format(": {}", std::strerror(error_number));
    return {code, std::move(doing), NativeCode{Domain::posix, error_number}};
}

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return posix_error(errno, "make a pipe");
    }
    auto read_end = move_up(ends[0]);
    auto write_end = move_up(ends[1]);
    if (!read_end || !write_end) {
        return read_end ? write_end.error() : read_end.error();
    }
    if (::fcntl(read_end->get(), F_SETFL, O_NONBLOCK) != 0) {
        return posix_error(errno, "make a pipe not block");
    }
    return Pipe{std::move(*read_end), std::move(*write_end)};
}

Result<pid_t> start_child(const ChildSpec& spec) {
    auto report = make_pipe();
    if (!report) {
        return report.error();
    }
    Prepared prepared{spec.program.c_str(),
                      pointers(spec.arguments),
                      {},
                      {spec.standard_input, spec.standard_output, spec.standard_error, spec.fourth},
                      spec.new_session,
                      spec.yield_to_others,
                      ::getpid(),
                      report->write_end.get()};
    if (spec.environment) {
        prepared.environment = pointers(*spec.environment);
    } else {
        for (char** each = environ; *each != nullptr; ++each) {
            prepared.environment.push_back(*each);
        }
        prepared.environment.push_back(nullptr);
    }

    // Inherited from some launchers; then nobody could wait for a child, and its number could be anyone's.
    struct sigaction on_child {};
    if (::sigaction(SIGCHLD, nullptr, &on_child) == 0 && on_child.sa_handler == SIG_IGN) {
        (void)::signal(SIGCHLD, SIG_DFL);
    }
    const pid_t child = ::fork();
    if (child < 0) {
        return posix_error(errno, fmt::format("start {}", spec.program));
    }
    if (child == 0) {
        become(prepared);
    }
    // The pipe closes at exec; until then the child may still be within reach of our own process group.
    report->write_end.close();
    (void)::fcntl(report->read_end.get(), F_SETFL, 0);
    int error_number = 0;
    ssize_t bytes = 0;
    do {
        bytes = ::read(report->read_end.get(), &error_number, sizeof error_number);
    } while (bytes < 0 && errno == EINTR);
    if (bytes == sizeof error_number) {
        reap(child);
        return posix_error(error_number, fmt::format("start {}", spec.program));
    }
    return child;
}

std::optional<ChildEnd> wait_for_end(pid_t child, Deadline until) {
    auto pause = 500us;
    while (true) {
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
            return ChildEnd{true, 127};  // somebody else reaped it: how it ended is lost
        }
        if (info.si_pid == child) {
            return ChildEnd{info.si_code == CLD_EXITED, info.si_status};
        }
        const auto now = Clock::now();
        if (now >= until) {
            return std::nullopt;
        }
        std::this_thread::sleep_for(std::min<Clock::duration>(pause, until - now));
        pause = std::min(pause * 2, std::chrono::microseconds(20ms));
    }
}

void end_group(pid_t child) {
    ::kill(-child, SIGKILL);
    reap(child);
}

void end_session(pid_t child) {
    ::kill(child, SIGKILL);
    ::kill(-child, SIGKILL);
    // A member may start another one while we look, so until nothing is left.
    const auto until = Clock::now() + kTimeToDie;
    while (kill_members(child) && Clock::now() < until) {
        std::this_thread::sleep_for(1ms);
    }
    reap(child);
}

}  // namespace kwd::collectors
