// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <chrono>
#include <cstdint>
#include <span>

namespace kwd::collectors {

/// What a collector may take, with the options considered.
struct Budget {
    std::chrono::milliseconds time;
    std::uint64_t bytes;
};
[[nodiscard]] Budget budget_of(const Collector& collector, const CollectOptions& options);

/// True when a process was started to be a worker, which has to go to worker_main() before it does anything else.
[[nodiscard]] bool is_worker(int argc, const char* const* argv);

/// The main function of a worker process: runs the one collector that its command line names, and tells the parent
/// what it gives. Answers the exit status: 0 when the parent was told everything, 2 when it was not called by a parent.
[[nodiscard]] int worker_main(int argc, const char* const* argv, std::span<const Collector> collectors);

}  // namespace kwd::collectors
