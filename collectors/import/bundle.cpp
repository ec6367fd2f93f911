// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/bundle.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace kwd::collectors {
namespace {

constexpr std::string_view kFiles = "files";
constexpr std::string_view kSdn = "microsoft/SDN collectlogs";
constexpr std::string_view kAks = "AKS node logs";
constexpr std::string_view kRke2 = "Rancher RKE2 node logs";
constexpr std::string_view kRancher = "Rancher node logs";
constexpr std::string_view kEks = "EKS node logs";
constexpr std::string_view kNetView = "Get-NetView";
constexpr std::string_view kClusterInfo = "kubectl cluster-info dump";
constexpr std::string_view kCalico = "Calico for Windows logs";

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

bool any_path(std::span<const std::string> paths, const char* pattern) {
    const RE2 compiled(pattern);
    return std::any_of(paths.begin(), paths.end(),
                       [&](const std::string& path) { return RE2::PartialMatch(path, compiled); });
}

struct Mark {
    std::string_view type;
    const char* every[2];  ///< patterns; each is found among the paths. nullptr where one is enough
};

// The first that fits decides. AKS carries the SDN files too, Rancher carries HNS files of the same names.
constexpr auto kMarks = std::to_array<Mark>({
    {kAks,
     {R"((?i)(^|/)kubelet\.err\.log$)",
      R"((?i)(^|/)(kubeclusterconfig\.json|azure-vnet.*\.log|collect-windows-logs-output\.log)$)"}},
    {kRke2, {R"((?i)(^|/)network/hns/)", R"((?i)(^|/)(config/rke2/|k8s/components/|services/rke2-status))"}},
    {kEks,
     {R"((?i)(^|/)(system/)?network/hns/)",
      R"((?i)(^|/)(system-eventlogs\.csv|kubelet/kubelet-service\.csv|events/EKS\.evtx|cni/vpc-[^/]+\.conf)$)"}},
    {kRancher, {R"((?i)(^|/)network/hns/)", nullptr}},
    {kNetView, {R"(^(HNS|VFP|NetIp)/)", R"(^(NetIp|_ipconfig\.txt|Get-NetAdapter\.txt|Get-NetIpAddress\.txt))"}},
    {kSdn, {R"((?i)(^|/)network\.txt$)", R"((?i)(^|/)endpoint\.txt$)"}},
    {kClusterInfo, {R"((^|/)nodes\.(json|yaml)$)", R"((^|/)[^/]+/pods\.(json|yaml)$)"}},
    {kCalico, {R"((?i)(^|/)calico-(node|felix)(\.err)?\.log$)", nullptr}},
});

struct NameForm {
    std::string_view type;
    const char* pattern;  ///< host name, then the time in six groups, and a seventh where it is UTC
};

constexpr auto kNameForms = std::to_array<NameForm>({
    {kAks, R"((?i)^(.+)-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)_logs\b)"},
    {kRke2, R"((?i)^rancher_rke2_(.+)_(\d{4})-(\d\d)-(\d\d)_(\d\d)_(\d\d)_(\d\d)\b)"},
    {kRancher, R"((?i)^rancher_(.+)_(\d{4})-(\d\d)-(\d\d)_(\d\d)_(\d\d)_(\d\d)\b)"},
    {kRancher, R"((?i)^rancher_(.+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d{4}(Z))"},
    {kEks, R"((?i)^eks_(i-[0-9a-f]+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d{4}(Z))"},
});

void read_name(std::string_view name, Bundle& bundle) {
    for (const auto& form : kNameForms) {
        std::string host;
        std::array<std::string, 7> t;
        const RE2 pattern(form.pattern);
        const bool is_utc = pattern.NumberOfCapturingGroups() == 8;
        if (form.type == bundle.type &&
            (is_utc ? RE2::PartialMatch(piece(name), pattern, &host, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6])
                    : RE2::PartialMatch(piece(name), pattern, &host, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5]))) {
            bundle.host_name = form.type == kEks ? std::string() : host;  // an instance's id is no name of a node
            bundle.taken_at = t[0] + '-' + t[1] + '-' + t[2] + 'T' + t[3] + ':' + t[4] + ':' + t[5] + t[6];
            return;
        }
    }
    static const RE2 netview(R"((?i)^msdbg\.([A-Za-z0-9_-]{1,15}?)(-\d{4}.*|\.zip)?$)");
    if (bundle.type == kNetView) {
        RE2::PartialMatch(piece(name), netview, &bundle.host_name);
    }
}

struct Fact {
    std::string_view type;  ///< of the bundle; empty: of any
    const char* pattern;    ///< of the path
    const char* beside;     ///< with group 1 of the pattern before it, a file that must be there; nullptr: none
    bool set_aside;
    std::string_view note;
};

// Sources: collect-windows-logs.ps1 of AgentBaker, Get-NetView.
constexpr auto kFacts = std::to_array<Fact>({
    {"", R"((?i)-containerd-toml\.txt$)", nullptr, true, "containerd's default configuration, not the one in use"},
    {kNetView, R"((?i)^(HNS/.*)-2\.txt$)", "-1.txt", true,
     "taken after Get-NetView had restarted HNS; the file ending in -1 shows the state before"},
    {kNetView, R"((?i)^(HNS/)HNSDiag_all\w*\.txt$)", "Get-HNSNetwork-1.txt", true,
     "taken after Get-NetView had restarted HNS; Get-HNSNetwork-1.txt shows the state before"},
    {"", R"((?i)(-\d{8}T\d{6}[.\d]*\.log|\.log\.\d+|\.log\.(INFO|WARNING|ERROR)\.\d{8}-\d{6}\.\d+)$)", nullptr, false,
     "rotated log"},
});

struct Place {
    std::string_view type;
    const char* pattern;
    const char* node_path;  ///< \1 is the name
};

// Where the collecting scripts take the files from: collect-windows-logs.ps1 of AgentBaker and aks-engine,
// win-log-collect.ps1 and win-log-collect-rke2.ps1 of Rancher, eks-log-collector.ps1 of amazon-eks-ami.
constexpr auto kPlaces = std::to_array<Place>({
    {kAks, R"((?i)^([^/]+\.conflist)$)", R"(C:\\k\\azurecni\\netconf\\\1)"},
    {kAks, R"((?i)^(config\.toml)$)", R"(C:\\Program Files\\containerd\\\1)"},
    {kAks, R"((?i)^(kubeclusterconfig\.json|azure-vnet(?:-ipam)?\.json|kube(?:let|proxy)(?:\.err)?\.log)$)",
     R"(C:\\k\\\1)"},
    {kEks, R"((?i)^(?:system/)?kubelet/(kubeconfig|kubelet-config\.json)$)", R"(C:\\ProgramData\\kubernetes\\\1)"},
    {kEks, R"((?i)^(?:system/)?cni/([^/]+)$)", R"(C:\\ProgramData\\Amazon\\EKS\\cni\\config\\\1)"},
    {kRancher, R"((?i)^config/cni/([^/]+\.conflist)$)", R"(C:\\etc\\cni\\net.d\\\1)"},
    {kRancher, R"((?i)^config/flannel/(net-conf\.json)$)", R"(C:\\etc\\kube-flannel\\\1)"},
    {kRke2, R"((?i)^config/cni/([^/]+)$)", R"(C:\\var\\lib\\rancher\\rke2\\agent\\etc\\cni\\\1)"},
    {kRke2, R"((?i)^config/rke2/([^/]+)$)", R"(C:\\etc\\rancher\\rke2\\\1)"},
    {kRke2, R"((?i)^containerd/(config\.toml)$)", R"(C:\\var\\lib\\rancher\\rke2\\agent\\etc\\containerd\\\1)"},
});

bool holds(const Fact& fact, std::string_view path, std::span<const std::string> paths) {
    std::string before;
    if (fact.beside == nullptr) {
        return RE2::PartialMatch(piece(path), fact.pattern);
    }
    return RE2::PartialMatch(piece(path), fact.pattern, &before) &&
           std::find(paths.begin(), paths.end(), before + fact.beside) != paths.end();
}

}  // namespace

Bundle detect_bundle(std::string_view name, std::string_view folder, std::span<const std::string> paths) {
    const auto found = std::find_if(kMarks.begin(), kMarks.end(), [&](const Mark& mark) {
        return any_path(paths, mark.every[0]) && (mark.every[1] == nullptr || any_path(paths, mark.every[1]));
    });
    Bundle bundle{found == kMarks.end() ? kFiles : found->type, {}, {}};
    for (auto rest = folder; !rest.empty() && bundle.taken_at.empty() && bundle.host_name.empty();) {
        const auto slash = std::min(rest.find('/'), rest.size());
        read_name(rest.substr(0, slash), bundle);
        rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    if (bundle.host_name.empty() && bundle.taken_at.empty()) {
        read_name(name, bundle);
    }
    return bundle;
}

BundleFact bundle_fact(const Bundle& bundle, std::string_view path, std::span<const std::string> paths) {
    BundleFact known;
    const auto fact = std::find_if(kFacts.begin(), kFacts.end(), [&](const Fact& each) {
        return (each.type.empty() || each.type == bundle.type) && holds(each, path, paths);
    });
    if (fact != kFacts.end()) {
        known.set_aside = fact->set_aside;
        known.note = fact->note;
    }
    for (const auto& place : kPlaces) {
        std::string lay(path);
        if (place.type == bundle.type && RE2::Replace(&lay, place.pattern, place.node_path)) {
            known.node_path = std::move(lay);
            return known;
        }
    }
    known.node_path = path_below_drive(path);
    return known;
}

std::string top_folder(std::span<const std::string> paths) {
    static const RE2 archive(R"((?i)\.(zip|tar|tgz|7z|gz|xz|bz2|zst)/$)");
    std::string around;
    while (!paths.empty()) {
        const auto slash = paths.front().find('/', around.size());
        if (slash == std::string::npos) {
            break;
        }
        const auto wider = paths.front().substr(0, slash + 1);
        if (!std::all_of(paths.begin(), paths.end(), [&](const auto& path) { return path.starts_with(wider); })) {
            break;
        }
        around = wider;
        if (!RE2::PartialMatch(around, archive)) {
            break;
        }
    }
    return around;
}

std::string path_below_drive(std::string_view path) {
    static const RE2 drive(R"((?:^|/)([C-Fc-f])[:_]?/(.+)$)");
    std::string letter;
    std::string rest;
    if (!RE2::PartialMatch(piece(path), drive, &letter, &rest)) {
        return {};
    }
    std::replace(rest.begin(), rest.end(), '/', '\\');
    return letter + ":\\" + rest;
}

}  // namespace kwd::collectors
