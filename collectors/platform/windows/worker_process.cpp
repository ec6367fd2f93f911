// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/worker_process.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "base/windows_handle.h"

#include <windows.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxRequest = 32 << 10;
constexpr std::size_t kMaxDiagnostics = 2000;
constexpr std::size_t kMaxUnread = 4 << 20;
constexpr DWORD kPipeBytes = 1 << 20;
constexpr std::uint64_t kWorkerMemory = 2ULL << 30;

struct Pipe {
    Handle read_end;
    Handle write_end;
};

Result<Pipe> make_pipe() {
    HANDLE read_end = nullptr;
    HANDLE write_end = nullptr;
    if (CreatePipe(&read_end, &write_end, nullptr, kPipeBytes) == 0) {
        return last_error("make a pipe");
    }
    return Pipe{Handle(read_end), Handle(write_end)};
}

// Reads a pipe on a thread of its own: an anonymous pipe cannot be waited for. It stops reading while nobody takes what
// it read, so that a worker that floods is slowed down.
class PipeReader {
  public:
    explicit PipeReader(Handle pipe) : pipe_(std::move(pipe)), thread_([this] { read_all(); }) {}
    PipeReader(const PipeReader&) = delete;
    PipeReader& operator=(const PipeReader&) = delete;
    // Whoever could write has to be gone by then.
    ~PipeReader() {
        {
            const std::lock_guard lock(mutex_);
            abandoned_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    enum class Got { bytes, nothing, end };

    Got take(Deadline until, std::string& out) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, until, [this] { return !unread_.empty() || ended_; });
        if (unread_.empty()) {
            return ended_ ? Got::end : Got::nothing;
        }
        out += unread_;
        unread_.clear();
        lock.unlock();
        changed_.notify_all();
        return Got::bytes;
    }

  private:
    void read_all() {
        std::vector<char> buffer(64 << 10);
        while (true) {
            DWORD bytes = 0;
            if (ReadFile(pipe_.get(), buffer.data(), static_cast<DWORD>(buffer.size()), &bytes, nullptr) == 0) {
                break;
            }
            std::unique_lock lock(mutex_);
            unread_.append(buffer.data(), bytes);
            changed_.notify_all();
            changed_.wait(lock, [this] { return unread_.size() < kMaxUnread || abandoned_; });
            if (abandoned_) {
                break;
            }
        }
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        changed_.notify_all();
    }

    Handle pipe_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string unread_;
    bool ended_ = false;
    bool abandoned_ = false;
    std::thread thread_;
};

DWORD milliseconds_until(Deadline until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<DWORD>(std::clamp<long long>(left, 0, 3'600'000));
}

class WindowsWorkerProcess final : public WorkerProcess {
  public:
    WindowsWorkerProcess(Handle process, Handle job, Handle frames, Handle errors)
        : process_(std::move(process)),
          job_(std::move(job)),
          frames_(std::move(frames)),
          errors_(std::move(errors)),
          errors_thread_([this](const std::stop_token& stop) { read_errors(stop); }) {}
    ~WindowsWorkerProcess() override {
        TerminateJobObject(job_.get(), 1);
        errors_thread_.request_stop();
    }

    Event wait(Deadline until, std::string& bytes) override {
        switch (frames_.take(until, bytes)) {
            case PipeReader::Got::bytes: return Event::bytes;
            case PipeReader::Got::end: return Event::closed;
            case PipeReader::Got::nothing: break;
        }
        // Something that it started may hold the pipe open when it is long gone.
        return WaitForSingleObject(process_.get(), 0) == WAIT_OBJECT_0 ? Event::closed : Event::silence;
    }

    End end(Deadline until) override {
        if (!end_) {
            const bool by_itself = WaitForSingleObject(process_.get(), milliseconds_until(until)) == WAIT_OBJECT_0;
            DWORD code = 0;
            GetExitCodeProcess(process_.get(), &code);
            TerminateJobObject(job_.get(), 1);
            errors_thread_.request_stop();
            errors_thread_.join();
            end_ = by_itself ? describe(code)
                             : End{.by_us = true, .code = 1, .text = "did not end by itself and was ended"};
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

    // Exit codes of 0xC… are NTSTATUS of the severity "error": an unhandled exception.
    static End describe(DWORD code) {
        if (code >= 0xC0000000U) {
            return {.crashed = true,
                    .code = static_cast<int>(code),
                    .text = fmt::format("died of exception 0x{:08x}", code)};
        }
        return {.code = static_cast<int>(code), .text = fmt::format("exited with status {}", code)};
    }

    Handle process_;
    Handle job_;
    PipeReader frames_;
    PipeReader errors_;
    mutable std::mutex diagnostics_mutex_;
    std::string diagnostics_;
    std::optional<End> end_;
    std::jthread errors_thread_;
};

// Whoever is in it dies with it, and it with us; no process in it may grow without limit.
Result<Handle> make_job() {
    Handle job(CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_JOB_MEMORY | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    limits.JobMemoryLimit = kWorkerMemory;
    if (!job || SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits) == 0) {
        return last_error("make a job object for a worker");
    }
    return job;
}

// Starts a process that inherits these three handles and no other.
class InheritedHandles {
  public:
    explicit InheritedHandles(std::array<HANDLE, 3> handles) : handles_(handles) {
        SIZE_T size = 0;
        InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
        memory_.resize(size);
        auto* list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
        for (HANDLE handle : handles_) {
            SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
        }
        if (InitializeProcThreadAttributeList(list, 1, 0, &size) != 0) {
            list_ = list;
            UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                      handles_.size() * sizeof(HANDLE), nullptr, nullptr);
        }
    }
    InheritedHandles(const InheritedHandles&) = delete;
    InheritedHandles& operator=(const InheritedHandles&) = delete;
    ~InheritedHandles() {
        if (list_ != nullptr) {
            DeleteProcThreadAttributeList(list_);
        }
    }
    [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST list() const { return list_; }

  private:
    std::array<HANDLE, 3> handles_;
    std::vector<std::byte> memory_;
    LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
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
};

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(std::string_view collector, std::string_view request) {
    auto frames = make_pipe();
    auto errors = make_pipe();
    auto input = make_pipe();
    auto job = make_job();
    for (const auto* pipe : {&frames, &errors, &input}) {
        if (!*pipe) {
            return pipe->error();
        }
    }
    if (!job) {
        return job.error();
    }
    // The pipe is as large as any request, so that nobody has to read while we write.
    DWORD written = 0;
    if (request.size() > kMaxRequest ||
        WriteFile(input->write_end.get(), request.data(), static_cast<DWORD>(request.size()), &written, nullptr) == 0) {
        return Error{Errc::too_large, fmt::format("give a worker {} bytes of request", request.size())};
    }
    input->write_end.close();

    const InheritedHandles inherited({input->read_end.get(), frames->write_end.get(), errors->write_end.get()});
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = input->read_end.get();
    startup.StartupInfo.hStdOutput = frames->write_end.get();
    startup.StartupInfo.hStdError = errors->write_end.get();
    startup.lpAttributeList = inherited.list();
    const std::wstring path = own_path();
    std::wstring command = L"\"" + path + L"\" " + wide(kWorkerCommand) + L" " + wide(collector);
    PROCESS_INFORMATION made{};
    // Suspended until it is in the job, so that nothing it starts is outside.
    if (CreateProcessW(path.c_str(), command.data(), nullptr, nullptr, TRUE,
                       CREATE_SUSPENDED | CREATE_NO_WINDOW | BELOW_NORMAL_PRIORITY_CLASS | EXTENDED_STARTUPINFO_PRESENT,
                       nullptr, nullptr, &startup.StartupInfo, &made) == 0) {
        return last_error(fmt::format("start a worker for {}", collector));
    }
    Handle process(made.hProcess);
    const Handle thread(made.hThread);
    if (AssignProcessToJobObject(job->get(), process.get()) == 0) {
        Error error = last_error(fmt::format("put the worker for {} into a job", collector));
        TerminateProcess(process.get(), 1);
        return error;
    }
    ResumeThread(thread.get());
    frames->write_end.close();
    errors->write_end.close();
    return std::unique_ptr<WorkerProcess>(std::make_unique<WindowsWorkerProcess>(
        std::move(process), std::move(*job), std::move(frames->read_end), std::move(errors->read_end)));
}

Result<std::unique_ptr<ParentChannel>> ParentChannel::open() {
    if (GetFileType(GetStdHandle(STD_OUTPUT_HANDLE)) != FILE_TYPE_PIPE) {
        return Error{Errc::unsupported, "be a worker: this is started by kwdiag itself"};
    }
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    return std::unique_ptr<ParentChannel>(std::make_unique<WindowsParentChannel>());
}

}  // namespace kwd::collectors
