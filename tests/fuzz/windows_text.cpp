// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"

#include "analyzers/event_records.h"
#include "analyzers/firewall_stores.h"
#include "analyzers/kubectl_text.h"
#include "analyzers/registry_text.h"
#include "analyzers/vfp.h"
#include "analyzers/windows_state.h"
#include "tests/fuzz/derive.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    kwd::fuzz::derive(&kwd::analyzers::analyze_windows_text, text);
    kwd::fuzz::derive(&kwd::analyzers::analyze_vfp, text);
    kwd::fuzz::derive(&kwd::analyzers::analyze_event_records, text);
    kwd::fuzz::derive(&kwd::analyzers::analyze_windows_state, text);
    kwd::fuzz::derive(&kwd::analyzers::analyze_kubectl_text, text);
    kwd::fuzz::derive(&kwd::analyzers::analyze_registry_text, text);
    (void)kwd::analyzers::parse_firewall_rule(text);
    return 0;
}
