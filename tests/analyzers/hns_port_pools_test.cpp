// SPDX-License-Identifier: Apache-2.0
#include "analyzers/hns_json.h"
#include "snapshot/tables/hns.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

using namespace kwd;
using namespace kwd::analyzers;
using namespace kwd::snapshot;

namespace {

// The members that AKS' scripts read are named as there; those of a range are made up, since nobody publishes them.
Analysis pools(const std::string& text) {
    return analyzed(&analyze_hns_port_pools, text);
}

}  // namespace

TEST_CASE("port pools of HNS tell how many ranges of the host's ports they hold", "[analyzers][hns]") {
    const Analysis analysis =
        pools(R"({"Success": true, "Output": {"PortPoolAllocations": [)"
              R"({"RequiresHostPortReservation": true, "PortRanges": [{"a": 1}, {"a": 2}], "Novel": {"b": 3}},)"
              R"({"RequiresHostPortReservation": "False", "PortRanges": null},)"
              R"({"PortRanges": {"a": 1}}]}})");
    const auto rows = analysis.rows(kHnsPortPools);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].row.position == 0);
    CHECK(rows[0].row.reserves_host_ports == true);
    CHECK(rows[0].row.range_count == 2);
    CHECK(rows[0].place == "/Output/PortPoolAllocations/0");
    CHECK(rows[1].row.reserves_host_ports == false);
    CHECK(rows[1].row.range_count == 0);
    // PowerShell writes a list of one as the one.
    CHECK_FALSE(rows[2].row.reserves_host_ports);
    CHECK(rows[2].row.range_count == 1);
    CHECK(coverage_of(analysis, "hns_port_pools").empty());
}

TEST_CASE("ranges that PowerShell printed too shortly are not counted", "[analyzers][hns]") {
    const Analysis analysis =
        pools(R"({"PortPoolAllocations": [{"RequiresHostPortReservation": true, "PortRanges": "System.Object[]"}]})");
    const auto rows = analysis.rows(kHnsPortPools);
    REQUIRE(rows.size() == 1);
    CHECK_FALSE(rows[0].row.range_count);
}

TEST_CASE("an HNS without port pools says so, and a text of another form says nothing", "[analyzers][hns]") {
    const Analysis none = pools(R"({"PortPoolAllocations": []})");
    CHECK(none.rows(kHnsPortPools).empty());
    CHECK(coverage_of(none, "hns_port_pools").empty());
    for (const char* text :
         {"", "[]", "7", R"({"Success": false, "Error": "no"})", R"({"PortPoolAllocations": null})"}) {
        INFO(text);
        const Analysis other = pools(text);
        CHECK(other.rows(kHnsPortPools).empty());
        CHECK(coverage_of(other, "hns_port_pools") == "not covered");
        CHECK_FALSE(other.notes().empty());
    }
    CHECK(pools(R"({"PortPoolAllocations": [7, {}, "x"]})").rows(kHnsPortPools).size() == 1);
    CHECK_FALSE(coverage_of(pools(R"({"PortPoolAllocations": [{"PortRanges": [)"), "hns_port_pools").empty());
}
