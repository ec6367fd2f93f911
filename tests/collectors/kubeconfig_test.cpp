// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubeconfig.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>

using namespace kwd;
using namespace kwd::collectors;
using nlohmann::json;

namespace {

constexpr const char* kCaFingerprint = "29506786320c98fe06dc26f8e90c0c8b21f20a543b60cc6a998808f00d324f33";

// Files are those of tests/fixtures/certificates, wherever the kubeconfig says they are.
Result<std::string> read_fixture(const std::string& path) {
    std::ifstream file(std::string(KWD_FIXTURES) + "/certificates/" + path.substr(path.find_last_of('/') + 1),
                       std::ios::binary);
    if (!file) {
        return Error{Errc::not_found, path};
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<json> describe(std::string_view text) {
    return describe_kubeconfig(text, "/etc/kubernetes/kubelet.conf", &read_fixture);
}

}  // namespace

TEST_CASE("a kubelet's kubeconfig tells server, certificate dates and fingerprints, and no key",
          "[collectors][kubeconfig]") {
    const auto facts = describe(R"(apiVersion: v1
kind: Config
clusters:
- name: other
  cluster: {server: "https://10.9.9.9:6443"}
- name: kubernetes
  cluster:
    certificate-authority: /etc/kubernetes/pki/ca.pem
    server: https://10.0.0.9:6443
contexts:
- name: system:node:node-1@kubernetes
  context: {cluster: kubernetes, user: system:node:node-1}
current-context: system:node:node-1@kubernetes
users:
- name: someone
  user: {token: hunter2hunter2}
- name: system:node:node-1
  user:
    client-certificate: client.pem
    client-key-data: c2VjcmV0IGtleQ==
)");
    REQUIRE(facts);
    CHECK(facts->at("path") == "/etc/kubernetes/kubelet.conf");
    CHECK(facts->at("current_context") == "system:node:node-1@kubernetes");
    CHECK(facts->at("server") == "https://10.0.0.9:6443");
    CHECK(facts->at("ca_fingerprint") == kCaFingerprint);
    CHECK(facts->at("client_certificate_not_after") == "2025-04-30T09:00:00Z");
    CHECK(facts->at("client_certificate_subject") == "O=system:nodes,CN=system:node:node-1");
    CHECK(facts->at("token_present") == false);
    CHECK(facts->at("clusters").size() == 2);
    CHECK(facts->at("clusters")[1].at("ca_not_after") == "2036-11-19T21:53:18Z");
    CHECK(facts->at("users")[0].at("token_present") == true);
    CHECK(facts->dump().find("hunter2") == std::string::npos);
    CHECK(facts->dump().find("c2VjcmV0") == std::string::npos);
}

TEST_CASE("certificates within a kubeconfig are read from it", "[collectors][kubeconfig]") {
    // base64 of nothing that is a certificate, then of ca.pem's first line alone: neither is believed
    const auto facts = describe(R"(
clusters: [{name: a, cluster: {server: "https://user:secretpw@x", certificate-authority-data: aGVsbG8=}}]
users: [{name: b, user: {exec: {command: aws}}}]
)");
    REQUIRE(facts);
    CHECK(facts->at("server") == "https://user:[removed: password]@x");
    CHECK_FALSE(facts->contains("ca_fingerprint"));
    CHECK(facts->at("users")[0].at("exec") == "aws");
}

TEST_CASE("what is no kubeconfig is refused without its text being told", "[collectors][kubeconfig]") {
    for (const char* text : {"", "just text", "[1, 2]", "a: b", "clusters: [{token: hunter2", "\t- : x: hunter2"}) {
        CAPTURE(text);
        const auto facts = describe(text);
        REQUIRE_FALSE(facts);
        CHECK(facts.error().text().find("hunter2") == std::string::npos);
    }
    CHECK_FALSE(describe(std::string(100'000, '[')));
    std::string dashes;
    for (int i = 0; i < 100'000; ++i) {
        dashes += "- ";
    }
    CHECK_FALSE(describe(dashes));
    CHECK_FALSE(describe(std::string(2 << 20, 'a')));
}

TEST_CASE("a kubeconfig of unexpected shapes tells what it can", "[collectors][kubeconfig]") {
    const auto facts = describe("clusters: x\nusers: {a: b}\ncontexts: 3\ncurrent-context: [1]\n");
    REQUIRE(facts);
    CHECK(facts->at("clusters").empty());
    CHECK_FALSE(facts->contains("server"));
}
