// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kwd::collectors {

/// What failed in network compartments of pods. There may be hundreds of them, where the same functions fail for the
/// same reason: that is one line, and not as many as end a worker.
class CompartmentFailures {
  public:
    /// `error.doing` is what was called.
    void add(std::int64_t compartment, Error error) {
        const auto same = std::ranges::find_if(failures_, [&](const Failure& each) {
            return each.error.doing == error.doing && each.error.code == error.code &&
                   value_of(each.error) == value_of(error);
        });
        if (same != failures_.end()) {
            ++same->others;
        } else {
            failures_.push_back({std::move(error), compartment});
        }
    }

    /// One error for each function and reason, in the order in which they came; forgets them.
    [[nodiscard]] std::vector<Error> take() {
        std::vector<Error> errors;
        for (Failure& each : failures_) {
            each.error.doing += fmt::format(" in network compartment {}", each.first);
            if (each.others > 0) {
                each.error.doing += fmt::format(" and {} others", each.others);
            }
            errors.push_back(std::move(each.error));
        }
        failures_.clear();
        return errors;
    }

  private:
    struct Failure {
        Error error;
        std::int64_t first;  ///< compartment
        std::size_t others = 0;
    };

    static std::int64_t value_of(const Error& error) { return error.native ? error.native->value : 0; }

    std::vector<Failure> failures_;
};

}  // namespace kwd::collectors
