// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/sanitise.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace kwd::collectors;
using namespace std::string_view_literals;

TEST_CASE("a file without secrets stays as it was, byte for byte", "[import][sanitise]") {
    const std::string utf16("\xff\xfem\0o\0d\0e\0:\0 \0x\0\r\0\n\0"sv);
    const auto clean = sanitise("kube-proxy-config", utf16);
    CHECK(clean.content == utf16);
    CHECK(clean.note.empty());
}

TEST_CASE("a token goes, and the note says so", "[import][sanitise]") {
    const auto clean = sanitise("kubeconfig", "users:\n- name: a\n  user:\n    token: abcdef.0123456789abcdef\n");
    CHECK(clean.content.find("0123456789abcdef") == std::string::npos);
    CHECK(clean.content.find("name: a") != std::string::npos);
    CHECK(clean.note.find("token") != std::string::npos);
    CHECK(clean.note.find("UTF-8") != std::string::npos);
}

TEST_CASE("a private key goes, whatever the file is", "[import][sanitise]") {
    const auto clean =
        sanitise("other", "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n");
    CHECK(clean.content.find("MIIEpAIBAAKCAQEA") == std::string::npos);
}

TEST_CASE("the values of Kubernetes Secrets go, in JSON", "[import][sanitise]") {
    const auto clean = sanitise(
        "k8s-objects",
        R"({"kind":"List","items":[{"kind":"Secret","metadata":{"name":"s"},"data":{"a.txt":"c2VjcmV0","b":"dG9w"}},)"
        R"({"kind":"Service","metadata":{"name":"web"}}]})");
    CHECK(clean.content.find("c2VjcmV0") == std::string::npos);
    CHECK(clean.content.find("dG9w") == std::string::npos);
    CHECK(clean.content.find(R"("name":"web")") != std::string::npos);
    CHECK(clean.note.find("secret") != std::string::npos);
}

TEST_CASE("and in the annotation that keeps what was applied", "[import][sanitise]") {
    const auto clean = sanitise("k8s-objects", R"({"kind":"Secret","metadata":{"annotations":{"last-applied":)"
                                               R"("{\"kind\":\"Secret\",\"data\":{\"a\":\"c2VjcmV0\"}}"}}})");
    CHECK(clean.content.find("c2VjcmV0") == std::string::npos);
}

TEST_CASE("and in YAML, where the data stands before the kind", "[import][sanitise]") {
    const auto clean = sanitise("k8s-objects",
                                "apiVersion: v1\ndata:\n  a.txt: c2VjcmV0\n  b: |\n    dG9w\nkind: Secret\nmetadata:\n"
                                "  name: s\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n");
    CHECK(clean.content.find("c2VjcmV0") == std::string::npos);
    CHECK(clean.content.find("dG9w") == std::string::npos);
    CHECK(clean.content.find("kind: Secret\nmetadata:\n  name: s\n") != std::string::npos);
    CHECK(clean.content.find("name: web") != std::string::npos);
}

TEST_CASE("a ConfigMap alone keeps its data", "[import][sanitise]") {
    const std::string map =
        "apiVersion: v1\ndata:\n  net-conf.json: '{\"Network\":\"10.244.0.0/16\"}'\nkind: ConfigMap\n";
    CHECK(sanitise("k8s-objects", map).content == map);
}

TEST_CASE("kinds that hold no secrets are not looked at", "[import][sanitise]") {
    const std::string text = "password: hunter2\n";
    CHECK(sanitise("hns-networks", text).content == text);
}

TEST_CASE("event records as XML lose their secrets and stay XML", "[import][sanitise]") {
    const auto clean = sanitise("event-records",
                                "<Event><EventData><Data Name='Password'>x</Data><Data>a --token=abc&amp;d</Data>"
                                "</EventData></Event>");
    CHECK(
        clean.content.starts_with("<Event><EventData><Data Name='Password'>[removed: secret]</Data><Data>a --token="));
    CHECK(clean.content.ends_with("</Data></EventData></Event>"));
    CHECK(clean.content.find("abc") == std::string::npos);
}
