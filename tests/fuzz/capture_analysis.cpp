// SPDX-License-Identifier: Apache-2.0
#include "analyzers/capture.h"
#include "analyzers/quotes.h"
#include "snapshot/kinds.h"
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
    document.info.kind = snapshot::kind::capture;
    const auto quotes = analyzers::open_quotes(document);
    for (const auto& [row, place] : out.rows(snapshot::kFlows)) {
        check(row.packets > 0 && place.starts_with("packet:") && !quotes(place, 2000).empty());
    }
    for (const auto& [row, place] : out.rows(snapshot::kDnsQueries)) {
        check(row.answered != true || row.answered_by.has_value());
    }
    return 0;
}
