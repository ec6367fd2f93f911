// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/asking_again.h"
#include "collectors/collector.h"
#include "snapshot/store.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// A step of a run, for showing progress.
struct Progress {
    std::string_view collector;
    const snapshot::Collection* collection = nullptr;  ///< how it fared; nullptr when it was just started
    std::size_t finished = 0;                          ///< collectors that are through
    std::size_t total = 0;
};

/// How the runner itself behaves; the defaults are right for everyone but tests.
struct RunnerSettings {
    std::size_t parallel = 3;              ///< workers at a time, beside those that listen
    std::chrono::milliseconds grace{300};  ///< beyond a collector's budget, until its worker is ended
    std::stop_token stop = {};             ///< asks for an early end: workers that listen finish, others are ended
    std::stop_token finish = {};           ///< asks workers that listen to finish; the run goes on to its end
    std::chrono::milliseconds long_listening{15'000};  ///< from here on what changes is asked again afterwards
    AskingAgain* asking_again = nullptr;               ///< has it asked again while others listen; nullptr: nobody does
};

/// Runs each collector in a worker process of its own and stores what it gives, with one row of `collections` for each.
///
/// This process is the only writer. What a worker does cannot harm the others: one that hangs is ended when its budget
/// is over (`timed_out`), one that crashes or writes what cannot be understood has `failed`, one that gives more bytes
/// than its budget is ended (`partial`). In each case the documents that came before are kept, and the reason is told.
///
/// Where a collector listened for long, those whose answers change as pods and nodes come and go are asked again at its
/// end, and each has a second row: what was heard can be held against the state before it and after it. Before that
/// they are asked as often as somebody has them asked through `asking_again`, and have a row for each time.
///
/// The executable must hand its command line to worker_main() when is_worker() says so, with the same collectors.
/// `progress` is called by one thread at a time, though not always the same.
///
/// Answers the rows of `collections` in the order of `collectors`, then those of collectors that were asked again.
/// Throws DatabaseError when the store cannot be written; the workers are ended first.
std::vector<snapshot::Collection> run_collectors(std::span<const Collector> collectors, const CollectOptions& options,
                                                 snapshot::Store& store,
                                                 const std::function<void(const Progress&)>& progress = {},
                                                 const RunnerSettings& settings = {});

}  // namespace kwd::collectors
