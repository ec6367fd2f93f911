// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"
#include "collectors/kubeconfig.h"
#include "collectors/kubernetes_access.h"
#include "collectors/kubernetes_objects.h"
#include "collectors/node_tree.h"
#include "collectors/platform/tool.h"
#include "collectors/shared_collectors.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

// Through `kubectl get --raw`: kubectl knows every way of authentication that a kubeconfig can ask for, and a raw
// request needs no discovery, which kubectl would otherwise cache on disk.

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxPage = 64 << 20;
constexpr int kMostPages = 40;
constexpr std::size_t kMaxKubeconfig = 1 << 20;

struct Question {
    const char* name;
    const char* path;
    const char* narrower = nullptr;  ///< asked when the first is forbidden; {} is this node's name
    bool optional = false;           ///< not being there is an answer
};

constexpr auto kQuestions = std::to_array<Question>({
    {"nodes", "/api/v1/nodes?limit=500", "/api/v1/nodes/{}"},
    {"services", "/api/v1/services?limit=500"},
    {"pods", "/api/v1/pods?limit=500", "/api/v1/pods?limit=500&fieldSelector=spec.nodeName%3D{}"},
    {"endpointslices", "/apis/discovery.k8s.io/v1/endpointslices?limit=500", "/api/v1/endpoints?limit=500"},
    {"daemonsets", "/apis/apps/v1/daemonsets?limit=500"},
    {"networkpolicies", "/apis/networking.k8s.io/v1/networkpolicies?limit=500"},
    {"ippools", "/apis/crd.projectcalico.org/v1/ippools", nullptr, true},
    {"configmap-kube-proxy", "/api/v1/namespaces/kube-system/configmaps/kube-proxy", nullptr, true},
    {"configmap-kube-proxy-windows", "/api/v1/namespaces/kube-system/configmaps/kube-proxy-windows", nullptr, true},
    {"configmap-flannel", "/api/v1/namespaces/kube-flannel/configmaps/kube-flannel-cfg", nullptr, true},
    {"configmap-flannel-old", "/api/v1/namespaces/kube-system/configmaps/kube-flannel-cfg", nullptr, true},
    {"configmap-coredns", "/api/v1/namespaces/kube-system/configmaps/coredns", nullptr, true},
    {"configmap-kubeadm", "/api/v1/namespaces/kube-system/configmaps/kubeadm-config", nullptr, true},
});

// The credentials that are used, and whose they are.
struct Access {
    std::vector<std::string> command;
    std::string node;
};

std::string node_name(const std::string& kubeconfig) {
    const NodeTree tree("/");
    const auto read = [&](const std::string& path) -> Result<std::string> {
        auto file = tree.read(path, kMaxKubeconfig);
        if (!file) {
            return std::move(file).error();
        }
        return std::move(file->text);
    };
    constexpr std::string_view prefix = "CN=system:node:";
    if (const auto text = read(kubeconfig)) {
        if (const auto facts = describe_kubeconfig(*text, kubeconfig, read)) {
            const std::string subject = facts->value("client_certificate_subject", "");
            if (const std::size_t at = subject.find(prefix); at != std::string::npos) {
                return subject.substr(at + prefix.size(), subject.find(',', at) - at - prefix.size());
            }
        }
    }
    return own_host_name();
}

Result<Access> find_access(const CollectOptions& options) {
    std::string kubeconfig = options.kubeconfig;
    const NodeTree tree(options.root);
    std::optional<Error> refused;
    for (const std::string& each : own_kubeconfigs()) {
        // Credentials of another root's files name each other by paths that are not ours.
        if (!kubeconfig.empty() || !tree.is_this_machine() || !tree.look(each).value_or(std::nullopt)) {
            continue;
        }
        if (auto trusted = trust_kubeconfig(each); !trusted) {
            refused = std::move(trusted).error();
            continue;
        }
        kubeconfig = each;
    }
    if (kubeconfig.empty()) {
        return refused ? *refused
                       : Error{Errc::unsupported, "ask the Kubernetes API: this node has no kubelet credentials"};
    }
    auto kubectl = find_kubectl();
    if (!kubectl) {
        return std::move(kubectl).error();
    }
    Access access{.command = std::move(*kubectl), .node = {}};
    access.command.insert(access.command.end(), {"--kubeconfig=" + kubeconfig, "--request-timeout=8s", "get", "--raw"});
    access.node = node_name(kubeconfig);
    return access;
}

Error error_of(const ToolAnswer& answer, const std::string& path) {
    const std::string& text = answer.complaints;
    const auto says = [&](const char* word) { return text.find(word) != std::string::npos; };
    const Errc code = says("(Forbidden)") || says("(Unauthorized)") || says("must be logged in") ? Errc::access_denied
                      : says("(NotFound)") || says("could not find the requested resource")      ? Errc::not_found
                      : says("timed out") || says("Timeout") || says("deadline exceeded")        ? Errc::timed_out
                                                                                                 : Errc::io;
    return {code, fmt::format("ask the Kubernetes API for {}: {}", path, text.substr(0, 300))};
}

Result<std::string> ask(const Access& access, const std::string& path, Deadline deadline) {
    std::vector<std::string> command = access.command;
    command.push_back(path);
    auto answer =
        run_tool(command, std::min(deadline, std::chrono::steady_clock::now() + std::chrono::seconds(30)), kMaxPage);
    if (!answer) {
        return std::move(answer).error();
    }
    if (answer->cut) {
        return Error{Errc::too_large, fmt::format("ask the Kubernetes API for {}: more than {} bytes", path, kMaxPage)};
    }
    if (answer->exit_status != 0) {
        return error_of(*answer, path);
    }
    return std::move(answer->output);
}

// All pages of one answer, each a document.
Result<void> store_pages(const Access& access, const char* name, const std::string& path, DocumentSink& out,
                         Deadline deadline) {
    std::string page_path = path;
    for (int page = 1; page <= kMostPages; ++page) {
        const auto text = ask(access, page_path, deadline);
        auto clean = text ? clean_kubernetes_page(*text) : Result<KubernetesPage>(text.error());
        if (!clean) {
            return std::move(clean).error();
        }
        const bool last = !clean->next_page || page == kMostPages;
        NewDocument document{
            .kind = snapshot::kind::k8s_objects,
            .name = page == 1 ? fmt::format("k8s/{}.json", name) : fmt::format("k8s/{}-{}.json", name, page),
            .original_path = page_path,
            .content = std::move(clean->json),
            .truncated = last && clean->next_page,
            .note = std::move(clean->note)};
        if (document.truncated) {
            add_note(document, "more pages were left out");
        }
        if (auto put = out.put(std::move(document)); !put || last) {
            return put;
        }
        page_path = fmt::format("{}&continue={}", path, *clean->next_page);
    }
    return {};
}

}  // namespace

Result<void> collect_kubernetes(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    const auto access = find_access(options);
    if (!access) {
        return access.error();
    }
    for (const Question& question : kQuestions) {
        auto stored = store_pages(*access, question.name, question.path, out, deadline);
        const bool denied = !stored && stored.error().code == Errc::access_denied;
        if (denied && question.narrower != nullptr) {
            const std::string path = fmt::format(fmt::runtime(question.narrower), access->node);
            stored = store_pages(*access, question.name, path, out, deadline);
        }
        if (stored || (question.optional && (denied || stored.error().code == Errc::not_found))) {
            continue;
        }
        // Nobody there, or no more time: the other questions would fare the same.
        if (stored.error().code != Errc::access_denied && stored.error().code != Errc::not_found) {
            return stored;
        }
        out.missed(stored.error());
    }
    return {};
}

}  // namespace kwd::collectors
