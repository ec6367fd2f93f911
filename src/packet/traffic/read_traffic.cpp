// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/read_traffic.h"

#include "packet/traffic/processor.h"

#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace kwd::packet {
namespace {

/// Lets threads through in the order of their numbers.
class Turnstile {
  public:
    /// False when a thread before it gave up.
    [[nodiscard]] bool wait_for(std::uint64_t turn) noexcept {
        for (unsigned tries = 0;; ++tries) {
            const auto now = turn_.load(std::memory_order_acquire);
            if (now == turn || now == kBroken) {
                return now == turn;
            }
            if (tries < kTries) {
                relax();
            } else {
                turn_.wait(now, std::memory_order_acquire);
            }
        }
    }
    void let_through(std::uint64_t turn) noexcept {
        turn_.store(turn, std::memory_order_release);
        turn_.notify_all();
    }
    void give_up() noexcept { let_through(kBroken); }

  private:
    // A turn takes some ten microseconds, in which nobody falls asleep and wakes up again.
    static constexpr unsigned kTries = 4096;
    static constexpr std::uint64_t kBroken = std::numeric_limits<std::uint64_t>::max();
    std::atomic<std::uint64_t> turn_{0};
};

void work(CaptureFeed& feed, Traffic& traffic, Turnstile& turnstile) {
    CaptureFeed::Window window;
    std::vector<PacketRecord> records;
    while (feed.next(window)) {
        records.clear();
        for (const auto& captured : window.packets()) {
            describe(captured, records.emplace_back());
        }
        if (!turnstile.wait_for(window.turn())) {
            return;
        }
        traffic.add(window.packets(), records, window.several_interfaces());
        turnstile.let_through(window.turn() + 1);
    }
}

}  // namespace

void read_traffic(CaptureFeed& feed, Traffic& traffic, unsigned threads) {
    Turnstile turnstile;
    std::exception_ptr failed;  // the first; out of memory, say
    std::mutex failing;
    const auto work_safely = [&] {
        try {
            work(feed, traffic, turnstile);
        } catch (...) {
            const std::lock_guard lock(failing);
            failed = failed ? failed : std::current_exception();
            turnstile.give_up();
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i) {
            others.emplace_back(work_safely);
        }
        work_safely();
    }
    if (failed) {
        std::rethrow_exception(failed);
    }
}

}  // namespace kwd::packet
