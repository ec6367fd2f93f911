// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kwd::cli {

/// What the help says in other words on each platform.
struct Words {
    const char* reading;       ///< that nothing is changed, and with which privileges everything can be read
    const char* packets;       ///< of --packets
    const char* root;          ///< of --root
    const char* root_default;  ///< what is shown as its default; empty: none is
    const char* unchanged;     ///< the same of the whole program, after "'kwdiag COMMAND --help' tells of each. "
};

[[nodiscard]] const Words& words();

}  // namespace kwd::cli
