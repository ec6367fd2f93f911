// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <fmt/format.h>

#include <cstdio>

namespace kwd::cli {

Progress::Progress(bool quiet) : terminal_(stderr_is_terminal()), quiet_(quiet) {}

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
