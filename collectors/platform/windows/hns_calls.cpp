// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/hns_calls.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kwd::collectors {
namespace {

bool went_well(const HnsCall& call) {
    return call.result == 0 && call.error.empty();
}

double milliseconds(std::chrono::microseconds time) {
    return static_cast<double>(time.count()) / 1000.0;
}

}  // namespace

void HnsCalls::add(HnsCall call) {
    if (went_well(call)) {
        const auto same = std::ranges::find_if(calls_, [&](const HnsCall& each) {
            return went_well(each) && each.api == call.api && each.function == call.function;
        });
        if (same != calls_.end()) {
            same->calls += call.calls;
            same->total += call.total;
            same->slowest = std::max(same->slowest, call.slowest);
            return;
        }
        call.object_id.clear();
    }
    calls_.push_back(std::move(call));
}

std::string HnsCalls::as_json() const {
    nlohmann::ordered_json calls = nlohmann::ordered_json::array();
    for (const HnsCall& each : calls_) {
        nlohmann::ordered_json call{{"api", each.api},
                                    {"function", each.function},
                                    {"calls", each.calls},
                                    {"total_ms", milliseconds(each.total)},
                                    {"slowest_ms", milliseconds(each.slowest)},
                                    {"result", fmt::format("0x{:08x}", each.result)}};
        if (!each.object_id.empty()) {
            call["object_id"] = each.object_id;
        }
        if (!each.error.empty()) {
            call["error"] = each.error;
        }
        calls.push_back(std::move(call));
    }
    return nlohmann::ordered_json{{"calls", std::move(calls)}}.dump(1, ' ', false,
                                                                    nlohmann::json::error_handler_t::replace);
}

}  // namespace kwd::collectors
