// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

namespace kwd::packet {

/// The most places in a row of a table with open addressing that are used: what the longest search in it looks at.
template <class Places, class Used>
[[nodiscard]] std::size_t longest_run(const Places& places, Used used) noexcept {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (std::size_t i = 0; i < 2 * places.size() && run < places.size(); ++i) {  // a run may go on at the beginning
        run = used(places[i % places.size()]) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

}  // namespace kwd::packet
