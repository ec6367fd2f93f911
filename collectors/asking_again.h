// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace kwd::collectors {

/// How somebody beside a run has it ask again for what changes, while others listen: see run_collectors().
class AskingAgain {
  public:
    /// Has it asked again and waits until the answers are stored. False: nobody listens any more, or `stop` came first.
    bool ask(const std::stop_token& stop);

    /// For the run: waits until somebody asks. False: `over` came first.
    bool wait(const std::stop_token& over);
    /// For the run: what was asked for is stored.
    void answer();
    /// For the run: nobody is answered any more.
    void close();

  private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::uint64_t asked_ = 0;
    std::uint64_t answered_ = 0;
    bool closed_ = false;
};

}  // namespace kwd::collectors
