// SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.h"

#include <windows.h>

#include <chrono>

namespace kwd::cli {
namespace {

// A console asks on a thread of its own, which has no other way to the one object that there is.
std::atomic<DWORD> asked{0};

constexpr DWORD kNothing = 0;

BOOL WINAPI remember(DWORD event) {
    asked = event + 1;  // CTRL_C_EVENT is 0
    return TRUE;
}

}  // namespace

Interruption::Interruption() {
    asked = kNothing;
    SetConsoleCtrlHandler(remember, TRUE);
    listener_ = std::jthread([this](const std::stop_token& end) {
        while (!end.stop_requested()) {
            if (const DWORD event = asked.exchange(kNothing); event != kNothing) {
                signal_ = static_cast<int>(event);
                request();
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    });
}

Interruption::~Interruption() {
    listener_.request_stop();
    listener_.join();
    SetConsoleCtrlHandler(remember, FALSE);
}

// What the default handler of a console program does.
void Interruption::pass_on() const {
    ExitProcess(static_cast<UINT>(STATUS_CONTROL_C_EXIT));
}

}  // namespace kwd::cli
