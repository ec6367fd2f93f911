// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_json.h"
#include "analyzers/json_node.h"
#include "analyzers/own_json.h"
#include "snapshot/tables/hns.h"

// Source: Azure/AgentBaker, which counts PortRanges of those with RequiresHostPortReservation before it makes networks
// anew. What else stands in an allocation is published nowhere, so that the document is kept as it was answered.

namespace kwd::analyzers {
namespace {

// Nothing where PowerShell printed a stand-in for them.
snapshot::Integer number_of_ranges(const JsonNode& ranges) {
    if (ranges.lost()) {
        return std::nullopt;
    }
    return ranges ? static_cast<std::int64_t>(ranges.items().size()) : 0;
}

}  // namespace

void analyze_hns_port_pools(const snapshot::Document& document, Analysis& out) {
    const DocumentValue value = first_value(document, out);
    const JsonNode answer(value.value, "");
    const JsonNode pools = (answer.has("Output") ? answer["Output"] : answer)["PortPoolAllocations"];
    if (!pools || pools.lost()) {
        out.note(value.place(""), "malformed", "no PortPoolAllocations");
        return;
    }
    out.covers(snapshot::kHnsPortPools.name);
    std::int64_t position = 0;
    for (const JsonNode& pool : pools.items()) {
        const std::string place = value.place(pool.place());
        if (!pool.is_object()) {
            out.note(place, "malformed", "an allocation of ports that is no object");
            continue;
        }
        out.add(snapshot::kHnsPortPools,
                {.position = position++,
                 .reserves_host_ports = pool["RequiresHostPortReservation"].flag(),
                 .range_count = number_of_ranges(pool["PortRanges"])},
                place);
    }
    if (!value.whole) {
        out.covers_partly(snapshot::kHnsPortPools.name, "the list of port pools breaks off");
    }
}

}  // namespace kwd::analyzers
