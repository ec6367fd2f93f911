// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/collected.h"

#include <windows.h>
#include <sddl.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::collect;
using test::Collected;
using test::Node;
namespace fs = std::filesystem;

namespace {

/// C:\k as AKS has it, with a double of kubectl, and the kubelet's credentials.
class KubeFolder {
  public:
    KubeFolder() {
        fs::create_directory("C:\\k");
        fs::copy_file(fs::path(KWD_DOUBLES) / "kubectl.exe", kubectl(), fs::copy_options::overwrite_existing);
        std::ofstream("C:\\k\\config") << "clusters: [{name: k, cluster: {server: 'https://10.0.0.9:6443'}}]\n";
    }
    ~KubeFolder() {
        std::error_code ignored;
        fs::remove_all("C:\\k", ignored);
    }
    KubeFolder(const KubeFolder&) = delete;
    KubeFolder& operator=(const KubeFolder&) = delete;

    static fs::path kubectl() { return "C:\\k\\kubectl.exe"; }
};

void let_everybody_change(const std::string& path) {
    PSECURITY_DESCRIPTOR everybody = nullptr;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:(A;;FA;;;WD)", SDDL_REVISION_1, &everybody,
                                                                 nullptr) != 0);
    REQUIRE(SetFileSecurityW(fs::path(path).c_str(), DACL_SECURITY_INFORMATION, everybody) != 0);
    LocalFree(everybody);
}

void serve_cluster(const Node& node) {
    fs::create_directories("C:\\kwdiag-double\\kube");
    node.serve("kube\\_api_v1_nodes_limit_500.json",
               R"({"kind":"NodeList","items":[{"kind":"Node","metadata":{"name":"node-1"}}]})");
    node.serve("kube\\_api_v1_services_limit_500.json",
               R"({"kind":"ServiceList","metadata":{"continue":"p2"},"items":[]})");
    node.serve("kube\\_api_v1_services_limit_500_continue_p2.json", R"({"kind":"ServiceList","items":[]})");
    node.serve("kube\\_api_v1_pods_limit_500.json",
               R"({"kind":"PodList","items":[{"metadata":{"namespace":"shop","name":"a"},"spec":{"containers":)"
               R"([{"name":"c","env":[{"name":"A","value":"hunter2"}]}]}}]})");
    node.serve("kube\\_apis_discovery_k8s_io_v1_endpointslices_limit_500.json",
               R"({"kind":"EndpointSliceList","items":[]})");
    node.serve("kube\\_apis_apps_v1_daemonsets_limit_500.json",
               R"(Error from server (Forbidden): daemonsets.apps is forbidden: User "n" cannot list)");
    node.serve("kube\\_apis_networking_k8s_io_v1_networkpolicies_limit_500.json",
               R"({"kind":"NetworkPolicyList","items":[]})");
}

}  // namespace

TEST_CASE("Kubernetes objects are had by the node's own kubectl and credentials", "[windows][k8s]") {
    const Node node;
    const KubeFolder folder;
    serve_cluster(node);
    const Collected collected = collect(node, "k8s");
    const json collection = collected.collection("k8s");
    CHECK(collection["outcome"] == "partial");
    CHECK(collection["error_code"] == "access_denied");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("daemonsets.apps is forbidden"));
    const json found = collected.query("SELECT name FROM documents WHERE kind = 'k8s-objects' ORDER BY name");
    CHECK(found == json::array({{{"name", "k8s/endpointslices.json"}},
                                {{"name", "k8s/networkpolicies.json"}},
                                {{"name", "k8s/nodes.json"}},
                                {{"name", "k8s/pods.json"}},
                                {{"name", "k8s/services-2.json"}},
                                {{"name", "k8s/services.json"}}}));
    const std::string stored = node.stored(collected.snapshot);
    CHECK(stored.find("\"shop\"") != std::string::npos);
    CHECK(stored.find("hunter2") == std::string::npos);

    const auto calls = node.calls();
    CHECK(std::ranges::count(calls,
                             "kubectl --kubeconfig=C:\\k\\config --request-timeout=8s get --raw "
                             "/api/v1/nodes?limit=500") == 1);
    CHECK(std::ranges::all_of(calls, [](const std::string& call) {
        return !call.starts_with("kubectl") || call.find(" get --raw /api") != std::string::npos;
    }));
}

TEST_CASE("a kubectl or kubeconfig that everybody may change is not used, nor one in such a folder", "[windows][k8s]") {
    const Node node;
    const KubeFolder folder;
    serve_cluster(node);
    const std::string changed = GENERATE("C:\\k\\kubectl.exe", "C:\\k\\config", "C:\\k");
    let_everybody_change(changed);
    const json collection = collect(node, "k8s").collection("k8s");
    CHECK(collection["outcome"] == "failed");
    CHECK(collection["error_code"] == "access_denied");
    CHECK_THAT(collection["reason"].get<std::string>(),
               ContainsSubstring("trust " + changed + ": others than administrators may change it") &&
                   ContainsSubstring("(S-1-1-0)"));
    if (changed == KubeFolder::kubectl()) {
        CHECK_THAT(collection["reason"].get<std::string>(),
                   ContainsSubstring("put kubectl.exe into C:\\Program Files\\kubectl and it is run"));
    }
    CHECK(std::ranges::none_of(node.calls(), [](const std::string& call) { return call.starts_with("kubectl"); }));
}

TEST_CASE("a kubectl that is refused where it should lie is not asked to be put there", "[windows][k8s]") {
    const Node node;
    const KubeFolder folder;
    serve_cluster(node);
    const fs::path there = "C:\\Program Files\\kubectl";
    fs::create_directory(there);
    fs::rename(KubeFolder::kubectl(), there / "kubectl.exe");
    let_everybody_change((there / "kubectl.exe").string());
    const json collection = collect(node, "k8s").collection("k8s");
    fs::remove_all(there);
    CHECK(collection["error_code"] == "access_denied");
    CHECK_THAT(collection["reason"].get<std::string>(),
               ContainsSubstring("kubectl\\kubectl.exe: others") && !ContainsSubstring("put kubectl.exe into"));
}

TEST_CASE("a kubeconfig that the person names is used, whoever may change it", "[windows][k8s]") {
    const Node node;
    const KubeFolder folder;
    serve_cluster(node);
    let_everybody_change("C:\\k\\config");
    const json collection = collect(node, "k8s", "--kubeconfig C:\\k\\config").collection("k8s");
    CHECK(collection["outcome"] == "partial");
    CHECK(std::ranges::any_of(node.calls(), [](const std::string& call) { return call.starts_with("kubectl"); }));
}

TEST_CASE("a kubectl in PATH or in the current folder is not run", "[windows][k8s]") {
    const Node node;
    const KubeFolder folder;
    serve_cluster(node);
    const fs::path elsewhere = node.file("bin");
    fs::create_directories(elsewhere);
    fs::rename(KubeFolder::kubectl(), elsewhere / "kubectl.exe");
    const fs::path before = fs::current_path();
    std::wstring path(32'768, L'\0');
    path.resize(GetEnvironmentVariableW(L"PATH", path.data(), static_cast<DWORD>(path.size())));
    SetEnvironmentVariableW(L"PATH", (elsewhere.wstring() + L";" + path).c_str());
    fs::current_path(elsewhere);
    const json collection = collect(node, "k8s").collection("k8s");
    fs::current_path(before);
    SetEnvironmentVariableW(L"PATH", path.c_str());
    CHECK(collection["outcome"] == "skipped");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("kubectl is not installed"));
    CHECK(std::ranges::none_of(node.calls(), [](const std::string& call) { return call.starts_with("kubectl"); }));
}
