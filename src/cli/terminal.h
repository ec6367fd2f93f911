// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd::cli {

/// stdout is a terminal, NO_COLOR (no-color.org) is not set, and TERM is not "dumb".
[[nodiscard]] bool color_on_stdout();
/// Columns of the terminal on stdout, 100 where it is none.
[[nodiscard]] int columns_on_stdout();

[[nodiscard]] bool stderr_is_terminal();

/// Progress on stderr, for a terminal: one line that is rewritten, and lines that stay. Where stderr is none only what
/// went wrong is told. Nothing else writes there while it lives.
class Progress {
  public:
    explicit Progress(bool quiet = false);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// What is being done now: shown on a terminal only.
    void doing(std::string_view what);
    /// What came to an end, well or not: a line that stays.
    void done(std::string_view what, bool well);

  private:
    void erase();
    bool terminal_;
    bool quiet_;
    bool shown_ = false;
};

}  // namespace kwd::cli
