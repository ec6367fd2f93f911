// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/elevation.h"

#include <utility>

namespace kwd::collectors {

bool is_elevated() noexcept {
    return elevation().value_or(false);
}

Error with_what_it_needs(Error error) {
    return with_what_it_needs(std::move(error), is_elevated());
}

}  // namespace kwd::collectors
