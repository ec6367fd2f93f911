// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "collectors/collector.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// What a worker reads ends with this byte; what it is read from ends when the worker is asked to finish.
inline constexpr char kEndOfRequest = '\0';

/// The hidden subcommand by which this executable is started as a worker: `EXE __worker NAME`.
inline constexpr std::string_view kWorkerCommand = "__worker";

/// A worker process as its parent sees it. Used by one thread, which must live as long as the worker does (on Linux a
/// process dies with the thread that started it).
class WorkerProcess {
  public:
    /// Whether it may wait when somebody else wants the processor.
    enum class Haste {
        none,        ///< it yields to everything else on the node
        keeping_up,  ///< it works at the priority of any program: what it listens to does not wait
    };
    /// Starts this executable again as the worker for one collector. It gets `request` to read, and dies when we do.
    /// Errors: io, too_large for a request beyond 32 KiB.
    [[nodiscard]] static Result<std::unique_ptr<WorkerProcess>> start(std::string_view collector,
                                                                      std::string_view request,
                                                                      Haste haste = Haste::none);

    WorkerProcess() = default;
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;
    /// Ends it, if it was not ended.
    virtual ~WorkerProcess() = default;

    enum class Event {
        bytes,    ///< it wrote something, which was appended
        silence,  ///< the time is up, and it wrote nothing
        closed,   ///< it is gone, or closed its end: nothing more will come
    };
    /// Waits for what it writes.
    virtual Event wait(Deadline until, std::string& bytes) = 0;

    /// Asks it to come to its end, which a worker that listens does.
    virtual void ask_to_finish() = 0;

    /// How it ended.
    struct End {
        bool by_us = false;    ///< it still ran, and was ended
        bool crashed = false;  ///< by a signal or an unhandled exception of the operating system
        int code = 0;          ///< exit status, or the number of the signal or exception
        std::string text;      ///< for a person: "exited with status 3", "died of signal 11 (SIGSEGV)"
    };
    /// Waits until `until` for it to end of its own accord, then ends it with everything that it started, and nothing
    /// else.
    virtual End end(Deadline until) = 0;

    /// The end of what it said on its standard error, at most 2,000 bytes.
    [[nodiscard]] virtual std::string diagnostics() const = 0;
};

/// Does what a process of this platform does that was started like a worker, but is none: kwdiag starts it itself to
/// look after what a worker must not leave behind. Answers its exit status; nullopt when the name is none of these.
[[nodiscard]] std::optional<int> run_beside_workers(std::string_view name);

/// The parent as its worker sees it.
class ParentChannel {
  public:
    /// Errors: unsupported when this process was not started by WorkerProcess::start.
    [[nodiscard]] static Result<std::unique_ptr<ParentChannel>> open();

    ParentChannel() = default;
    ParentChannel(const ParentChannel&) = delete;
    ParentChannel& operator=(const ParentChannel&) = delete;
    virtual ~ParentChannel() = default;

    [[nodiscard]] virtual Result<std::string> read_request() = 0;
    /// Errors: io when nobody reads any more.
    [[nodiscard]] virtual Result<void> write(std::string_view bytes) = 0;
    /// Whether WorkerProcess::ask_to_finish() was called.
    [[nodiscard]] virtual bool asked_to_finish() = 0;
};

}  // namespace kwd::collectors
