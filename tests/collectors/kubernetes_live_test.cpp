// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/tool.h"
#include "tests/collectors/http_server.h"
#include "tests/collectors/live.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

using namespace kwd;
using namespace kwd::collectors;
using namespace kwd::test;
using snapshot::Outcome;

namespace {

const HttpAnswer kForbidden{403, R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden",)"
                                 R"("message":"daemonsets is forbidden: User \"n\" cannot list","code":403})"};

bool has_kubectl() {
    constexpr std::array<std::string_view, 1> more{"/usr/local/bin"};
    return find_tool("kubectl", more).has_value();
}

std::string write_kubeconfig(const TemporaryFolder& folder, std::uint16_t port) {
    std::string path = folder.file("kubeconfig");
    std::ofstream(path) << "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:"
                        << port
                        << "'}}]\nusers: [{name: node, user: {}}]\ncontexts: [{name: x, context: {cluster: c, user: "
                        << "node}}]\ncurrent-context: x\n";
    return path;
}

}  // namespace

TEST_CASE("Kubernetes objects come page by page, without what is nobody's business", "[collectors][live]") {
    if (!has_kubectl()) {
        SKIP("it takes kubectl");
    }
    const HttpServer server({
        {"/api/v1/nodes?limit=500", {200, R"({"kind":"NodeList","items":[{"metadata":{"name":"node-1"}}]})"}},
        {"/api/v1/services?limit=500",
         {200, R"({"kind":"ServiceList","metadata":{"continue":"p2"},"items":[{"a":1}]})"}},
        {"/api/v1/services?continue=p2&limit=500", {200, R"({"kind":"ServiceList","metadata":{},"items":[{"a":2}]})"}},
        {"/api/v1/pods?limit=500", {200, R"({"kind":"PodList","items":[{"metadata":{"namespace":"shop"},"spec":
            {"containers":[{"env":[{"name":"A","value":"hunter2"}]}]}}]})"}},
        {"/apis/discovery.k8s.io/v1/endpointslices?limit=500", kForbidden},
        {"/api/v1/endpoints?limit=500", {200, R"({"kind":"EndpointsList","items":[]})"}},
        {"/apis/apps/v1/daemonsets?limit=500", kForbidden},
        {"/apis/networking.k8s.io/v1/networkpolicies?limit=500", {200, R"({"kind":"NetworkPolicyList","items":[]})"}},
    });
    const TemporaryFolder folder;
    CollectOptions options;
    options.kubeconfig = write_kubeconfig(folder, server.port());

    const auto taken = collect(options, "k8s");

    const auto& collection = taken.collections.at("k8s");
    CAPTURE(collection.error ? collection.error->text() : "");
    CHECK(collection.outcome == Outcome::partial);
    CHECK(collection.error->code == Errc::access_denied);
    CHECK(collection.error->doing.find("daemonsets is forbidden") != std::string::npos);
    CHECK(taken.read("k8s/nodes.json")["items"][0]["metadata"]["name"] == "node-1");
    CHECK(taken.documents.at("k8s/nodes.json").info.kind == "k8s-objects");
    CHECK(taken.read("k8s/services.json")["items"][0]["a"] == 1);
    CHECK(taken.read("k8s/services-2.json")["items"][0]["a"] == 2);
    CHECK(taken.documents.at("k8s/pods.json").content.find("hunter2") == std::string::npos);
    CHECK(taken.read("k8s/endpointslices.json")["kind"] == "EndpointsList");
    CHECK_FALSE(taken.documents.contains("k8s/ippools.json"));
    // Nothing but what was asked for: no discovery, which would be cached on disk.
    for (const std::string& request : server.requests()) {
        CAPTURE(request);
        CHECK(request != "/api");
        CHECK(request != "/apis");
    }
}

TEST_CASE("an API server that is not there is told once", "[collectors][live]") {
    if (!has_kubectl()) {
        SKIP("it takes kubectl");
    }
    const TemporaryFolder folder;
    CollectOptions options;
    options.kubeconfig = write_kubeconfig(folder, 1);

    const auto taken = collect(options, "k8s");

    CHECK(taken.collections.at("k8s").outcome == Outcome::failed);
    CHECK(taken.collections.at("k8s").error->doing.find("/api/v1/nodes") != std::string::npos);
    CHECK(taken.documents.empty());
}
