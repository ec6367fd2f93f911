// SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.h"

#include <windows.h>

#include <chrono>

namespace kwd::cli {
namespace {

// A console asks on a thread of its own, which has no other way to the one object that there is.
std::atomic<DWORD> asked{0};
std::atomic<bool> leaving{false};

constexpr DWORD kNothing = 0;

// Windows ends the process when its handlers have returned from one of these, and after some seconds if they do not.
// Source: https://learn.microsoft.com/windows/console/handlerroutine
bool ends_process(DWORD event) {
    return event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT;
}

BOOL WINAPI remember(DWORD event) {
    asked = event + 1;  // CTRL_C_EVENT is 0
    if (ends_process(event)) {
        leaving = true;
        Sleep(INFINITE);  // this thread ends with the process, which comes to its end by itself
    }
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
                request(event - 1 == CTRL_C_EVENT);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    });
}

Interruption::~Interruption() {
    listener_.request_stop();
    listener_.join();
    if (!leaving) {  // a handler that waits may hold the list of handlers
        SetConsoleCtrlHandler(remember, FALSE);
    }
}

// What the default handler of a console program does.
void Interruption::pass_on() const {
    ExitProcess(static_cast<UINT>(STATUS_CONTROL_C_EXIT));
}

}  // namespace kwd::cli
