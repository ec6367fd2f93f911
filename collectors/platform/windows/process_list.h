// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "collectors/platform/windows/system_library.h"

#include <windows.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kwd::collectors {

/// What the kernel lists of a process, which needs no right to look into it.
struct ListedProcess {
    std::uint32_t process_id = 0;
    std::uint32_t parent_id = 0;  ///< may meanwhile be another process's
    std::string name;             ///< kubelet.exe
    std::uint32_t thread_count = 0;
    std::uint64_t working_set_bytes = 0;
    std::string started_at_utc;  ///< ISO 8601; empty for those that were there before time was kept
};

/// The functions of ntdll.dll that tell of processes.
class ProcessQueries {
  public:
    /// Errors: unsupported.
    [[nodiscard]] static Result<ProcessQueries> load();

    /// Every process but the idle one. Errors: io with the Win32 code. Source: NtQuerySystemInformation, class
    /// SystemProcessInformation.
    [[nodiscard]] Result<std::vector<ListedProcess>> list() const;

    /// The command line as the process was given it. Errors: access_denied, not_found (it has ended), io. Source:
    /// NtQueryInformationProcess, class ProcessCommandLineInformation, which needs
    /// PROCESS_QUERY_LIMITED_INFORMATION and is there since Windows 8.1; where it is not, the process's own memory.
    [[nodiscard]] Result<std::string> command_line(std::uint32_t process_id) const;

  private:
    using QuerySystem = LONG WINAPI(ULONG what, void* out, ULONG size, ULONG* needed);
    using QueryProcess = LONG WINAPI(HANDLE process, ULONG what, void* out, ULONG size, ULONG* needed);
    using ToWin32 = ULONG WINAPI(LONG status);

    ProcessQueries(SystemLibrary library, QuerySystem* system, QueryProcess* process, ToWin32* to_win32)
        : library_(std::move(library)), system_(system), process_(process), to_win32_(to_win32) {}
    [[nodiscard]] Result<std::string> command_line_in_memory(std::uint32_t process_id) const;

    SystemLibrary library_;
    QuerySystem* system_;
    QueryProcess* process_;
    ToWin32* to_win32_;
};

/// The image's name as processes.name has it: without .exe, in lower case.
[[nodiscard]] std::string program_name(std::string_view image);

/// Program names by process id; empty where the processes could not be listed.
[[nodiscard]] std::map<std::uint32_t, std::string> process_names();

struct CloseHandleOf {
    void operator()(HANDLE handle) const noexcept { CloseHandle(handle); }
};
using OwnedHandle = std::unique_ptr<std::remove_pointer_t<HANDLE>, CloseHandleOf>;

}  // namespace kwd::collectors
