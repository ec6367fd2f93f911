// SPDX-License-Identifier: Apache-2.0
#include "analyzers/k8s_objects.h"

#include "snapshot/tables/kubernetes.h"
#include "tests/fuzz/analyzed.h"

#include <array>

namespace {
using namespace kwd::analyzers;

constexpr std::array<Reading, 1> kReadings = {{{&analyze_k8s_objects, "objects"}}};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Analysis out = analyze_as_chosen(kReadings, data, size);
    for (const auto& [row, place] : out.rows(kwd::snapshot::kK8sPods)) {
        check(!row.name.empty() && !row.name_space.empty());
    }
    return 0;
}
