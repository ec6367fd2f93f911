// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <unistd.h>

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <cstdio>
#include <cstdlib>

namespace kwd::cli {

bool color_on_stdout() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') &&
           (term == nullptr || std::string_view(term) != "dumb");
}

int columns_on_stdout() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 100;
}

Progress::Progress(bool quiet) : terminal_(::isatty(STDERR_FILENO) == 1), quiet_(quiet) {}

Progress::~Progress() {
    erase();
}

void Progress::erase() {
    if (shown_) {
        fmt::print(stderr, "\r\x1b[K");
        std::fflush(stderr);
        shown_ = false;
    }
}

void Progress::doing(std::string_view what) {
    if (quiet_ || !terminal_) {
        return;
    }
    erase();
    fmt::print(stderr, "{}…", what.substr(0, 100));
    std::fflush(stderr);
    shown_ = true;
}

void Progress::done(std::string_view what, bool well) {
    if (quiet_ || (!terminal_ && well)) {
        return;
    }
    erase();
    fmt::print(stderr, "{}\n", what);
}

}  // namespace kwd::cli
