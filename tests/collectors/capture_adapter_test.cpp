// SPDX-License-Identifier: Apache-2.0
#include "collectors/capture_adapter.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using Catch::Matchers::ContainsSubstring;

namespace {

CaptureAdapter loopback() {
    return {.index = 1,
            .name = "Loopback Pseudo-Interface 1",
            .description = "Software Loopback Interface 1",
            .guid = "0A000000-0000-0000-0000-000000000001",
            .loopback = true,
            .up = true,
            .addressed = true};
}

CaptureAdapter card() {
    return {.index = 4,
            .name = "Ethernet",
            .description = "Microsoft Hyper-V Network Adapter",
            .guid = "0A000000-0000-0000-0000-000000000004",
            .mac = "00:15:5d:01:02:03",
            .hardware = true,
            .up = true};
}

CaptureAdapter host_vnic() {
    return {.index = 12,
            .name = "vEthernet (Ethernet)",
            .description = "Hyper-V Virtual Ethernet Adapter",
            .guid = "0A000000-0000-0000-0000-00000000000C",
            .mac = "00:15:5d:01:02:03",
            .up = true,
            .addressed = true};
}

std::string chosen(const std::vector<CaptureAdapter>& adapters, std::string_view wanted,
                   std::optional<std::uint32_t> leading_out) {
    const auto choice = choose_adapter(adapters, wanted, leading_out);
    return choice ? choice->adapter.name : choice.error().text();
}

}  // namespace

TEST_CASE("where the host's adapter is a virtual switch's, packets are captured on the card below it",
          "[collectors][packets]") {
    CaptureAdapter other = card();
    other.index = 5;
    other.name = "Ethernet 2";
    other.mac = "00:15:5d:01:02:99";
    CHECK(chosen({loopback(), other, card(), host_vnic()}, "", 12) == "Ethernet");

    // Of another MAC address: the only card without an address is the switch's.
    CaptureAdapter renamed = host_vnic();
    renamed.mac = "00:15:5d:0a:0b:0c";
    other.addressed = true;
    CHECK(chosen({loopback(), other, card(), renamed}, "", 12) == "Ethernet");
}

TEST_CASE("of two cards with one MAC address the hypervisor's is taken", "[collectors][packets]") {
    CaptureAdapter virtual_function = card();
    virtual_function.index = 3;
    virtual_function.name = "Ethernet 4";
    virtual_function.description = "Mellanox ConnectX-5 Virtual Adapter";
    CHECK(chosen({virtual_function, card(), host_vnic()}, "", 12) == "Ethernet");
    CHECK(chosen({card(), virtual_function, host_vnic()}, "", 12) == "Ethernet");
}

TEST_CASE("where no card is found below a virtual switch, its host adapter is taken, and the note says so",
          "[collectors][packets]") {
    CaptureAdapter down = card();
    down.up = false;
    const auto choice = choose_adapter(std::vector{loopback(), down, host_vnic()}, "", 12);
    REQUIRE(choice);
    CHECK(choice->adapter.index == 12);
    CHECK_THAT(choice->reason, ContainsSubstring("VXLAN may not be seen"));
}

TEST_CASE("without a default route the card that has an address is taken", "[collectors][packets]") {
    CaptureAdapter addressed = card();
    addressed.addressed = true;
    CHECK(chosen({loopback(), host_vnic(), addressed}, "", std::nullopt) == "Ethernet");
    CHECK_THAT(chosen({loopback()}, "", std::nullopt), ContainsSubstring("there are: 'Loopback Pseudo-Interface 1'"));
}

TEST_CASE("an interface is named by alias, description, GUID or index", "[collectors][packets]") {
    const std::vector adapters{loopback(), card(), host_vnic()};
    CHECK(chosen(adapters, "ethernet", 12) == "Ethernet");
    CHECK(chosen(adapters, "Hyper-V Virtual Ethernet Adapter", {}) == "vEthernet (Ethernet)");
    CHECK(chosen(adapters, "{0a000000-0000-0000-0000-00000000000c}", {}) == "vEthernet (Ethernet)");
    CHECK(chosen(adapters, "12", {}) == "vEthernet (Ethernet)");
    CHECK_THAT(chosen(adapters, "eth0", 12), ContainsSubstring("'eth0'"));
}

TEST_CASE("the device of an adapter is known by the GUID in its name, and may be named itself",
          "[collectors][packets]") {
    const std::vector<CaptureDevice> devices{
        {.name = R"(\Device\NPF_{0A000000-0000-0000-0000-00000000000C})", .description = "Hyper-V Virtual Adapter"},
        {.name = R"(\Device\NPF_{0a000000-0000-0000-0000-000000000004})", .description = "Microsoft Hyper-V Adapter"},
        {.name = R"(\Device\NPF_Loopback)", .description = "Adapter for loopback traffic capture"}};
    const std::vector adapters{loopback(), card(), host_vnic()};

    const auto usual = choose_device(devices, adapters, "", 12);
    REQUIRE(usual);
    CHECK(usual->device.name == R"(\Device\NPF_{0a000000-0000-0000-0000-000000000004})");
    CHECK(usual->name == "Ethernet");

    const auto named = choose_device(devices, adapters, R"(\device\npf_loopback)", 12);
    REQUIRE(named);
    CHECK(named->device.name == R"(\Device\NPF_Loopback)");

    const auto unbound = choose_device(std::vector{devices[2]}, adapters, "Ethernet", {});
    REQUIRE_FALSE(unbound);
    CHECK_THAT(unbound.error().doing, ContainsSubstring("not bound"));
}
