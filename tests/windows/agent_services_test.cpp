// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/agent_services.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace kwd::collectors;

TEST_CASE("flags and programs are found among arguments", "[windows][files]") {
    const AgentService service{
        .name = "node-agent",
        .arguments = {R"(C:\k\Kubelet.exe)", "--config=a", "--config", "b", "--configure=c", "--kubeconfig"},
        .outputs = {}};
    CHECK(service.values_of("config") == std::vector<std::string>{"a", "b"});
    CHECK(service.values_of("kubeconfig").empty());
    CHECK(service.runs("kubelet"));
    CHECK_FALSE(service.runs("kube-proxy"));
}

TEST_CASE("a flag is known with one dash as with two, and with lines for the dashes within", "[windows][files]") {
    const AgentService service{.name = "flanneld",
                               .arguments = {"flanneld.exe", "-subnet-file=a", "--subnet_file", "b", "subnet-file=c",
                                             "---subnet-file=d", "-subnet-files=e", "--", "-"},
                               .outputs = {}};
    CHECK(service.values_of("subnet-file") == std::vector<std::string>{"a", "b"});
}
