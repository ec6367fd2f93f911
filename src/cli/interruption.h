// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

namespace kwd::cli {

/// While it lives, Ctrl-C and the polite ways of ending a process do not end it at once, but ask for a stop: children
/// can be ended, and what was written closed. Made before any other thread, which would take the request for itself.
/// Whoever presses Ctrl-C sits there and may press it again. A service manager, a console that is closed, a user or a
/// system that goes asks once and ends the process some seconds later: they are taken for both requests.
class Interruption {
  public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
    /// Asked to stop by the second request, or by one that has no second: somebody does not want to wait.
    [[nodiscard]] std::stop_token again() const { return again_.get_token(); }
    [[nodiscard]] bool happened() const noexcept { return signal_ != 0; }
    /// Ends the process as the request would have, so that a shell or a service manager sees what it asked for.
    [[noreturn]] void pass_on() const;

  private:
    void request(bool may_come_again) {
        const auto now = std::chrono::steady_clock::now();
        if (!may_come_again) {
            again_.request_stop();
            stop_.request_stop();
        } else if (!stop_.stop_requested()) {
            requested_at_ = now;
            stop_.request_stop();
        } else if (now - requested_at_ > std::chrono::milliseconds(500)) {  // some ask twice what they mean once
            again_.request_stop();
        }
    }

    std::stop_source stop_;
    std::stop_source again_;
    std::chrono::steady_clock::time_point requested_at_;
    std::atomic<int> signal_ = 0;
    std::jthread listener_;
};

}  // namespace kwd::cli
