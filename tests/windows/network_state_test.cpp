// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/ip_helper.h"
#include "tests/windows/collected.h"
#include "tests/windows/made_key.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::MadeKey;
using test::Node;

namespace {

constexpr const char* kAdapters = "{4D36E972-E325-11CE-BFC1-08002BE10318}";

std::string reason(const Node& node, const std::string& snapshot, const std::string& collector) {
    return node.query(snapshot, "SELECT coalesce(reason, '') AS reason FROM collections WHERE collector = '" +
                                    collector + "'")[0]["reason"];
}

/// A socket of this process at the loopback address, at a port that nobody had.
class OwnSocket {
  public:
    OwnSocket(int family, int type) : socket_(::socket(family, type, 0)) {
        sockaddr_storage address{};
        address.ss_family = static_cast<short>(family);
        if (family == AF_INET) {
            reinterpret_cast<sockaddr_in&>(address).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        } else {
            reinterpret_cast<sockaddr_in6&>(address).sin6_addr = in6addr_loopback;
        }
        int size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
        REQUIRE((type != SOCK_STREAM || listen(socket_, 1) == 0));
        REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    }
    ~OwnSocket() { closesocket(socket_); }
    OwnSocket(const OwnSocket&) = delete;
    OwnSocket& operator=(const OwnSocket&) = delete;
    [[nodiscard]] std::string port() const { return std::to_string(port_); }

  private:
    SOCKET socket_;
    int port_ = 0;
};

}  // namespace

TEST_CASE("a socket is listed with its port and its process", "[windows][ports]") {
    WSADATA started{};
    REQUIRE(WSAStartup(MAKEWORD(2, 2), &started) == 0);
    const Node node;
    const OwnSocket tcp(AF_INET, SOCK_STREAM);
    const OwnSocket tcp6(AF_INET6, SOCK_STREAM);
    const OwnSocket udp(AF_INET, SOCK_DGRAM);
    const std::string snapshot = test::collect(node, "ports").snapshot;
    const auto check = [&](const char* protocol, const OwnSocket& socket, const char* address, const char* state) {
        const json row = node.query(snapshot,
                                    "SELECT local_address, state, process_id, process_name, remote_port FROM sockets "
                                    "WHERE protocol = '" +
                                        std::string(protocol) + "' AND local_port = " + socket.port())
                             .at(0);
        CHECK(row["local_address"] == address);
        CHECK(row["state"] == state);
        CHECK(row["remote_port"].is_null());
        // Wine finds a socket's process where it may look into /proc.
        if (!row["process_id"].is_null()) {
            CHECK(row["process_id"] == static_cast<std::int64_t>(GetCurrentProcessId()));
            CHECK(row["process_name"] == "windows_tests");
        }
    };
    check("tcp", tcp, "127.0.0.1", "listen");
    check("tcp", tcp6, "::1", "listen");
    check("udp", udp, "127.0.0.1", "unconnected");
    CHECK(node.query(snapshot, "SELECT DISTINCT compartment_id FROM sockets") ==
          json::array({{{"compartment_id", 1}}}));
    CHECK_THAT(reason(node, snapshot, "ports"), ContainsSubstring("network compartments of pods"));
}

TEST_CASE("adapters that are no interface, persistent routes and on-link networks are told", "[windows][ip]") {
    const Node node;
    const std::string guid = "{11111111-2222-4333-8444-5555555555AA}";
    const std::string control = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\";
    const MadeKey device(control + "Class\\" + kAdapters + "\\7001");
    device.text("NetCfgInstanceId", guid);
    device.text("DriverDesc", "Hyper-V Virtual Ethernet Adapter");
    device.text("DeviceInstanceID", "ROOT\\VMS_MP\\0007");
    device.number("Characteristics", 0x29);
    const MadeKey broken(control + "Class\\" + kAdapters + "\\7002");
    broken.number("NetCfgInstanceId", 7);
    const MadeKey connection(control + "Network\\" + kAdapters + "\\" + guid + "\\Connection");
    connection.text("Name", "vEthernet (cbr0) 7");
    const MadeKey routes("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\PersistentRoutes");
    routes.text("10.244.1.0,255.255.255.0,192.168.10.22,256", "");
    routes.text("10.244.2.0,255.0.255.0,192.168.10.23,1", "");
    const MadeKey store("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nsi\\{eb004a01-9b1a-11d4-9123-0050047759bc}\\16");
    store.bytes("00ff", REG_BINARY, "x");
    const std::string snapshot = test::collect(node, "ip").snapshot;

    // Wine cannot say whether a device is there.
    CHECK(node.query(snapshot,
                     "SELECT name, description, state, hidden, guid FROM interfaces WHERE name LIKE "
                     "'vEthernet%'") == json::array({{{"name", "vEthernet (cbr0) 7"},
                                                      {"description", "Hyper-V Virtual Ethernet Adapter"},
                                                      {"state", "unknown"},
                                                      {"hidden", 1},
                                                      {"guid", "11111111-2222-4333-8444-5555555555AA"}}}));
    CHECK(node.query(snapshot, "SELECT destination, next_hop, metric FROM routes WHERE persistent = 1") ==
          json::array({{{"destination", "10.244.1.0/24"}, {"next_hop", "192.168.10.22"}, {"metric", 256}}}));
    CHECK_THAT(reason(node, snapshot, "ip"), ContainsSubstring("255.0.255.0"));
    // Wine's WMI has no class for the others.
    CHECK_THAT(reason(node, snapshot, "ip"), ContainsSubstring("persistent routes of IPv6 and of New-NetRoute"));
    CHECK(node.query(snapshot, "SELECT note FROM documents WHERE name = 'persistent-routes.json'")[0]["note"] ==
          "the network store keeps 1 persistent IPv6 routes");
    CHECK(node.query(snapshot, "SELECT prefix FROM addresses WHERE address = '127.0.0.1'")[0]["prefix"] ==
          "127.0.0.0/8");
    CHECK(node.query(snapshot, "SELECT DISTINCT compartment_id FROM interfaces WHERE interface_index IS NOT NULL") ==
          json::array({{{"compartment_id", 1}}}));
    CHECK(node.query(snapshot, "SELECT count(*) AS n FROM interfaces WHERE dhcp IS NOT NULL")[0]["n"] > 0);
}
