// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <windows.h>

namespace kwd::cli {
namespace {

// A console that understands ANSI sequences, which it is asked to; those before Windows Server 2016 do not.
bool is_terminal(DWORD which) {
    const HANDLE console = GetStdHandle(which);
    DWORD mode = 0;
    if (console == nullptr || GetConsoleMode(console, &mode) == 0) {
        return false;
    }
    SetConsoleOutputCP(CP_UTF8);
    return SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

}  // namespace

bool color_on_stdout() {
    wchar_t first = 0;
    const DWORD length = GetEnvironmentVariableW(L"NO_COLOR", &first, 1);
    return is_terminal(STD_OUTPUT_HANDLE) && length == 0;
}

int columns_on_stdout() {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    if (GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info) == 0) {
        return 100;
    }
    return info.srWindow.Right - info.srWindow.Left + 1;
}

bool stderr_is_terminal() {
    return is_terminal(STD_ERROR_HANDLE);
}

}  // namespace kwd::cli
