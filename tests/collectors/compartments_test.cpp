// SPDX-License-Identifier: Apache-2.0
#include "collectors/compartment_failures.h"
#include "collectors/interface_rows.h"
#include "collectors/socket_list.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

using namespace kwd;
using collectors::CompartmentFailures;
using collectors::InterfaceRows;
using collectors::SocketList;
using nlohmann::json;

// What Windows answers for several network compartments, put together.

namespace {

constexpr std::uint64_t kNode = 0x6008000000000000;
constexpr std::uint64_t kPod = 0x6008001000000000;

snapshot::InterfacesRow interface_of(const std::string& name, snapshot::Integer compartment) {
    return {.compartment_id = compartment, .name = name};
}

SocketList::Socket listener(const std::string& address, std::int64_t port, std::int64_t process) {
    return {{.protocol = "tcp", .local_address = address, .local_port = port, .state = "listen", .process_id = process},
            4};
}

SocketList::Socket connection(std::int64_t port) {
    return {{.protocol = "tcp",
             .local_address = "10.0.0.4",
             .local_port = port,
             .remote_address = "10.0.0.1",
             .remote_port = 443,
             .state = "established"},
            4};
}

}  // namespace

TEST_CASE("an interface is told once with the compartment that has it, and before that once without",
          "[collectors][compartments]") {
    InterfaceRows rows;
    // The host's table holds the pod's interface too, and does not say whose it is.
    CHECK(rows.take(kNode, interface_of("Ethernet", 1)));
    CHECK(rows.take(kPod, interface_of("vEthernet (pod)", {})));
    CHECK_FALSE(rows.take(kPod, interface_of("vEthernet (pod)", {})));
    CHECK_FALSE(rows.take(kNode, interface_of("Ethernet", {})));
    CHECK(rows.take(kPod, interface_of("vEthernet (pod)", 2)));
    CHECK_FALSE(rows.take(kPod, interface_of("vEthernet (pod)", 2)));
    CHECK_FALSE(rows.take(kPod, interface_of("vEthernet (pod)", {})));
}

TEST_CASE("a function that fails in many compartments is told once for each way it fails",
          "[collectors][compartments]") {
    const auto error = [](Errc code, std::int64_t native) {
        return Error{code, "GetExtendedTcpTable for IPv4", NativeCode{Domain::win32, native}};
    };
    CompartmentFailures failures;
    for (std::int64_t compartment = 2; compartment < 2000; ++compartment) {
        failures.add(compartment, error(Errc::access_denied, 5));
    }
    failures.add(7, error(Errc::io, 31));
    failures.add(8, {Errc::io, "GetIfTable2Ex"});
    const auto told = failures.take();
    REQUIRE(told.size() == 3);
    CHECK(told[0].doing == "GetExtendedTcpTable for IPv4 in network compartment 2 and 1997 others");
    CHECK(told[0].code == Errc::access_denied);
    CHECK(told[1].doing == "GetExtendedTcpTable for IPv4 in network compartment 7");
    CHECK(told[1].native->value == 31);
    CHECK(told[2].doing == "GetIfTable2Ex in network compartment 8");
    CHECK(failures.take().empty());
}

TEST_CASE("sockets carry the compartment that they are in", "[collectors][compartments]") {
    SocketList list;
    CHECK(list.add(1, {listener("0.0.0.0", 10250, 812), listener("0.0.0.0", 445, 4), listener("0.0.0.0", 80, 4)}));
    // The system's own listeners are alike in both.
    CHECK(list.add(3, {listener("0.0.0.0", 80, 4), listener("0.0.0.0", 8080, 3000), connection(50001)}));
    const json document = json::parse(list.take_json());
    REQUIRE(document["sockets"].size() == 6);
    CHECK(document["sockets"][0]["compartment_id"] == 1);
    CHECK(document["sockets"][0]["local_port"] == 10250);
    CHECK(document["sockets"][3]["compartment_id"] == 3);
    CHECK(document["sockets"][3]["local_port"] == 80);
    CHECK(document["counts"][0] ==
          json{{"compartment_id", 1}, {"protocol", "tcp"}, {"family", 4}, {"state", "listen"}, {"count", 3}});
    CHECK(document["left_out"] == 0);
}

TEST_CASE("the host's sockets are not told again as those of a pod", "[collectors][compartments]") {
    SocketList list;
    const std::vector<SocketList::Socket> host = {listener("0.0.0.0", 10250, 812), listener("0.0.0.0", 135, 900),
                                                  listener("0.0.0.0", 445, 4)};
    CHECK(list.add(1, host));
    CHECK_FALSE(list.add(2, host));
    // One ended and another began between the two questions.
    CHECK_FALSE(list.add(
        3, {listener("0.0.0.0", 10250, 812), listener("0.0.0.0", 135, 900), listener("0.0.0.0", 49999, 1000)}));
    CHECK(json::parse(list.take_json())["sockets"].size() == 3);
}

TEST_CASE("a compartment without sockets is an answer", "[collectors][compartments]") {
    SocketList list;
    CHECK(list.add(1, {}));
    CHECK(list.add(2, {}));
    CHECK(list.add(3, {listener("0.0.0.0", 80, 5000)}));
    const json document = json::parse(list.take_json());
    CHECK(document["sockets"].size() == 1);
}

TEST_CASE("by the system's listeners alone the host's sockets are not known again", "[collectors][compartments]") {
    SocketList list;
    CHECK_FALSE(list.knows_host());
    CHECK(list.add(1, {listener("0.0.0.0", 445, 4), connection(50001)}));
    CHECK_FALSE(list.knows_host());
    SocketList with_kubelet;
    CHECK(with_kubelet.add(1, {listener("0.0.0.0", 10250, 812)}));
    (void)with_kubelet.take_json();
    CHECK(with_kubelet.knows_host());
}

TEST_CASE("a document holds what was added since the one before", "[collectors][compartments]") {
    SocketList list;
    CHECK(list.empty());
    CHECK(list.add(1, {listener("0.0.0.0", 10250, 812)}));
    CHECK(json::parse(list.take_json())["sockets"].size() == 1);
    CHECK(list.empty());
    // What the host has is remembered.
    CHECK_FALSE(list.add(2, {listener("0.0.0.0", 10250, 812)}));
    CHECK(list.add(3, {listener("0.0.0.0", 80, 5000)}));
    const json second = json::parse(list.take_json());
    REQUIRE(second["sockets"].size() == 1);
    CHECK(second["sockets"][0]["compartment_id"] == 3);
    CHECK(second["counts"].size() == 1);
}

TEST_CASE("of the connections of all compartments the first 20,000 are kept, and all listeners",
          "[collectors][compartments]") {
    SocketList list;
    std::vector<SocketList::Socket> many(20'001, connection(50001));
    CHECK(list.add(1, many));
    CHECK(list.add(2, {connection(50002), listener("0.0.0.0", 80, 5000)}));
    const json document = json::parse(list.take_json());
    CHECK(document["sockets"].size() == 20'001);
    CHECK(document["left_out"] == 2);
}
