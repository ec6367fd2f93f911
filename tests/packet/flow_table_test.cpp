// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/flow_table.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::packet {

static Flow& add_flow(FlowTable& flows, std::uint32_t number) {
    FlowKey key;
    key.low_address = number;
    return *flows.add(hash_of_ipv4(key), key);
}

TEST_CASE("what goes wrong in a conversation is counted exactly, be it little or much", "[packet][traffic]") {
    const AddressTable addresses;
    FlowTable flows{addresses};
    auto& flow = add_flow(flows, 1);
    for (const auto kind : {Incident::retransmission, Incident::syn_retransmission, Incident::reset,
                            Incident::zero_window, Incident::out_of_order}) {
        for (const unsigned direction : {0U, 1U}) {
            const auto others = flows.incidents(flow);
            for (std::uint32_t count = 1; count <= 20; ++count) {
                flows.count(flow, kind, direction);
                auto expected = others;
                expected.of(kind, direction) = count;
                REQUIRE(flows.incidents(flow).counts == expected.counts);
            }
        }
    }
    CHECK(flows.apart() == 1);
}

TEST_CASE("a conversation in which little goes wrong takes no more memory than others", "[packet][traffic]") {
    const AddressTable addresses;
    FlowTable flows{addresses};
    for (std::uint32_t i = 0; i < 1000; ++i) {
        auto& flow = add_flow(flows, i);
        for (const unsigned direction : {0U, 1U}) {
            flows.count(flow, Incident::reset, direction);
            flows.count(flow, Incident::retransmission, direction);
            flows.count(flow, Incident::out_of_order, direction);
        }
    }
    CHECK(flows.apart() == 0);
}

TEST_CASE("where very many conversations have much that is wrong, what is not kept of it is told",
          "[packet][traffic]") {
    const AddressTable addresses;
    FlowTable flows{addresses};
    for (std::uint32_t i = 0; i < FlowTable::kMostApart; ++i) {
        REQUIRE(flows.incidents_apart(add_flow(flows, i)) != nullptr);
    }
    auto& last = add_flow(flows, FlowTable::kMostApart);
    CHECK(flows.incidents_apart(last) == nullptr);
    for (int i = 0; i < 10; ++i) {
        flows.count(last, Incident::retransmission, 1);
    }
    CHECK(flows.incidents(last).of(Incident::retransmission, 1) == 7);
    CHECK(flows.incidents_not_kept() == 4);
    CHECK(flows.apart() == FlowTable::kMostApart);
}

}  // namespace kwd::packet
