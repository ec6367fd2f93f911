// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/read_traffic.h"

#include "packet/traffic/processor.h"

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace kwd::packet {
namespace {

/// A window of the capture, and what its packets were described as.
struct Described {
    CaptureFeed::Window window;
    std::vector<PacketRecord> records;
    bool waiting = false;  ///< to be added
};

/// A thread reads headers of one while the other waits to be added.
using Pair = std::array<Described, 2>;

/// Adds what was described to the traffic, in the file's order.
///
/// There is no thread for that: who brings something while nobody adds does so, with all that comes meanwhile and is
/// next. The others go on reading headers, and nobody waits for another's turn.
class Assembly {
  public:
    Assembly(Traffic& traffic, unsigned threads) : traffic_(traffic), waiting_(threads * std::tuple_size_v<Pair>) {}

    void bring(Described& described) {
        std::unique_lock lock(mutex_);
        place_of(described.window.turn()) = &described;
        described.waiting = true;
        if (adding_) {
            return;
        }
        adding_ = true;
        while (auto* next = std::exchange(place_of(turn_), nullptr)) {
            lock.unlock();
            traffic_.add(next->window.packets(), next->records, next->window.several_interfaces());
            lock.lock();
            next->waiting = false;
            ++turn_;
            added_.notify_all();
        }
        adding_ = false;
    }

    /// Waits until it was added. False when one of the threads failed.
    [[nodiscard]] bool wait_for(const Described& described) {
        std::unique_lock lock(mutex_);
        added_.wait(lock, [&] { return !described.waiting || failed_; });
        return !failed_;
    }

    void fail(std::exception_ptr reason) {
        const std::lock_guard lock(mutex_);
        failed_ = failed_ ? failed_ : std::move(reason);
        added_.notify_all();
    }
    /// The first reason; nullptr when there was none. Once all threads are done.
    [[nodiscard]] const std::exception_ptr& failed() const noexcept { return failed_; }

  private:
    // As many as can be waiting follow each other, so that no two of them have the same place.
    [[nodiscard]] Described*& place_of(std::uint64_t turn) noexcept {
        return waiting_[static_cast<std::size_t>(turn % waiting_.size())];
    }

    Traffic& traffic_;
    std::mutex mutex_;
    std::condition_variable added_;
    std::vector<Described*> waiting_;
    std::uint64_t turn_ = 0;
    bool adding_ = false;
    std::exception_ptr failed_;
};

// Headers and records are in the second-level cache, and asked for from there while packets before them are summed.
void describe_all(std::span<const CapturedPacket> packets, std::vector<PacketRecord>& records) {
    constexpr std::size_t kAhead = 3;
    constexpr std::size_t kCacheLine = 64;
    records.clear();
    records.resize(packets.size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (i + kAhead < packets.size()) {
            const auto* headers = packets[i + kAhead].captured.data();
            prefetch(headers);
            prefetch(headers + kCacheLine);
            prefetch_to_write(&records[i + kAhead]);
        }
        describe(packets[i], records[i]);
    }
}

void work(CaptureFeed& feed, Assembly& assembly, Pair& pair) {
    for (std::size_t i = 0; assembly.wait_for(pair[i]) && feed.next(pair[i].window); i = 1 - i) {
        auto& described = pair[i];
        describe_all(described.window.packets(), described.records);
        assembly.bring(described);
        // So that no more than one large window is there for each thread.
        if (described.window.large() && !assembly.wait_for(described)) {
            return;
        }
    }
}

}  // namespace

void read_traffic(CaptureFeed& feed, Traffic& traffic, unsigned threads) {
    std::vector<Pair> pairs(threads);
    Assembly assembly(traffic, threads);
    const auto work_safely = [&](Pair& pair) {
        try {
            work(feed, assembly, pair);
        } catch (...) {
            assembly.fail(std::current_exception());
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i) {
            others.emplace_back(work_safely, std::ref(pairs[i]));
        }
        work_safely(pairs[0]);
    }
    if (assembly.failed()) {
        std::rethrow_exception(assembly.failed());
    }
}

}  // namespace kwd::packet
