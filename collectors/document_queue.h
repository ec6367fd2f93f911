// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace kwd::collectors {

/// Documents on their way from a worker's pipe to the store, which takes them on a thread of its own: a worker that
/// must keep up goes on while a chunk is compressed and while the disk is waited for.
class DocumentQueue {
  public:
    /// `store` is called by one thread, in the order in which documents were put.
    explicit DocumentQueue(std::function<void(NewDocument&&)> store);
    /// Drops what was not stored.
    ~DocumentQueue();
    DocumentQueue(const DocumentQueue&) = delete;
    DocumentQueue& operator=(const DocumentQueue&) = delete;

    /// Waits while two are waiting: who puts more than can be stored is slowed down. Throws what `store` threw.
    void put(NewDocument&& document);
    /// Waits until all are stored. Throws what `store` threw.
    void finish();

  private:
    void run();

    std::function<void(NewDocument&&)> store_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<NewDocument> waiting_;
    bool storing_ = false;
    bool ended_ = false;
    std::exception_ptr failure_;
    std::jthread thread_;
};

}  // namespace kwd::collectors
