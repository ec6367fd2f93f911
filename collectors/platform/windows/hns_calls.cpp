// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/hns_calls.h"

#include "collectors/state_document.h"
#include "snapshot/tables/hns.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::collectors {
namespace {

bool went_well(const HnsCall& call) {
    return call.returned && call.result == 0 && call.error.empty();
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

std::uint32_t HnsCalls::first_failure() const {
    const auto found = std::ranges::find_if(calls_, [](const HnsCall& each) { return each.result != 0; });
    return found == calls_.end() ? 0 : found->result;
}

std::string HnsCalls::as_json() const {
    StateDocument document;
    document.answers_for(snapshot::kHnsCalls);
    for (const HnsCall& each : calls_) {
        document.add(snapshot::kHnsCalls,
                     {.api = each.api,
                      .function = each.function,
                      .object_id = each.object_id.empty() ? snapshot::Text() : each.object_id,
                      .calls = each.calls,
                      .total_ms = milliseconds(each.total),
                      .slowest_ms = milliseconds(each.slowest),
                      .result = each.returned ? fmt::format("0x{:08x}", each.result) : "not returned",
                      .error = each.error.empty() ? snapshot::Text() : each.error});
    }
    return document.as_json();
}

}  // namespace kwd::collectors
