// SPDX-License-Identifier: Apache-2.0
#include "collectors/document_queue.h"

#include <utility>

namespace kwd::collectors {

DocumentQueue::DocumentQueue(std::function<void(PackedDocument&&)> store)
    : store_(std::move(store)), thread_([this] { run(); }) {}

DocumentQueue::~DocumentQueue() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    ended_ = true;
    changed_.notify_all();
}

void DocumentQueue::put(PackedDocument&& document) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_bytes_ < kMostWaitingBytes || failure_; });
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    waiting_bytes_ += document.content.frame.size();
    waiting_.push_back(std::move(document));
    changed_.notify_all();
}

void DocumentQueue::finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return (waiting_.empty() && !storing_) || failure_; });
    if (failure_) {
        std::rethrow_exception(failure_);
    }
}

void DocumentQueue::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return !waiting_.empty() || ended_; });
        if (waiting_.empty()) {
            return;
        }
        PackedDocument document = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= document.content.frame.size();
        storing_ = true;
        lock.unlock();
        std::exception_ptr failure;
        try {
            store_(std::move(document));
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        storing_ = false;
        if (failure) {
            failure_ = failure;
            waiting_.clear();
            waiting_bytes_ = 0;
        }
        changed_.notify_all();
    }
}

}  // namespace kwd::collectors
