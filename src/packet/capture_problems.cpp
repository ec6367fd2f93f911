// SPDX-License-Identifier: Apache-2.0
#include "packet/capture_problems.h"

#include <utility>

namespace kwd::packet {

void CaptureProblems::add(CaptureProblem::Kind kind, std::uint64_t offset, std::string text) {
    if (problems_.size() < kMost) {
        problems_.push_back({.kind = kind, .offset = offset, .text = std::move(text)});
    } else if (problems_.size() == kMost) {
        problems_.push_back({.kind = CaptureProblem::Kind::too_many,
                             .offset = offset,
                             .text = "from here on there are more problems than are listed"});
    }
}

}  // namespace kwd::packet
