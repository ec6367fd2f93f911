// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/worker_process.h"

#include "collectors/platform/linux/child.h"

#include <fcntl.h>
#include <poll.h>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFrames = 3;
constexpr std::size_t kMaxRequest = 32 << 10;
constexpr std::size_t kMaxDiagnostics = 2000;
constexpr int kPipeBytes = 1 << 20;

enum class Got : std::uint8_t { bytes, nothing, end };

Got read_some(int fd, std::string& out) {
    std::array<char, 64 << 10> buffer;
    const ssize_t bytes = ::read(fd, buffer.data(), buffer.size());
    if (bytes > 0) {
        out.append(buffer.data(), static_cast<std::size_t>(bytes));
        return Got::bytes;
    }
    return bytes < 0 && (errno == EAGAIN || errno == EINTR) ? Got::nothing : Got::end;
}

class LinuxWorkerProcess final : public WorkerProcess {
  public:
    LinuxWorkerProcess(pid_t process, FileDescriptor input, FileDescriptor frames, FileDescriptor errors)
        : process_(process), input_(std::move(input)), frames_(std::move(frames)), errors_(std::move(errors)) {}
    ~LinuxWorkerProcess() override {
        if (!end_) {
            end_session(process_);
        }
    }

    Event wait(Deadline until, std::string& bytes) override {
        while (true) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
            std::array<pollfd, 2> waiting{{{frames_.get(), POLLIN, 0}, {errors_.get(), POLLIN, 0}}};
            const int ready =
                ::poll(waiting.data(), waiting.size(), static_cast<int>(std::clamp<long>(left, 0, 60'000)));
            if (ready > 0 && waiting[1].revents != 0) {
                read_errors();
            }
            if (ready > 0 && waiting[0].revents != 0) {
                switch (read_some(frames_.get(), bytes)) {
                    case Got::bytes: return Event::bytes;
                    case Got::end: return Event::closed;
                    case Got::nothing: break;
                }
            }
            if (ready <= 0 && Clock::now() >= until) {
                // Something that it forked may hold the pipe open when it is long gone.
                return wait_for_end(process_, Clock::now()) ? Event::closed : Event::silence;
            }
        }
    }

    void ask_to_finish() override { input_.close(); }

    End end(Deadline until) override {
        if (!end_) {
            const auto own = wait_for_end(process_, until);
            end_session(process_);
            while (errors_ && read_errors() == Got::bytes) {
            }
            end_ = describe(own);
        }
        return *end_;
    }

    [[nodiscard]] std::string diagnostics() const override { return diagnostics_; }

  private:
    Got read_errors() {
        const Got got = read_some(errors_.get(), diagnostics_);
        if (diagnostics_.size() > kMaxDiagnostics) {
            diagnostics_.erase(0, diagnostics_.size() - kMaxDiagnostics);
        }
        if (got == Got::end) {
            errors_.close();  // poll passes over -1
        }
        return got;
    }

    static End describe(const std::optional<ChildEnd>& own) {
        if (!own) {
            return {.by_us = true, .code = SIGKILL, .text = "did not end by itself and was ended"};
        }
        if (own->exited) {
            return {.code = own->code, .text = fmt::format("exited with status {}", own->code)};
        }
        const char* name = ::sigabbrev_np(own->code);
        return {.crashed = true,
                .code = own->code,
                .text = fmt::format("died of signal {} (SIG{})", own->code, name != nullptr ? name : "?")};
    }

    pid_t process_;
    FileDescriptor input_;
    FileDescriptor frames_;
    FileDescriptor errors_;
    std::string diagnostics_;
    std::optional<End> end_;
};

class LinuxParentChannel final : public ParentChannel {
  public:
    Result<std::string> read_request() override {
        std::string request;
        while (true) {
            switch (read_some(STDIN_FILENO, request)) {
                case Got::nothing: break;
                case Got::end: return request;
                case Got::bytes:
                    if (request.ends_with(kEndOfRequest)) {
                        request.pop_back();
                        return request;
                    }
                    if (request.size() > kMaxRequest) {
                        return Error{Errc::too_large, "read the request to a worker"};
                    }
            }
        }
    }

    Result<void> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t written = ::write(kFrames, bytes.data(), bytes.size());
            if (written > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EINTR) {
                return posix_error(errno, "write to the parent of a worker");
            }
        }
        return {};
    }

    bool asked_to_finish() override {
        pollfd input{STDIN_FILENO, 0, 0};
        return ::poll(&input, 1, 0) > 0 && (input.revents & POLLHUP) != 0;
    }
};

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(std::string_view collector, std::string_view request,
                                                            Haste haste) {
    auto frames = make_pipe();
    auto errors = make_pipe();
    auto input = make_pipe();
    for (const auto* pipe : {&frames, &errors, &input}) {
        if (!*pipe) {
            return pipe->error();
        }
    }
    // The request goes into the pipe before there is anybody who could close it on us.
    const int input_end = input->write_end.get();
    const std::string whole = std::string(request) + kEndOfRequest;
    if (request.size() > kMaxRequest || ::fcntl(input_end, F_SETFL, O_NONBLOCK) != 0 ||
        ::write(input_end, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) {
        return Error{Errc::too_large, fmt::format("give a worker {} bytes of request", request.size())};
    }
    (void)::fcntl(input->read_end.get(), F_SETFL, 0);
    (void)::fcntl(frames->write_end.get(), F_SETPIPE_SZ, kPipeBytes);  // fewer turns; unprivileged users may be refused

    const ChildSpec spec{.program = "/proc/self/exe",
                         .arguments = {"kwdiag", std::string(kWorkerCommand), std::string(collector)},
                         .standard_input = input->read_end.get(),
                         .standard_error = errors->write_end.get(),
                         .fourth = frames->write_end.get(),
                         .new_session = true,
                         .yield_to_others = haste == Haste::none};
    const auto process = start_child(spec);
    if (!process) {
        return process.error();
    }
    return std::unique_ptr<WorkerProcess>(std::make_unique<LinuxWorkerProcess>(
        *process, std::move(input->write_end), std::move(frames->read_end), std::move(errors->read_end)));
}

Result<std::unique_ptr<ParentChannel>> ParentChannel::open() {
    struct stat frames {};
    if (::fstat(kFrames, &frames) != 0 || !S_ISFIFO(frames.st_mode)) {
        return Error{Errc::unsupported, "be a worker: this is started by kwdiag itself"};
    }
    (void)::fcntl(kFrames, F_SETFD, FD_CLOEXEC);
    (void)::prctl(PR_SET_NAME, "kwdiag-worker");
    (void)::signal(SIGPIPE, SIG_IGN);  // write() says it
    return std::unique_ptr<ParentChannel>(std::make_unique<LinuxParentChannel>());
}

}  // namespace kwd::collectors
