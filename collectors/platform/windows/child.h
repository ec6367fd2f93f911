// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/windows_handle.h"
#include "collectors/collector.h"

#include <windows.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kwd::collectors {

struct Pipe {
    Handle read_end;
    Handle write_end;
};
/// Neither end is inherited unless a ChildSpec names it. Holds 1 MiB.
[[nodiscard]] Result<Pipe> make_pipe();

/// Reads a pipe on a thread of its own: an anonymous pipe cannot be waited for. It stops reading while nobody takes
/// what it read, so that who floods it is slowed down.
class PipeReader {
  public:
    explicit PipeReader(Handle pipe);
    PipeReader(const PipeReader&) = delete;
    PipeReader& operator=(const PipeReader&) = delete;
    /// Breaks off a read that still waits.
    ~PipeReader();

    enum class Got { bytes, nothing, end };
    /// Appends what was read, waiting for it until then.
    Got take(Deadline until, std::string& out);

  private:
    void read_all();

    Handle pipe_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string unread_;
    Handle reading_;  ///< the thread
    bool ended_ = false;
    bool abandoned_ = false;
    std::thread thread_;
};

/// A program to start.
struct ChildSpec {
    std::wstring program;                          ///< full path
    std::vector<std::wstring> arguments = {};      ///< without the program itself
    std::optional<std::wstring> environment = {};  ///< NAME=value, each ended by NUL, then one more; nullopt: ours
    std::wstring folder = {};                      ///< where it is started; empty: where we are
    HANDLE standard_input = nullptr;               ///< nullptr: nothing to read
    HANDLE standard_output = nullptr;
    HANDLE standard_error = nullptr;
    bool outlives_us = false;        ///< it is started outside of every job that we are in, and does not end with us
    bool may_leave = false;          ///< what it starts to outlive it is let out of its job
    bool keeps_up = false;           ///< at the priority of any program; else below it
    std::uint64_t memory_bytes = 0;  ///< limit for it and all that it starts; 0: none
};

/// A started program in a job object of its own: whatever it starts is in the job too, and all of it ends with the job,
/// which ends with us.
struct Child {
    Handle process;
    Handle job;
};

/// Starts a program without a window, at a lowered priority; it inherits the handles named and no other.
/// Errors: those of CreateProcess; unsupported when it is to outlive us and a job that we are in lets it not go.
[[nodiscard]] Result<Child> start_child(const ChildSpec& spec);

/// Waits for a child's end: its exit code, or nullopt when it still runs at `until`.
[[nodiscard]] std::optional<DWORD> wait_for_end(const Child& child, Deadline until);

/// Exit codes of 0xC… are NTSTATUS of the severity "error": an unhandled exception.
[[nodiscard]] constexpr bool is_exception(DWORD exit_code) noexcept {
    return exit_code >= 0xC0000000U;
}

/// Words joined to a command line that CommandLineToArgvW, and the runtime libraries of C and Go, take apart again as
/// they were. Source: "Parsing C command-line arguments", learn.microsoft.com.
[[nodiscard]] std::wstring command_line_of(std::wstring_view program, const std::vector<std::wstring>& arguments);

}  // namespace kwd::collectors
