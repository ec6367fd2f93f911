// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/child.h"

#include "base/wide.h"
#include "base/windows_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxUnread = 4 << 20;
constexpr DWORD kPipeBytes = 1 << 20;

DWORD milliseconds_until(Deadline until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<DWORD>(std::clamp<long long>(left, 0, 3'600'000));
}

Result<Handle> make_job(const ChildSpec& spec) {
    Handle job(CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    if (!spec.outlives_us) {
        limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    }
    if (spec.may_leave) {
        limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_BREAKAWAY_OK;
    }
    if (spec.memory_bytes != 0) {
        limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
        limits.JobMemoryLimit = spec.memory_bytes;
    }
    if (!job || SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits) == 0) {
        return last_error("make a job object");
    }
    return job;
}

// What a process is born with: the handles that it inherits, these and no other, and the job that it is in.
class BirthAttributes {
  public:
    // A handle that stands in the list twice would be refused.
    BirthAttributes(std::vector<HANDLE> handles, HANDLE job) : handles_(std::move(handles)), job_(job) {
        std::ranges::sort(handles_);
        handles_.erase(std::unique(handles_.begin(), handles_.end()), handles_.end());
        constexpr DWORD kAttributes = 2;
        SIZE_T size = 0;
        InitializeProcThreadAttributeList(nullptr, kAttributes, 0, &size);
        memory_.resize(size);
        auto* list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
        for (HANDLE handle : handles_) {
            SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
        }
        if (InitializeProcThreadAttributeList(list, kAttributes, 0, &size) == 0) {
            return;
        }
        list_ = list;
        whole_ = UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                           handles_.size() * sizeof(HANDLE), nullptr, nullptr) != 0 &&
                 (job_ == nullptr || UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, &job_,
                                                               sizeof job_, nullptr, nullptr) != 0);
    }
    BirthAttributes(const BirthAttributes&) = delete;
    BirthAttributes& operator=(const BirthAttributes&) = delete;
    ~BirthAttributes() {
        if (list_ != nullptr) {
            DeleteProcThreadAttributeList(list_);
        }
    }
    // nullptr where Windows refused one of them, its reason then in GetLastError().
    [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST list() const { return whole_ ? list_ : nullptr; }

  private:
    std::vector<HANDLE> handles_;
    HANDLE job_;
    std::vector<std::byte> memory_;
    LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
    bool whole_ = false;
};

// The end of nothing, for a program that is to read nothing.
Handle open_nothing() {
    return Handle(CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                              OPEN_EXISTING, 0, nullptr));
}

void append_argument(std::wstring& line, std::wstring_view argument) {
    if (!argument.empty() && argument.find_first_of(L" \t\n\v\"") == std::wstring_view::npos) {
        line += argument;
        return;
    }
    // Backslashes count only before a quote, and are doubled there.
    std::size_t backslashes = 0;
    line += L'"';
    for (const wchar_t c : argument) {
        if (c == L'"') {
            line.append(backslashes + 1, L'\\');
        }
        backslashes = c == L'\\' ? backslashes + 1 : 0;
        line += c;
    }
    line.append(backslashes, L'\\');
    line += L'"';
}

// With nested jobs a process that may leave its own job still stays in the first one above that lets nothing go, and
// starting it succeeds. Source: "Nested Jobs", learn.microsoft.com.
Result<void> ensure_no_job_holds(HANDLE process, const std::string& name) {
    BOOL held = FALSE;
    if (IsProcessInJob(process, nullptr, &held) == 0) {
        return last_error(fmt::format("tell whether {} is in a job", name));
    }
    if (held != FALSE) {
        return Error{Errc::unsupported,
                     fmt::format("start {} outside of every job: kwdiag runs in one that lets no process go, as in a "
                                 "HostProcess pod; run it on the node itself, in an elevated prompt or by SSH",
                                 name)};
    }
    return {};
}

}  // namespace

Result<Pipe> make_pipe() {
    HANDLE read_end = nullptr;
    HANDLE write_end = nullptr;
    if (CreatePipe(&read_end, &write_end, nullptr, kPipeBytes) == 0) {
        return last_error("make a pipe");
    }
    return Pipe{Handle(read_end), Handle(write_end)};
}

PipeReader::PipeReader(Handle pipe) : pipe_(std::move(pipe)), thread_([this] { read_all(); }) {}

PipeReader::~PipeReader() {
    std::unique_lock lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
    // A process that was ended keeps its end of the pipe until a driver lets go of it, which may be never.
    while (!changed_.wait_for(lock, std::chrono::milliseconds(20), [this] { return ended_; })) {
        CancelSynchronousIo(reading_.get());
    }
    lock.unlock();
    thread_.join();
}

PipeReader::Got PipeReader::take(Deadline until, std::string& out) {
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

void PipeReader::read_all() {
    HANDLE own = nullptr;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &own, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    {
        const std::lock_guard lock(mutex_);
        reading_ = Handle(own);
    }
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

std::wstring command_line_of(std::wstring_view program, const std::vector<std::wstring>& arguments) {
    std::wstring line = L"\"" + std::wstring(program) + L"\"";
    for (const std::wstring& each : arguments) {
        line += L' ';
        append_argument(line, each);
    }
    return line;
}

Result<Child> start_child(const ChildSpec& spec) {
    auto job = make_job(spec);
    if (!job) {
        return job.error();
    }
    const Handle nothing = open_nothing();
    const auto given = [&](HANDLE handle) { return handle != nullptr ? handle : nothing.get(); };
    // What outlives us is looked at before it is in a job of ours; all else is born in its own, so that it ends with us
    // whenever we end.
    const BirthAttributes attributes(
        {given(spec.standard_input), given(spec.standard_output), given(spec.standard_error)},
        spec.outlives_us ? nullptr : job->get());
    if (attributes.list() == nullptr) {
        return last_error(fmt::format("prepare to start {}", narrow(spec.program)));
    }
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = given(spec.standard_input);
    startup.StartupInfo.hStdOutput = given(spec.standard_output);
    startup.StartupInfo.hStdError = given(spec.standard_error);
    startup.lpAttributeList = attributes.list();
    std::wstring command = command_line_of(spec.program, spec.arguments);
    std::wstring environment = spec.environment.value_or(L"");
    PROCESS_INFORMATION made{};
    if (CreateProcessW(spec.program.c_str(), command.data(), nullptr, nullptr, TRUE,
                       CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT |
                           (spec.keeps_up ? NORMAL_PRIORITY_CLASS : BELOW_NORMAL_PRIORITY_CLASS) |
                           (spec.outlives_us ? CREATE_SUSPENDED | CREATE_BREAKAWAY_FROM_JOB : 0U),
                       spec.environment ? environment.data() : nullptr,
                       spec.folder.empty() ? nullptr : spec.folder.c_str(), &startup.StartupInfo, &made) == 0) {
        return last_error(fmt::format("start {}", narrow(spec.program)));
    }
    Handle process(made.hProcess);
    const Handle thread(made.hThread);
    if (spec.outlives_us) {
        if (auto free = ensure_no_job_holds(process.get(), narrow(spec.program)); !free) {
            TerminateProcess(process.get(), 1);
            return std::move(free).error();
        }
        if (AssignProcessToJobObject(job->get(), process.get()) == 0) {
            Error error = last_error(fmt::format("put {} into a job", narrow(spec.program)));
            TerminateProcess(process.get(), 1);
            return error;
        }
        ResumeThread(thread.get());
    }
    return Child{std::move(process), std::move(*job)};
}

std::optional<DWORD> wait_for_end(const Child& child, Deadline until) {
    if (WaitForSingleObject(child.process.get(), milliseconds_until(until)) != WAIT_OBJECT_0) {
        return std::nullopt;
    }
    DWORD code = 0;
    GetExitCodeProcess(child.process.get(), &code);
    return code;
}

}  // namespace kwd::collectors
