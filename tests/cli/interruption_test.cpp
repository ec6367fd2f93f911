// SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <csignal>
#include <stop_token>
#include <string>
#include <thread>

using namespace kwd::cli;
using namespace std::chrono_literals;

namespace {

// As at a terminal: whoever started the tests may have them ignored.
class AtTerminal {
  public:
    AtTerminal() {
        for (const int each : {SIGINT, SIGTERM, SIGHUP}) {
            ::signal(each, SIG_DFL);
        }
    }
};

bool comes_to(const std::stop_token& token) {
    for (int i = 0; i < 500 && !token.stop_requested(); ++i) {
        std::this_thread::sleep_for(10ms);
    }
    return token.stop_requested();
}

}  // namespace

TEST_CASE("who presses Ctrl-C may press it again, and waits until then", "[cli][interruption]") {
    const AtTerminal terminal;
    const Interruption interruption;
    CHECK_FALSE(interruption.happened());
    ::kill(::getpid(), SIGINT);
    CHECK(comes_to(interruption.token()));
    CHECK(interruption.happened());
    CHECK_FALSE(interruption.again().stop_requested());
    std::this_thread::sleep_for(600ms);
    CHECK_FALSE(interruption.again().stop_requested());
    ::kill(::getpid(), SIGINT);
    CHECK(comes_to(interruption.again()));
}

TEST_CASE("who ends a process or closes its terminal asks once, and does not wait", "[cli][interruption]") {
    const AtTerminal terminal;
    for (const int signal : {SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        const Interruption interruption;
        ::kill(::getpid(), signal);
        CHECK(comes_to(interruption.token()));
        CHECK(interruption.again().stop_requested());
    }
}
