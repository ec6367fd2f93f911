// SPDX-License-Identifier: Apache-2.0
#include "collectors/ipam_folders.h"

#include <catch2/catch_test_macros.hpp>

using namespace kwd::collectors;
using List = std::vector<std::string>;

TEST_CASE("the folders of host-local IPAM are found in plugins, lists of them, and delegates", "[collectors][tree]") {
    CHECK(ipam_folders_of_cni(R"({"name":"l2","type":"win-bridge",
        "ipam":{"type":"host-local","subnet":"10.0.0.0/24","dataDir":"D:\\ipam"}})") == List{R"(D:\ipam)"});
    CHECK(ipam_folders_of_cni(R"({"name":"flannel.4096","plugins":[
        {"type":"flannel","dataDir":"/var/lib/cni/flannel","delegate":{"type":"win-overlay","ipam":{"dataDir":"/a"}}},
        {"type":"win-bridge","ipam":{"dataDir":"/b"}}]})") == List{"/a", "/b"});
}

TEST_CASE("a CNI configuration that is none, or says nothing of its IPAM, names no folder", "[collectors][tree]") {
    CHECK(ipam_folders_of_cni("").empty());
    CHECK(ipam_folders_of_cni(R"({"ipam":{"dataDir":"/a")").empty());
    CHECK(ipam_folders_of_cni(R"({"ipam":{"dataDir":7}})").empty());
    CHECK(ipam_folders_of_cni(R"({"ipam":"dataDir"})").empty());
    CHECK(ipam_folders_of_cni(R"({"type":"flannel","dataDir":"/var/lib/cni/flannel"})").empty());
}
