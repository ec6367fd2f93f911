// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

using namespace kwd;

namespace {

std::string canonical(std::string_view text) {
    const auto address = IpAddress::parse(text);
    return address ? address->text() : "refused";
}

std::string canonical_cidr(std::string_view text) {
    const auto cidr = Cidr::parse(text);
    return cidr ? cidr->text() : "refused";
}

Cidr cidr(std::string_view text) {
    return Cidr::parse_or_host(text).value();
}

}  // namespace

TEST_CASE("an address is read strictly and written canonically", "[base][ip]") {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"10.244.1.2", "10.244.1.2"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"010.0.0.1", "refused"},
        {"10.0.0.00", "refused"},
        {"10.0.0", "refused"},
        {"10.0.0.1.", "refused"},
        {"10.0.0.1.2", "refused"},
        {"10.0.0.256", "refused"},
        {"10.0.0.-1", "refused"},
        {"+10.0.0.1", "refused"},
        {"0x0a.0.0.1", "refused"},
        {" 10.0.0.1", "refused"},
        {"10.0.0.1 ", "refused"},
        {"10.0.0.1%eth0", "refused"},
        {"10..0.1", "refused"},
        {"", "refused"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"FE80::0:1%12", "fe80::1"},
        {"fe80::1%eth0", "fe80::1"},
        {"fe80::1%", "refused"},
        {"2001:0db8:0000:0000:0000:ff00:0042:8329", "2001:db8::ff00:42:8329"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // RFC 5952 §4.2.2: one group is not shortened
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // the first of two alike
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::ffff:10.0.0.1", "::ffff:10.0.0.1"},
        {"::ffff:a00:1", "::ffff:10.0.0.1"},
        {"64:ff9b::10.0.0.1", "64:ff9b::a00:1"},
        {"1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1"},
        {"1:2:3:4:5:6:7:10.0.0.1", "refused"},
        {"10.0.0.1::", "refused"},
        {"::10.0.0.1:1", "refused"},
        {"1:2:3:4:5:6:7", "refused"},
        {"1:2:3:4:5:6:7:8:9", "refused"},
        {"1:2:3:4:5:6:7:8::", "refused"},
        {"1::2::3", "refused"},
        {":::", "refused"},
        {":1:2:3:4:5:6:7", "refused"},
        {"1:2:3:4:5:6:7:", "refused"},
        {"12345::", "refused"},
        {"g::", "refused"},
        {"[::1]", "refused"},
    };
    for (const auto& [text, form] : expected) {
        INFO(text);
        CHECK(canonical(text) == form);
    }
}

TEST_CASE("addresses are the numbers that their bytes say", "[base][ip]") {
    CHECK(IpAddress::v4(0x0af40102).text() == "10.244.1.2");
    CHECK(IpAddress::v6({0xfd, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}).text() == "fd00:10::1");
    CHECK(IpAddress::parse("fd00:10::1")->bits() == Bits128{0xfd00001000000000, 1});
    CHECK(*IpAddress::parse("255.255.255.255") < *IpAddress::parse("::"));
    CHECK(*IpAddress::parse("9.0.0.0") < *IpAddress::parse("10.0.0.0"));
    CHECK(IpAddress::parse("::ffff:10.0.0.1")->unmapped().text() == "10.0.0.1");
    CHECK(IpAddress::parse("::fffe:10.0.0.1")->unmapped().family() == IpFamily::v6);
}

TEST_CASE("a prefix is read with a length or a netmask and loses its host bits", "[base][ip]") {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"10.244.1.7/24", "10.244.1.0/24"},
        {"10.0.0.1/0", "0.0.0.0/0"},
        {"10.0.0.1/32", "10.0.0.1/32"},
        {"10.0.0.1/33", "refused"},
        {"10.0.0.1/-1", "refused"},
        {"10.0.0.1/", "refused"},
        {"10.0.0.1/024", "refused"},
        {"10.0.0.1/1000", "refused"},
        {"10.0.0.1/24/24", "refused"},
        {"10.0.0.1/ 24", "refused"},
        {"10.0.0.1", "refused"},
        {"/24", "refused"},
        {"10.0.0.0/8 ", "refused"},
        {"10.244.1.7/255.255.0.0", "10.244.0.0/16"},
        {"10.244.1.7/0.0.0.0", "0.0.0.0/0"},
        {"10.244.1.7/255.0.255.0", "refused"},
        {"10.244.1.7/ffff::", "refused"},
        {"fd00:10:244:1::7/64", "fd00:10:244:1::/64"},
        {"fd00:10:244:1::7/ffff:ffff:ffff::", "fd00:10:244::/48"},
        {"fd00::/128", "fd00::/128"},
        {"fd00::1/127", "fd00::/127"},
        {"fd00::/129", "refused"},
        {"fe80::1%5/64", "fe80::/64"},
        {"::/0", "::/0"},
    };
    for (const auto& [text, form] : expected) {
        INFO(text);
        CHECK(canonical_cidr(text) == form);
    }
    CHECK(Cidr::parse_or_host("10.0.0.1")->text() == "10.0.0.1/32");
    CHECK(Cidr::parse_or_host("fd00::1")->text() == "fd00::1/128");
    CHECK_FALSE(Cidr::parse_or_host("10.0.0.1/33"));
}

TEST_CASE("containment and overlap keep the families apart", "[base][ip]") {
    CHECK(cidr("10.244.0.0/16").contains(*IpAddress::parse("10.244.255.255")));
    CHECK_FALSE(cidr("10.244.0.0/16").contains(*IpAddress::parse("10.245.0.0")));
    CHECK(cidr("10.244.0.0/16").contains(cidr("10.244.3.0/24")));
    CHECK(cidr("10.244.0.0/16").contains(cidr("10.244.0.0/16")));
    CHECK_FALSE(cidr("10.244.3.0/24").contains(cidr("10.244.0.0/16")));
    CHECK(cidr("0.0.0.0/0").contains(cidr("10.244.0.0/16")));
    CHECK_FALSE(cidr("0.0.0.0/0").contains(cidr("::1")));
    CHECK_FALSE(cidr("::/0").contains(cidr("10.0.0.1")));
    CHECK(cidr("fd00::/8").contains(cidr("fd00:10:244::/56")));
    CHECK(cidr("10.244.3.0/24").overlaps(cidr("10.244.0.0/16")));
    CHECK(cidr("10.244.0.0/16").overlaps(cidr("10.244.3.0/24")));
    CHECK_FALSE(cidr("10.244.0.0/17").overlaps(cidr("10.244.128.0/17")));
    CHECK_FALSE(cidr("::ffff:10.0.0.0/104").overlaps(cidr("10.0.0.0/8")));
}

TEST_CASE("the n-th address is counted from either end and stays within the prefix", "[base][ip]") {
    const Cidr pods = cidr("10.244.1.0/24");
    CHECK(pods.nth(0)->text() == "10.244.1.0");
    CHECK(pods.nth(2)->text() == "10.244.1.2");
    CHECK(pods.nth(255)->text() == "10.244.1.255");
    CHECK_FALSE(pods.nth(256));
    CHECK(pods.nth(-1)->text() == "10.244.1.255");
    CHECK(pods.nth(-256)->text() == "10.244.1.0");
    CHECK_FALSE(pods.nth(-257));
    CHECK(cidr("10.0.0.1").nth(0)->text() == "10.0.0.1");
    CHECK_FALSE(cidr("10.0.0.1").nth(1));
    CHECK(cidr("0.0.0.0/0").nth(4294967295)->text() == "255.255.255.255");
    CHECK(cidr("::/0").nth(INT64_MAX)->text() == "::7fff:ffff:ffff:ffff");
    CHECK(cidr("::/0").nth(INT64_MIN)->text() == "ffff:ffff:ffff:ffff:8000::");
    CHECK(cidr("2001:db8::ffff:ffff:ffff:ffff/112").nth(-1)->text() == "2001:db8::ffff:ffff:ffff:ffff");
    CHECK(cidr("2001:db8::/63").nth(-1)->text() == "2001:db8:0:1:ffff:ffff:ffff:ffff");
    CHECK(pods.last().text() == "10.244.1.255");
    CHECK(cidr("::/0").last().text() == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST_CASE("a netmask is a prefix length unless it has holes", "[base][ip]") {
    CHECK(prefix_length_of_mask(*IpAddress::parse("255.255.255.0")) == 24);
    CHECK(prefix_length_of_mask(*IpAddress::parse("255.255.240.0")) == 20);
    CHECK(prefix_length_of_mask(*IpAddress::parse("255.255.255.255")) == 32);
    CHECK(prefix_length_of_mask(*IpAddress::parse("0.0.0.0")) == 0);
    CHECK(prefix_length_of_mask(*IpAddress::parse("0.0.0.255")) == std::nullopt);
    CHECK(prefix_length_of_mask(*IpAddress::parse("255.0.255.0")) == std::nullopt);
    CHECK(prefix_length_of_mask(*IpAddress::parse("ffff:ffff:ffff:ffff::")) == 64);
    CHECK(prefix_length_of_mask(*IpAddress::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) == 128);
}

TEST_CASE("an address or a whole prefix is known for what it is meant for", "[base][ip]") {
    CHECK(is_private(cidr("10.0.0.1")));
    CHECK(is_private(cidr("172.16.0.0/12")));
    CHECK(is_private(cidr("172.31.255.255")));
    CHECK_FALSE(is_private(cidr("172.32.0.0")));
    CHECK_FALSE(is_private(cidr("172.0.0.0/8")));
    CHECK(is_private(cidr("192.168.1.1")));
    CHECK(is_private(cidr("fd00::1")));
    CHECK(is_private(cidr("::ffff:10.0.0.1")));
    CHECK_FALSE(is_private(cidr("100.64.0.1")));
    CHECK_FALSE(is_private(cidr("8.8.8.8")));
    CHECK(is_link_local(cidr("169.254.169.254")));
    CHECK(is_link_local(cidr("fe80::1")));
    CHECK(is_link_local(cidr("febf::1")));
    CHECK_FALSE(is_link_local(cidr("fec0::1")));
    CHECK(is_loopback(cidr("127.0.0.53")));
    CHECK(is_loopback(cidr("::1")));
    CHECK_FALSE(is_loopback(cidr("::2")));
    CHECK(is_multicast(cidr("239.255.255.250")));
    CHECK(is_multicast(cidr("ff02::1")));
    CHECK_FALSE(is_multicast(cidr("240.0.0.0")));
}
