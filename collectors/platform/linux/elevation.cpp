// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/elevation.h"

#include <unistd.h>

namespace kwd::collectors {

std::optional<bool> elevation() noexcept {
    return ::geteuid() == 0;
}

Error with_what_it_needs(Error error, bool elevated) {
    if (error.code == Errc::access_denied) {
        error.doing += elevated ? " (refused to root too)" : " (needs root)";
    }
    return error;
}

}  // namespace kwd::collectors
