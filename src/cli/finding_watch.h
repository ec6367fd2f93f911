// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/asking_again.h"
#include "rules/rule_set.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace kwd::cli {

/// Judges what a snapshot holds while a capture still fills it, again and again, and asks the capture to come to its
/// end at the first finding of a rule that looks at packets.
///
/// Judging takes a tenth of one processor's time at most: the more there is to judge, the longer it waits between.
/// Where there are packets that would be wrong but for the age of the node's state, the run is asked to read that
/// again: not more often than each half minute, nor than each twentieth of the time that the capture has taken, nor for
/// more than a tenth of the time.
class FindingWatch {
  public:
    struct Watched {
        std::string snapshot;  ///< its path
        rules::RuleSet rules;
        std::string severities;                  ///< those that count, as texts of SQL: "'critical', 'warning'"
        std::size_t collections;                 ///< collectors that have to be through before anything can be judged
        std::chrono::milliseconds pause{2'000};  ///< at least, between judgings
        std::chrono::milliseconds between_readings{30'000};  ///< at least, of the state; both are right but for tests
    };
    struct Found {
        std::string rule_id;
        std::string message;
    };

    explicit FindingWatch(Watched watched) : watched_(std::move(watched)) {}

    /// Begins, on a thread of its own. `at_finding` is asked to stop at the first finding, and ends watching when
    /// others ask it to.
    void start(std::stop_source at_finding);
    /// Ends watching. What is being judged is left between two documents, or within the query of a rule.
    void stop();

    /// For the run that captures: has it read the state again.
    [[nodiscard]] collectors::AskingAgain& asking_again() noexcept { return asking_again_; }

    /// After stop(): what was found before anybody else had asked the capture to end, if anything.
    [[nodiscard]] const std::optional<Found>& found() const noexcept { return found_; }
    /// After stop(): why the last judging came to nothing; empty where it did not.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  private:
    using Clock = std::chrono::steady_clock;
    struct Judged {
        std::optional<Found> found;
        bool wants_reading = false;  ///< there are packets that are wrong but for the age of the state
    };

    void watch(const std::stop_token& over, std::stop_source& at_finding);
    [[nodiscard]] Judged judge(const std::stop_token& over);
    [[nodiscard]] Judged judge_unless_it_fails(const std::stop_token& over);
    [[nodiscard]] bool read_again(const std::stop_token& over);

    Watched watched_;
    collectors::AskingAgain asking_again_;
    Clock::time_point begin_;
    Clock::time_point next_reading_;
    std::optional<Found> found_;
    std::string problem_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::stop_source over_;
    std::jthread thread_;
};

}  // namespace kwd::cli
