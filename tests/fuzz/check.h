// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

/// States what must hold whatever the input; ends the process, which libFuzzer and the replay count as a crash.
inline void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}
