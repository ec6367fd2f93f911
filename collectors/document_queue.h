// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/message.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace kwd::collectors {

/// Documents on their way from a worker's pipe to the store, which takes them on a thread of its own: a worker that
/// must keep up goes on while the disk is waited for.
class DocumentQueue {
  public:
    /// What a disk that pauses for a second may leave waiting, compressed.
    static constexpr std::size_t kMostWaitingBytes = 32 << 20;

    /// `store` is called by one thread, in the order in which documents were put.
    explicit DocumentQueue(std::function<void(PackedDocument&&)> store);
    /// Drops what was not stored.
    ~DocumentQueue();
    DocumentQueue(const DocumentQueue&) = delete;
    DocumentQueue& operator=(const DocumentQueue&) = delete;

    /// Waits while kMostWaitingBytes are waiting: who puts more than can be stored is slowed down. Throws what `store`
    /// threw.
    void put(PackedDocument&& document);
    /// Waits until all are stored. Throws what `store` threw.
    void finish();

  private:
    void run();

    std::function<void(PackedDocument&&)> store_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<PackedDocument> waiting_;
    std::size_t waiting_bytes_ = 0;
    bool storing_ = false;
    bool ended_ = false;
    std::exception_ptr failure_;
    std::jthread thread_;
};

}  // namespace kwd::collectors
