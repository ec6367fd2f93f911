// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "collectors/collector.h"
#include "collectors/platform/linux/file_descriptor.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace kwd::collectors {

/// What errno says, as an Error: access_denied, not_found, timed_out, io.
[[nodiscard]] Error posix_error(int error_number, std::string doing);

struct Pipe {
    FileDescriptor read_end;   ///< does not block
    FileDescriptor write_end;  ///< blocks
};
/// Neither end survives exec, and neither is one of the numbers that a child gets.
[[nodiscard]] Result<Pipe> make_pipe();

/// A program to start.
struct ChildSpec {
    std::string program;                                       ///< absolute path
    std::vector<std::string> arguments;                        ///< from argv[0]
    std::optional<std::vector<std::string>> environment = {};  ///< NAME=value; nullopt: ours
    int standard_input = -1;                                   ///< -1: /dev/null, as for the next two
    int standard_output = -1;
    int standard_error = -1;
    int fourth = -1;               ///< what becomes descriptor 3; -1: none
    bool new_session = false;      ///< leads a session of its own, else a process group of its own within ours
    bool yield_to_others = false;  ///< lowered CPU and disk priority, no core dump, first to go when memory runs out
};

/// Starts a program that dies when the calling thread does. Errors: those of fork and exec.
[[nodiscard]] Result<pid_t> start_child(const ChildSpec& spec);

/// How a child ended.
struct ChildEnd {
    bool exited = false;  ///< else a signal ended it
    int code = 0;         ///< exit status or signal number
};

/// How the child ended; nullopt when it still runs at `until`. The child stays to be reaped, so that its number is not
/// given to anybody else.
[[nodiscard]] std::optional<ChildEnd> wait_for_end(pid_t child, Deadline until);

/// Kills the child and everything in its process group, and reaps it.
void end_group(pid_t child);
/// Kills the child and everything in its session, whatever process groups it made there, and reaps it.
void end_session(pid_t child);

}  // namespace kwd::collectors
