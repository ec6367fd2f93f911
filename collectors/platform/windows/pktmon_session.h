// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/windows_handle.h"
#include "collectors/collector.h"
#include "collectors/pktmon.h"

#include <memory>
#include <string>
#include <vector>

namespace kwd::collectors {

/// Whether pktmon's driver is loaded. It is loaded by the first command that needs it, and stays when a trace ends, so
/// that this is asked before any command. Errors: those of asking the service control manager.
[[nodiscard]] Result<bool> pktmon_driver_is_loaded();

/// The system's pktmon.exe. What changes something is in give_back(), unload(), and the trace of capture_pktmon.cpp.
class PktmonTool {
  public:
    /// Errors: not_found when this system has none; those of running it.
    [[nodiscard]] static Result<PktmonTool> find(Deadline deadline);

    [[nodiscard]] const PktmonDialect& dialect() const { return dialect_; }

    /// Its answer in UTF-8. Errors: those of ask_tool().
    [[nodiscard]] Result<std::string> ask(const std::vector<std::string>& arguments, Deadline deadline) const;

    /// Errors: unsupported when a trace runs or filters are set that are not ours, or when that cannot be told; those
    /// of asking. What a kwdiag left that died before it could give back is taken away first.
    [[nodiscard]] Result<void> make_free(Deadline deadline) const;

    /// Stops the trace into `folder`, if it runs, and removes our filters. What is not ours stays. Errors: those of
    /// asking; io when filters of somebody else came meanwhile, since pktmon removes all or none.
    [[nodiscard]] Result<void> give_back(const std::string& folder, Deadline deadline) const;

    /// Unloads the driver, for who found it not loaded: where it is loaded now, and no trace and no filter of anybody
    /// is there, since they would go with it. A session that a program has by pktmonapi.dll, which Windows has since
    /// 2022, is not seen. Errors: unsupported when this version cannot; those of asking.
    [[nodiscard]] Result<void> unload(Deadline deadline) const;

  private:
    std::string path_;
    PktmonDialect dialect_;
};

/// The right to use pktmon, which one kwdiag of a system has at a time; it ends with the process.
class PktmonTurn {
  public:
    /// Errors: unsupported when another kwdiag has it and keeps it until `until`; io.
    [[nodiscard]] static Result<PktmonTurn> take(Deadline until);

  private:
    struct Release {
        void operator()(HANDLE mutex) const noexcept;
    };
    explicit PktmonTurn(HANDLE mutex) : mutex_(mutex) {}
    std::unique_ptr<void, Release> mutex_;
};

/// A folder for trace files that only administrators may read; it and the files in it go with this object.
class PktmonFolder {
  public:
    /// Errors: those of CreateDirectory.
    [[nodiscard]] static Result<PktmonFolder> make();
    PktmonFolder(PktmonFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    PktmonFolder& operator=(PktmonFolder&&) = delete;
    ~PktmonFolder() { remove(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string trace() const { return path_ + "\\capture.etl"; }
    [[nodiscard]] std::string capture() const { return path_ + "\\capture.pcapng"; }

    /// Deletes what such a folder holds, and the folder.
    static void remove(const std::string& path);

  private:
    explicit PktmonFolder(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

/// A process of this executable that gives pktmon back when we are ended before we could.
///
/// A worker can be ended at any moment (its time is up, somebody pressed Ctrl-C, its parent died), and everything in
/// its job with it; a trace goes on in the kernel. So the guard is started before the trace, outside of the worker's
/// job and of those that kwdiag itself is in, and waits for a word from us or for our end. When it is ended too, the
/// next kwdiag takes the rest away.
class PktmonGuard {
  public:
    /// `unload`: the driver was not loaded before we came. Errors: unsupported where kwdiag is in a job that lets
    /// nothing go; those of starting a process.
    [[nodiscard]] static Result<PktmonGuard> start(const std::string& folder, bool unload);

    /// All is as it was: the guard may go.
    void dismiss();

    /// What the guard process does; answers its exit status.
    [[nodiscard]] static int main();

    /// The name by which this executable is started as a guard.
    static constexpr std::string_view kName = "pktmon-guard";

  private:
    explicit PktmonGuard(Handle pipe) : pipe_(std::move(pipe)) {}
    Handle pipe_;
};

}  // namespace kwd::collectors
