// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/names.h"

#include "collectors/import/matching.h"
#include "snapshot/kinds.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>

namespace kwd::collectors {
namespace {

namespace kind = snapshot::kind;

struct Name {
    const char* pattern;  ///< of the lower case path's end
    TellingName means;
};

// Names in collectlogs.ps1 of microsoft/SDN, AgentBaker, the Rancher scripts, Get-NetView, and on the node itself.
constexpr auto kNames = std::to_array<Name>({
    {R"((^|/)(network|networkdetailed|hnsnetworks?|get-hnsnetwork(-\d)?)\.(txt|json)$)",
     {kind::hns_networks, "HNS networks", false}},
    {R"((^|/)(endpoint|endpoints|hnsendpoints?|get-hnsendpoint(-\d)?)\.(txt|json)$)",
     {kind::hns_endpoints, "HNS endpoints", false}},
    {R"((^|/)(policy|policylists?|loadbalancers?|get-hnspolicylist)\.(txt|json)$)",
     {kind::hns_load_balancers, "HNS load balancers", false}},
    {R"((^|/)(namespaces|get-hnsnamespace)\.(txt|json)$)", {kind::hns_namespaces, "HNS namespaces", false}},
    {R"((^|/|-|_)hnsdiag[^/]*\.txt$)", {kind::hnsdiag_list, "hnsdiag", false}},
    {R"((^|/)_?ipconfig[^/]*\.txt$)", {kind::ipconfig, "ipconfig", true}},
    {R"((^|/)ip\.txt$)", {kind::ip_state, "addresses and interfaces", true}},
    {R"((^|/)routes\.txt$)", {kind::ip_state, "routes", true}},
    {R"((^|/)_?arp\.txt$)", {kind::arp, "arp -a", true}},
    {R"((^|/)(excludedportrange|dynamicportrange|mtu|tcpconnections|ipv[46](routes|subinterfaces))(\.txt)?$)",
     {kind::netsh, "netsh", true}},
    {R"((^|/)(ports|vfpoutput|vfpports|vswitchforwarding|vfpctrl\.[^/]*)\.txt$)", {kind::vfp, "vfpctrl", true}},
    {R"((^|/)(windowsservices|scqueryex|sc|get-service)\.txt$)", {kind::windows_services, "services", true}},
    {R"((^|/)system/services$)", {kind::windows_services, "services", true}},
    {R"((^|/)(winver|get-hotfix)\.txt$)", {kind::winver, "Windows version", true}},
    {R"((^|/)systeminfo(\.txt)?$)", {kind::systeminfo, "systeminfo", true}},
    {R"((^|/)(netadapter|firewall|get-net[a-z0-9]+)\.txt$)", {kind::ps_list, "output of a cmdlet", true}},
    {R"((^|/)[^/]*\.conflist$)", {kind::cni_conf, "CNI configuration", true}},
    {R"((^|/)cni/(net\.d|config|netconf|conf)/[^/]*\.(conf|json)$)", {kind::cni_conf, "CNI configuration", true}},
    {R"((^|/)(cni|10-flannel|10-calico|07-flannel|10-azure)\.conf$)", {kind::cni_conf, "CNI configuration", true}},
    {R"(net-conf\.json$)", {kind::flannel_net_conf, "flannel network configuration", true}},
    {R"((^|/)subnet\.env$)", {kind::subnet_env, "flannel subnet.env", true}},
    {R"((^|/)sourcevip\.json$)", {kind::source_vip, "source VIP reservation", true}},
    {R"((^|/)kubeadm-flags\.env$)", {kind::command_line, "kubelet flags", true}},
    {R"((^|/)kubelet/config\.yaml$)", {kind::kubelet_config, "KubeletConfiguration", true}},
    {R"((^|/)kubeclusterconfig\.json$)", {kind::cluster_config, "cluster wide settings", true}},
    {R"((^|/)config\.toml$)", {kind::containerd_config, "containerd configuration", true}},
    {R"(cni/networks/[^/]+/[0-9a-f][0-9a-f._]+$)", {kind::ip_reservation, "a reservation of host-local IPAM", false}},
    {R"((^|/)resolv\.conf$)", {kind::resolv_conf, "resolv.conf", true}},
    {R"(\.log$)", {kind::log, "a log", false}},
});

const std::array<std::unique_ptr<RE2>, kNames.size()>& patterns() {
    static const auto compiled = [] {
        std::array<std::unique_ptr<RE2>, kNames.size()> made;
        std::transform(kNames.begin(), kNames.end(), made.begin(),
                       [](const Name& name) { return std::make_unique<RE2>(name.pattern); });
        return made;
    }();
    return compiled;
}

}  // namespace

std::optional<TellingName> telling_name(std::string_view path) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (matches(path, *patterns()[i])) {
            return kNames[i].means;
        }
    }
    return std::nullopt;
}

}  // namespace kwd::collectors
