// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes_objects.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

using namespace kwd;
using namespace kwd::collectors;
using nlohmann::json;

TEST_CASE("pods lose the values of their environment, unless they make the network", "[collectors][kubernetes]") {
    const auto page = clean_kubernetes_page(R"({"kind": "PodList", "metadata": {"continue": "abc"}, "items": [
        {"metadata": {"name": "web", "namespace": "shop",
                      "managedFields": [{"manager": "x"}],
                      "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "a": "b"}},
         "spec": {"nodeName": "node-1", "containers": [
            {"name": "c", "env": [{"name": "LICENCE", "value": "k-1234"}, {"name": "X", "valueFrom": {}}],
             "command": ["run"], "args": ["--token", "hunter2", "--v=2"]}]}},
        {"metadata": {"name": "kube-proxy-x", "namespace": "kube-system"},
         "spec": {"containers": [{"env": [{"name": "NODE_NAME", "value": "node-1"},
                                          {"name": "REDIS_PASSWORD", "value": "hunter2"}]}]}}]})");
    REQUIRE(page);
    CHECK(page->next_page == "abc");
    const json list = json::parse(page->json);
    const json& web = list["items"][0];
    CHECK(web["metadata"]["annotations"] == json{{"a", "b"}});
    CHECK_FALSE(web["metadata"].contains("managedFields"));
    CHECK(web["spec"]["nodeName"] == "node-1");
    const json& container = web["spec"]["containers"][0];
    CHECK(container["env"][0]["value"] == "[removed: environment]");
    CHECK(container["args"] == json{"--token", "[removed: token]", "--v=2"});
    const json& proxy = list["items"][1]["spec"]["containers"][0];
    CHECK(proxy["env"][0]["value"] == "node-1");
    CHECK(proxy["env"][1]["value"] == "[removed: environment]");
    CHECK(page->note ==
          "managedFields, last applied configuration and data of Secrets removed; values of environment variables "
          "removed; secrets removed: 1 token");
}

TEST_CASE("the pods of a DaemonSet are cleaned too", "[collectors][kubernetes]") {
    const auto page = clean_kubernetes_page(R"({"kind": "DaemonSet", "metadata": {"namespace": "shop"}, "spec":
        {"template": {"spec": {"containers": [{"env": [{"name": "A", "value": "b"}]}]}}}})");
    REQUIRE(page);
    CHECK(json::parse(page->json)["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] ==
          "[removed: environment]");
    CHECK_FALSE(page->next_page);
}

TEST_CASE("secrets keep their names alone, and configuration loses what is secret in it", "[collectors][kubernetes]") {
    const auto secrets = clean_kubernetes_page(
        R"({"kind": "SecretList", "items": [{"metadata": {"name": "s"}, "data": {"a": "aHVudGVyMg=="}}]})");
    REQUIRE(secrets);
    CHECK(json::parse(secrets->json)["items"][0] == json{{"metadata", {{"name", "s"}}}});

    const auto map = clean_kubernetes_page(
        R"({"kind": "ConfigMap", "metadata": {}, "data": {"kubeconfig.conf": "users:\n- user:\n    token: hunter2\n"}})");
    REQUIRE(map);
    CHECK(json::parse(map->json)["data"]["kubeconfig.conf"] == "users:\n- user:\n    token: [removed: token]\n");
}

TEST_CASE("objects of unexpected shapes stay JSON", "[collectors][kubernetes]") {
    for (const char* text : {R"({"items": 3})", R"({"items": [1, null, "x", []]})", R"({"metadata": []})",
                             R"({"spec": {"containers": {"env": 1}}})", R"({"spec": {"containers": [{"env": [7]}]}})",
                             R"({"metadata": {"annotations": "x"}, "kind": 5})", "{}"}) {
        CAPTURE(text);
        const auto page = clean_kubernetes_page(text);
        REQUIRE(page);
        CHECK(json::parse(page->json) == json::parse(text));
        CHECK(page->note.empty());
    }
    CHECK_FALSE(clean_kubernetes_page("[]"));
    CHECK_FALSE(clean_kubernetes_page("Error from server"));
}
