// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/worker_process.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/platform/windows/child.h"

#include <windows.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxRequest = 32 << 10;
constexpr std::size_t kMaxDiagnostics = 2000;
constexpr DWORD kPipeBytes = 1 << 20;
constexpr std::chrono::milliseconds kAfterEnd{500};
constexpr std::uint64_t kWorkerMemory = 2ULL << 30;

class WindowsWorkerProcess final : public WorkerProcess {
  public:
    WindowsWorkerProcess(Child child, Handle input, Handle frames, Handle errors)
        : child_(std::move(child)),
          input_(std::move(input)),
          frames_(std::move(frames)),
          errors_(std::move(errors)),
          errors_thread_([this](const std::stop_token& stop) { read_errors(stop); }) {}
    ~WindowsWorkerProcess() override {
        TerminateJobObject(child_.job.get(), 1);
        errors_thread_.request_stop();
    }

    Event wait(Deadline until, std::string& bytes) override {
        switch (frames_.take(until, bytes)) {
            case PipeReader::Got::bytes: return Event::bytes;
            case PipeReader::Got::end: return Event::closed;
            case PipeReader::Got::nothing: break;
        }
        if (!wait_for_end(child_, Clock::now())) {
            return Event::silence;
        }
        // What it wrote last may not have been read yet; and something that it started may hold the pipe open when it
        // is long gone.
        return frames_.take(Clock::now() + kAfterEnd, bytes) == PipeReader::Got::bytes ? Event::bytes : Event::closed;
    }

    void ask_to_finish() override { input_.close(); }

    End end(Deadline until) override {
        if (!end_) {
            const auto code = wait_for_end(child_, until);
            TerminateJobObject(child_.job.get(), 1);
            errors_thread_.request_stop();
            errors_thread_.join();
            end_ =
                code ? describe(*code) : End{.by_us = true, .code = 1, .text = "did not end by itself and was ended"};
        }
        return *end_;
    }

    [[nodiscard]] std::string diagnostics() const override {
        const std::lock_guard lock(diagnostics_mutex_);
        return diagnostics_;
    }

  private:
    void read_errors(const std::stop_token& stop) {
        std::string read;
        while (errors_.take(Clock::now() + std::chrono::milliseconds(100), read) != PipeReader::Got::end) {
            if (read.empty() && stop.stop_requested()) {
                return;
            }
            const std::lock_guard lock(diagnostics_mutex_);
            diagnostics_ += read;
            if (diagnostics_.size() > kMaxDiagnostics) {
                diagnostics_.erase(0, diagnostics_.size() - kMaxDiagnostics);
            }
            read.clear();
        }
    }

    static End describe(DWORD code) {
        if (is_exception(code)) {
            return {.crashed = true,
                    .code = static_cast<int>(code),
                    .text = fmt::format("died of exception 0x{:08x}", code)};
        }
        return {.code = static_cast<int>(code), .text = fmt::format("exited with status {}", code)};
    }

    Child child_;
    Handle input_;
    PipeReader frames_;
    PipeReader errors_;
    mutable std::mutex diagnostics_mutex_;
    std::string diagnostics_;
    std::optional<End> end_;
    std::jthread errors_thread_;
};

std::wstring own_path() {
    std::wstring path(32'768, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path;
}

class WindowsParentChannel final : public ParentChannel {
  public:
    Result<std::string> read_request() override {
        std::string request;
        std::array<char, 4096> buffer;
        DWORD bytes = 0;
        while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer.data(), static_cast<DWORD>(buffer.size()), &bytes,
                        nullptr) != 0 &&
               bytes > 0) {
            request.append(buffer.data(), bytes);
            if (request.ends_with(kEndOfRequest)) {
                request.pop_back();
                return request;
            }
            if (request.size() > kMaxRequest) {
                return Error{Errc::too_large, "read the request to a worker"};
            }
        }
        return request;
    }

    Result<void> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            DWORD written = 0;
            if (WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes.data(),
                          static_cast<DWORD>(std::min<std::size_t>(bytes.size(), kPipeBytes)), &written,
                          nullptr) == 0) {
                return last_error("write to the parent of a worker");
            }
            bytes.remove_prefix(written);
        }
        return {};
    }

    bool asked_to_finish() override {
        return PeekNamedPipe(GetStdHandle(STD_INPUT_HANDLE), nullptr, 0, nullptr, nullptr, nullptr) == 0;
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
    // The pipe is as large as any request, so that nobody has to read while we write.
    DWORD written = 0;
    const std::string whole = std::string(request) + kEndOfRequest;
    if (request.size() > kMaxRequest ||
        WriteFile(input->write_end.get(), whole.data(), static_cast<DWORD>(whole.size()), &written, nullptr) == 0) {
        return Error{Errc::too_large, fmt::format("give a worker {} bytes of request", request.size())};
    }

    auto child = start_child({.program = own_path(),
                              .arguments = {wide(kWorkerCommand), wide(collector)},
                              .standard_input = input->read_end.get(),
                              .standard_output = frames->write_end.get(),
                              .standard_error = errors->write_end.get(),
                              .may_leave = true,
                              .keeps_up = haste == Haste::keeping_up,
                              .memory_bytes = kWorkerMemory});
    if (!child) {
        return child.error();
    }
    frames->write_end.close();
    errors->write_end.close();
    return std::unique_ptr<WorkerProcess>(std::make_unique<WindowsWorkerProcess>(
        std::move(*child), std::move(input->write_end), std::move(frames->read_end), std::move(errors->read_end)));
}

Result<std::unique_ptr<ParentChannel>> ParentChannel::open() {
    if (GetFileType(GetStdHandle(STD_OUTPUT_HANDLE)) != FILE_TYPE_PIPE) {
        return Error{Errc::unsupported, "be a worker: this is started by kwdiag itself"};
    }
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    return std::unique_ptr<ParentChannel>(std::make_unique<WindowsParentChannel>());
}

}  // namespace kwd::collectors
