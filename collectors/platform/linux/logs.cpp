// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/logs.h"

#include "base/clock.h"
#include "collectors/clean.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/linux/node_tree.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace kwd::collectors {
namespace {

using std::chrono::system_clock;

// Pods are told by the name of a container that has to do with networking; folders are NAMESPACE_POD_UID/CONTAINER.
constexpr auto kPlaces = std::to_array<std::string_view>({
    "/var/log/pods/*/kube-proxy/*.log",
    "/var/log/pods/*/kube-flannel/*.log",
    "/var/log/pods/*/install-cni*/*.log",
    "/var/log/pods/*/calico-*/*.log",
    "/var/log/pods/*/cilium-*/*.log",
    "/var/log/pods/*/antrea-*/*.log",
    "/var/log/pods/*/aws-*/*.log",
    "/var/log/pods/*/azure-*/*.log",
    "/var/log/pods/*/coredns/*.log",
    "/var/log/pods/*/node-cache/*.log",
    "/var/log/pods/*/kube-router/*.log",
    "/var/log/pods/*/kube-multus/*.log",
    "/var/log/pods/*/kube-apiserver/*.log",
    "/var/log/pods/*/kube-controller-manager/*.log",
    "/var/log/kubelet*.log",
    "/var/log/kube-proxy*.log",
    "/var/log/flanneld*.log",
    "/var/log/containerd*.log",
    "/var/log/calico/cni/*.log",
    "/var/log/azure-vnet*.log",
    "/var/log/azure-cns*.log",
    "/var/log/aws-routed-eni/*.log",
    "/var/log/cilium-cni.log",
    "/var/log/antrea/*.log",
    "/var/log/multus.log",
    "/var/log/kubernetes/*.log",
    "/var/lib/rancher/*/agent/logs/*.log",
    "/var/lib/rancher/*/agent/containerd/containerd.log",
    "/var/log/kern.log",
    "/var/log/syslog",
    "/var/log/messages",
});

// A folder below any of these holds logs.
constexpr auto kFolders = std::to_array<std::string_view>(
    {"/var/log/", "/var/lib/docker/containers/", "/var/lib/containers/", "/var/lib/rancher/"});

struct LogFile {
    std::string path;
    std::int64_t modified;
};

// Newest first, so that they are what is kept when the budget is used up.
std::vector<LogFile> find_logs(const NodeTree& tree, std::int64_t not_before, std::size_t& old,
                               std::set<std::string>& refusals) {
    std::set<std::string> seen;
    std::vector<LogFile> files;
    for (const std::string_view place : kPlaces) {
        const auto refused = [&](const Error& error) { refusals.insert(error.doing); };
        for (std::string& path : tree.match(place, refused)) {
            const auto entry = tree.look(path).value_or(std::nullopt);
            if (!entry || entry->type != Entry::Type::file || !seen.insert(path).second) {
                continue;
            }
            if (entry->modified < not_before) {
                ++old;
                continue;
            }
            files.push_back({std::move(path), entry->modified});
        }
    }
    std::stable_sort(files.begin(), files.end(),
                     [](const LogFile& a, const LogFile& b) { return a.modified > b.modified; });
    return files;
}

}  // namespace

std::span<const std::string_view> log_places() {
    return kPlaces;
}

bool is_log_folder(std::string_view path, std::string_view root) {
    while (root.ends_with('/')) {
        root.remove_suffix(1);
    }
    if (!path.starts_with(root)) {
        return false;
    }
    path.remove_prefix(root.size());
    return std::any_of(kFolders.begin(), kFolders.end(), [&](std::string_view each) { return path.starts_with(each); });
}

Result<void> collect_logs(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    const NodeTree tree(options.root);
    // /proc/self/fd tells real paths, so the root's own has to be one.
    std::error_code error;
    const auto root = std::filesystem::canonical(options.root, error).string();
    const auto begin = system_clock::to_time_t(system_clock::now() - options.log_window);
    std::size_t old = 0;
    std::set<std::string> refusals;
    const auto files = find_logs(tree, begin, old, refusals);
    if (files.empty() && old == 0) {
        return refusals.empty() ? Error{Errc::unsupported, "look for log files: none is where node agents write theirs"}
                                : Error{Errc::access_denied, *refusals.begin()};
    }
    for (const std::string& refusal : refusals) {
        out.missed({Errc::access_denied, refusal});
    }
    std::size_t left = files.size();
    for (const LogFile& each : files) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return Error{Errc::timed_out, fmt::format("read logs: {} of {} files were not read", left, files.size())};
        }
        --left;
        auto file = tree.read_end(each.path, options.log_bytes_per_file);
        if (!file) {
            out.missed(std::move(file).error());
            continue;
        }
        if (!is_log_folder(file->real_path, root)) {
            out.missed({Errc::access_denied,
                        fmt::format("read {}: it is a link that leads out of the folders of logs", each.path)});
            continue;
        }
        NewDocument document{.kind = snapshot::kind::log,
                             .name = each.path,
                             .original_path = each.path,
                             .content = std::move(file->text),
                             .truncated = file->cut};
        if (file->cut) {
            document.note = fmt::format("the last {} of {} bytes", document.content.size(), file->size_bytes);
        }
        if (auto put = out.put(without_secrets(std::move(document))); !put) {
            return Error{Errc::too_large, fmt::format("{}; {} older files were left out", put.error().doing, left)};
        }
    }
    return {};
}

}  // namespace kwd::collectors
