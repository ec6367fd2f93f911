// SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.h"

#include <pthread.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

namespace kwd::cli {
namespace {

constexpr timespec kTick{0, 50'000'000};

// Whoever started us with one of them ignored (nohup, a shell's background job) wants it ignored.
sigset_t polite_requests() {
    sigset_t set;
    sigemptyset(&set);
    for (const int each : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction now {};
        if (::sigaction(each, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) {
            sigaddset(&set, each);
        }
    }
    return set;
}

}  // namespace

Interruption::Interruption() {
    const sigset_t requests = polite_requests();
    ::pthread_sigmask(SIG_BLOCK, &requests, nullptr);
    listener_ = std::jthread([this, requests](const std::stop_token& end) {
        while (!end.stop_requested()) {
            if (const int signal = ::sigtimedwait(&requests, nullptr, &kTick); signal > 0) {
                signal_ = signal;
                request(signal == SIGINT);
            }
        }
    });
}

Interruption::~Interruption() {
    listener_.request_stop();
    listener_.join();
    const sigset_t requests = polite_requests();
    ::pthread_sigmask(SIG_UNBLOCK, &requests, nullptr);
}

void Interruption::pass_on() const {
    const int signal = signal_;
    ::signal(signal, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    ::raise(signal);
    std::abort();
}

}  // namespace kwd::cli
