// SPDX-License-Identifier: Apache-2.0
#include "collectors/containerd_folders.h"

#include <catch2/catch_test_macros.hpp>

using namespace kwd::collectors;
using List = std::vector<std::string>;

TEST_CASE("the folders of CNI are found in whatever way containerd's configuration has them", "[collectors][tree]") {
    const auto folders = cni_folders_of_containerd(R"(
version = 3
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['C:\opt\cni\bin', "D:\\more\\bin"] # as of 2.1
  conf_dir = "C:\\Program Files\\containerd\\cni\\conf"
  # conf_dir = "C:\\not\\this"
  max_conf_num = 1
[other]
bin_dir = ''
)");
    CHECK(folders.binaries == List{R"(C:\opt\cni\bin)", R"(D:\more\bin)"});
    CHECK(folders.configuration == List{R"(C:\Program Files\containerd\cni\conf)"});
}

TEST_CASE("a configuration that is broken off names no folders", "[collectors][tree]") {
    CHECK(cni_folders_of_containerd("").binaries.empty());
    CHECK(cni_folders_of_containerd("bin_dir").binaries.empty());
    CHECK(cni_folders_of_containerd("bin_dir =").binaries.empty());
    CHECK(cni_folders_of_containerd("bin_dir = \"").binaries.empty());
    CHECK(cni_folders_of_containerd("bin_dir = \"a\\").binaries == List{"a\\"});
}
