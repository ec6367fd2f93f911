// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_set.h"

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
class FindingWatch {
  public:
    struct Watched {
        std::string snapshot;  ///< its path
        rules::RuleSet rules;
        std::string severities;   ///< those that count, as texts of SQL: "'critical', 'warning'"
        std::size_t collections;  ///< collectors that have to be through before anything can be judged
    };
    struct Found {
        std::string rule_id;
        std::string message;
    };

    explicit FindingWatch(Watched watched) : watched_(std::move(watched)) {}

    /// Begins, on a thread of its own. `at_finding` is asked to stop at the first finding.
    void start(std::stop_source at_finding);
    /// Ends watching; waits for what is being judged.
    void stop();

    /// After stop(): what was found, if anything.
    [[nodiscard]] const std::optional<Found>& found() const noexcept { return found_; }
    /// After stop(): why the last judging came to nothing; empty where it did not.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  private:
    void watch(const std::stop_token& stop, std::stop_source& at_finding);
    [[nodiscard]] std::optional<Found> judge();

    Watched watched_;
    std::optional<Found> found_;
    std::string problem_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;
};

}  // namespace kwd::cli
