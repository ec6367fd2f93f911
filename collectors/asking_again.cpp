// SPDX-License-Identifier: Apache-2.0
#include "collectors/asking_again.h"

namespace kwd::collectors {

bool AskingAgain::ask(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = ++asked_;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return closed_ || answered_ >= mine; });
    return answered_ >= mine;
}

bool AskingAgain::wait(const std::stop_token& over) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, over, [&] { return asked_ > answered_; });
    return asked_ > answered_ && !over.stop_requested();
}

void AskingAgain::answer() {
    const std::lock_guard lock(mutex_);
    answered_ = asked_;
    changed_.notify_all();
}

void AskingAgain::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

}  // namespace kwd::collectors
