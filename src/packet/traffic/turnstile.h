// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/processor.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <thread>

namespace kwd::packet {

/// Lets threads through in the order of their numbers, the first of which is 0, until it is closed.
class Turnstile {
  public:
    /// False once it is closed.
    [[nodiscard]] bool wait_for(std::uint64_t turn) noexcept {
        for (unsigned tries = 0;; ++tries) {
            const auto now = turn_.load(std::memory_order_acquire);
            if (now == turn || now == kClosed) {
                return now == turn;
            }
            if (tries < kTriesAwake) {
                relax();
            } else if (tries < kTriesAwake + kTriesYielding) {
                std::this_thread::yield();
            } else {
                sleep_while(now);
            }
        }
    }
    /// By the thread whose turn it is: the next one's.
    void let_next_through(std::uint64_t turn) noexcept {
        turn_.compare_exchange_strong(turn, turn + 1, std::memory_order_release, std::memory_order_relaxed);
        wake_all();
    }
    /// By anyone, at any time. It does not open again: those who wait, and who come later, are sent away.
    void close() noexcept {
        turn_.store(kClosed, std::memory_order_release);
        wake_all();
    }
    [[nodiscard]] bool closed() const noexcept { return turn_.load(std::memory_order_acquire) == kClosed; }

  private:
    // Some ten microseconds, about what a turn takes: nobody falls asleep and wakes up again for that. Where there are
    // fewer processors than threads, whose turn it is may wait for this one.
    static constexpr unsigned kTriesAwake = 256;
    static constexpr unsigned kTriesYielding = 16;
    static constexpr std::uint64_t kClosed = std::numeric_limits<std::uint64_t>::max();

    // Not std::atomic's own wait(): where there is no futex, libstdc++ up to 12 at least looks at the number before it
    // takes its lock, and whoever is woken up in between sleeps for ever (__waiter_pool::_M_do_wait in atomic_wait.h).
    void sleep_while(std::uint64_t turn) noexcept {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return turn_.load(std::memory_order_acquire) != turn; });
    }
    void wake_all() noexcept {
        { const std::lock_guard lock(mutex_); }  // who looked at the number before sleeps by now
        changed_.notify_all();
    }

    std::atomic<std::uint64_t> turn_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace kwd::packet
