// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_json.h"

#include "tests/fuzz/derive.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

// The length says what the document is thought to be; every kind recognises every object.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwd::analyzers;
    static constexpr AnalyzeFunction kKinds[] = {&analyze_hns_mixed, &analyze_hns_networks, &analyze_hns_endpoints,
                                                 &analyze_hns_load_balancers, &analyze_hns_namespaces};
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    kwd::fuzz::derive(kKinds[size % std::size(kKinds)], text);
    return 0;
}
