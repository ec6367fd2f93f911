// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture.h"
#include "snapshot/tables/packets.h"
#include "tests/fuzz/check.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwd;
    snapshot::Document document;
    document.info.name = "x.pcap";
    document.content.assign(reinterpret_cast<const char*>(data), size);
    analyzers::Analysis out;
    analyzers::analyze_capture(document, out);
    for (const auto& [row, place] : out.rows(snapshot::kFlows)) {
        check(row.packets > 0 && place.starts_with("packet:"));
    }
    for (const auto& [row, place] : out.rows(snapshot::kDnsQueries)) {
        check(row.answered != true || row.answered_by.has_value());
    }
    return 0;
}
