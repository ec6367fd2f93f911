// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace kwd::test {

/// The lines that are in one description and not in the other. Both are sorted.
inline std::vector<std::string> differences(const std::vector<std::string>& before,
                                            const std::vector<std::string>& after) {
    std::vector<std::string> result;
    std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(result));
    return result;
}

}  // namespace kwd::test
