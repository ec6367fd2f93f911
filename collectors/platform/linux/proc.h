// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

// /proc as the kernel has it now: processes and what they hold. Source: proc(5).

namespace kwd::collectors {

/// One process, as its own files tell.
struct ProcessInfo {
    pid_t process_id = 0;
    pid_t parent_id = 0;
    std::string name;  ///< comm: at most 15 bytes of the program's name
    char state = '?';
    std::int64_t thread_count = 0;
    std::int64_t working_set_bytes = 0;
    std::uint64_t started_ticks = 0;  ///< clock ticks after boot
    bool kernel_thread = false;
    std::optional<uid_t> user = {};  ///< effective
    std::vector<std::string> arguments = {};
    std::string executable = {};         ///< empty where it may not be seen
    std::string cgroup = {};             ///< of the unified hierarchy, else of the first
    std::string network_namespace = {};  ///< net:[4026531840]; empty where it may not be seen
};

/// Numbers of all processes, ascending.
[[nodiscard]] std::vector<pid_t> list_processes();

/// nullopt when it is gone.
[[nodiscard]] std::optional<ProcessInfo> look_at_process(pid_t process);

/// Reads /proc/PID/stat. nullopt when it is none.
[[nodiscard]] std::optional<ProcessInfo> read_process_stat(std::string_view text);

/// The program's name in lower case, without its folder: comm, and where that was cut, the executable's name. What an
/// interpreter or a program of many names runs is told by comm.
[[nodiscard]] std::string program_name(const ProcessInfo& process);

/// A process' environment as it was when it started: NAME=value. Empty where it may not be seen.
[[nodiscard]] std::optional<std::vector<std::string>> environment_of(pid_t process);

/// Which process holds which socket, by the socket's inode: the first that is found. Stops at the deadline, and then
/// `complete` is false.
struct SocketOwners {
    std::unordered_map<std::uint64_t, pid_t> by_inode;
    bool complete = true;
};
[[nodiscard]] SocketOwners find_socket_owners(Deadline deadline);

/// A user's name from the account database of this system; the number as text where there is none.
[[nodiscard]] std::string account_name(uid_t user);

}  // namespace kwd::collectors
