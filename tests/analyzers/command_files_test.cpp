// SPDX-License-Identifier: Apache-2.0
#include "analyzers/command_files.h"

#include "analyzers/cluster_config.h"
#include "analyzers/command_line.h"
#include "analyzers/windows_text.h"
#include "snapshot/tables/config.h"
#include "snapshot/tables/system.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

// "component name=value", the value in <> so that absent and empty differ.
std::vector<std::string> flags_of(const Analysis& analysis) {
    std::vector<std::string> flags;
    for (const auto& each : analysis.rows(snapshot::kComponentFlags)) {
        flags.push_back(each.row.component + " " + each.row.name +
                        (each.row.value ? "=<" + *each.row.value + ">" : ""));
    }
    return flags;
}

TEST_CASE("words of a command line keep paths and lose quotes", "[analyzers][config]") {
    using Words = std::vector<std::string>;
    CHECK(command_words(R"(C:\k\kubelet.exe --cni-bin-dir="c:\k\cni bin" --v 6)") ==
          Words{R"(C:\k\kubelet.exe)", R"(--cni-bin-dir=c:\k\cni bin)", "--v", "6"});
    CHECK(command_words(R"("--a=1","--b=2")") == Words{"--a=1", "--b=2"});
    CHECK(command_words(R"(--gates=A=true,B=false --c='')") == Words{"--gates=A=true,B=false", "--c="});
    CHECK(command_words("--x=`\"`\"") == Words{"--x=\"\""});
    CHECK(command_words(R"(--path \\.\pipe\x "")") == Words{"--path", R"(\\.\pipe\x)", ""});
}

TEST_CASE("kubeadm-flags.env is kubelet's", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_command_file, "/var/lib/kubelet/kubeadm-flags.env",
                 "KUBELET_KUBEADM_ARGS=\"--container-runtime-endpoint=npipe:////./pipe/containerd-containerd "
                 "--node-ip=192.168.10.21 --pod-infra-container-image=registry.k8s.io/pause:3.9\"\n");
    CHECK(flags_of(analysis) ==
          std::vector<std::string>{"kubelet container-runtime-endpoint=<npipe:////./pipe/containerd-containerd>",
                                   "kubelet node-ip=<192.168.10.21>",
                                   "kubelet pod-infra-container-image=<registry.k8s.io/pause:3.9>"});
    CHECK(analysis.rows(snapshot::kComponentFlags)[0].row.origin == "kubeadm-flags");
    CHECK(analysis.rows(snapshot::kComponentFlags)[0].place == "line:1");
}

TEST_CASE("one flag alone behind a variable of a unit file is found", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_command_file, "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
                 "[Service]\nEnvironment=\"KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml\"\n"
                 "ExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS --v=2\n");
    CHECK(flags_of(analysis) ==
          std::vector<std::string>{"kubelet config=</var/lib/kubelet/config.yaml>", "kubelet v=<2>"});
}

TEST_CASE("a start script of PowerShell with continued lines", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_command_file, R"(C:\k\start-kubeproxy.ps1)",
                                   "Param(\n  $clusterCIDR=\"10.244.0.0/16\",\n  $NetworkName = \"cbr0\"\n)\n"
                                   "# --commented=out\n"
                                   "$sourceVip = \"10.244.2.2\"\r\n"
                                   "$env:KUBE_NETWORK=\"cbr0\"\r\n"
                                   "c:\\k\\kube-proxy.exe --v=4 --proxy-mode=kernelspace `\r\n"
                                   "    --feature-gates=\"WinOverlay=true,WinDSR=false\" `\r\n"
                                   "    --hostname-override=$(hostname) --network-name $NetworkName `\r\n"
                                   "    --source-vip $sourceVip --enable-dsr --cluster-cidr=$clusterCIDR\r\n");
    CHECK(flags_of(analysis) == std::vector<std::string>{"kube-proxy v=<4>", "kube-proxy proxy-mode=<kernelspace>",
                                                         "kube-proxy feature-gates=<WinOverlay=true,WinDSR=false>",
                                                         "kube-proxy hostname-override=<$(hostname)>",
                                                         "kube-proxy network-name=<$NetworkName>",
                                                         "kube-proxy source-vip=<10.244.2.2>", "kube-proxy enable-dsr",
                                                         "kube-proxy cluster-cidr=<$clusterCIDR>"});
    CHECK(analysis.rows(snapshot::kComponentFlags)[0].place == "line:8-11");

    const auto gates = analysis.rows(snapshot::kFeatureGates);
    REQUIRE(gates.size() == 2);
    CHECK(gates[0].row.gate == "WinOverlay");
    CHECK(gates[0].row.enabled == true);
    CHECK(gates[1].row.enabled == false);

    const auto variable = only_row(analysis, snapshot::kEnvironment).row;
    CHECK(variable.scope == "kube-proxy");
    CHECK(variable.name == "KUBE_NETWORK");
    CHECK(variable.value == "cbr0");
}

TEST_CASE("an array of flags in a script belongs to the component of its file", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_command_file, "C:/k/StartKubelet.ps1",
                                   "$args = \"--cert-dir=$env:SYSTEMDRIVE/var/lib/kubelet/pki\",\n"
                                   "        \"--enforce-node-allocatable=`\"`\"\",\n"
                                   "        \"--node-ip=192.168.10.21\"\n"
                                   "$line = \"C:\\k\\kubelet.exe \" + ($args -join \" \")\n");
    CHECK(flags_of(analysis) == std::vector<std::string>{"kubelet cert-dir=<$env:SYSTEMDRIVE/var/lib/kubelet/pki>",
                                                         "kubelet enforce-node-allocatable=<>",
                                                         "kubelet node-ip=<192.168.10.21>"});
}

TEST_CASE("a command line in a string is split again", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_command_file, "C:/k/run.ps1",
                                   "$cmd = \"C:\\k\\kubelet.exe $global:KubeletArgs --cgroups-per-qos=false "
                                   "--resolv-conf=`\"`\" --max-pods 30\"\n");
    CHECK(flags_of(analysis) == std::vector<std::string>{"kubelet cgroups-per-qos=<false>", "kubelet resolv-conf=<>",
                                                         "kubelet max-pods=<30>"});
}

TEST_CASE("arguments that lack a blank stay visible in the value", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_command_file, "kubelet AppParameters.txt",
                                   "--hostname-override=win-1--kubeconfig=c:\\k\\config --v=6");
    CHECK(flags_of(analysis) ==
          std::vector<std::string>{"kubelet hostname-override=<win-1--kubeconfig=c:\\k\\config>", "kubelet v=<6>"});
    CHECK(analysis.rows(snapshot::kComponentFlags)[0].row.origin == "service");
}

TEST_CASE("flags of other programs in a script are nobody's", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_command_file, "start-kubelet.ps1",
                                   "kubectl get nodes --kubeconfig=c:\\k\\config\ndocker run --rm x\n");
    CHECK(flags_of(analysis).empty());
}

TEST_CASE("a wrapper's own flags are not those of what it starts", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_command_file, "run.ps1",
                 "wins cli process run --path /k/flannel/flanneld.exe --args \"--kube-subnet-mgr --iface 10.0.0.4\"\n");
    CHECK(flags_of(analysis) == std::vector<std::string>{"flanneld kube-subnet-mgr", "flanneld iface=<10.0.0.4>"});
}

TEST_CASE("passwords in proxy variables are not kept", "[analyzers][config]") {
    CHECK(without_credentials("http://user:secret@proxy:3128/") == "http://[removed: credentials]@proxy:3128/");
    CHECK(without_credentials("http://proxy:3128") == "http://proxy:3128");
    CHECK(without_credentials("10.0.0.0/8,.svc") == "10.0.0.0/8,.svc");
}

// "name=value (origin) at place"
std::vector<std::string> settings_of(const Analysis& analysis) {
    std::vector<std::string> settings;
    for (const auto& each : analysis.rows(snapshot::kClusterSettings)) {
        settings.push_back(each.row.name + "=" + each.row.value.value_or("NULL") + " at " + each.place);
    }
    return settings;
}

TEST_CASE("kubeclusterconfig.json tells the plan and flags", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cluster_config, R"(C:\k\kubeclusterconfig.json)",
                                   R"({"Cni":{"Name":"azure"},"Kubernetes":{"Source":{"Release":"1.20.9"},
  "Network":{"ServiceCidr":"10.0.0.0/16","ClusterCidr":"10.240.0.0/12","DnsIp":"10.0.0.10"},
  "Kubelet":{"ConfigArgs":["--cgroups-per-qos=false","--max-pods=30"]},"Kubeproxy":{"FeatureGates":["WinDSR=true"]}}})");
    CHECK(settings_of(analysis) ==
          std::vector<std::string>{"cluster-cidr=10.240.0.0/12 at /Kubernetes/Network/ClusterCidr",
                                   "service-cidr=10.0.0.0/16 at /Kubernetes/Network/ServiceCidr",
                                   "dns-ip=10.0.0.10 at /Kubernetes/Network/DnsIp",
                                   "kubernetes-version=1.20.9 at /Kubernetes/Source/Release",
                                   "network-plugin=azure at /Cni/Name"});
    CHECK(flags_of(analysis) == std::vector<std::string>{"kubelet cgroups-per-qos=<false>", "kubelet max-pods=<30>"});
    CHECK(only_row(analysis, snapshot::kFeatureGates).row.gate == "WinDSR");
}

TEST_CASE("kubeadm's ClusterConfiguration among other documents", "[analyzers][config]") {
    const auto analysis =
        analyzed(&analyze_cluster_config, "kubeadm-config.yaml",
                 "kind: InitConfiguration\n---\nkind: ClusterConfiguration\nkubernetesVersion: v1.28.5\n"
                 "networking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/12\n"
                 "controllerManager:\n  extraArgs:\n    node-cidr-mask-size: \"25\"\n");
    CHECK(settings_of(analysis) ==
          std::vector<std::string>{"cluster-cidr=10.244.0.0/16 at line:6", "service-cidr=10.96.0.0/12 at line:7",
                                   "kubernetes-version=v1.28.5 at line:4", "node-cidr-mask=25 at line:9-10"});
}

TEST_CASE("rke2's configuration tells the plan and kubelet's arguments", "[analyzers][config]") {
    const auto analysis = analyzed(
        &analyze_cluster_config, R"(C:\etc\rancher\rke2\config.yaml)",
        "server: https://10.0.0.1:9345\ntoken: '[removed: token]'\ncni: calico\ncluster-cidr: 10.42.0.0/16,fd42::/56\n"
        "node-ip: 10.0.0.7\nkubelet-arg:\n- max-pods=250\n- --v=4\n");
    CHECK(settings_of(analysis) ==
          std::vector<std::string>{"cluster-cidr=10.42.0.0/16,fd42::/56 at line:4", "network-plugin=calico at line:3"});
    CHECK(flags_of(analysis) ==
          std::vector<std::string>{"kubelet max-pods=<250>", "kubelet v=<4>", "kubelet node-ip=<10.0.0.7>"});
}

TEST_CASE("Calico's config.ps1 is read in both of its forms", "[analyzers][config]") {
    const auto analysis = analyzed(&analyze_cluster_config, R"(C:\CalicoWindows\config.ps1)",
                                   "# Set-EnvVarIfNotSet -var \"KUBE_NETWORK\" -defaultValue \"no\"\r\n"
                                   "Set-EnvVarIfNotSet -var \"CALICO_NETWORKING_BACKEND\" -defaultValue \"vxlan\"\r\n"
                                   "Set-EnvVarIfNotSet -var \"K8S_SERVICE_CIDR\" -defaultValue \"10.96.0.0/12\"\r\n"
                                   "$env:VXLAN_VNI = \"4096\"\r\n"
                                   "$env:ETCD_KEY = \"secret\"\r\n");
    CHECK(settings_of(analysis) ==
          std::vector<std::string>{"network-plugin=calico at line:2", "service-cidr=10.96.0.0/12 at line:3"});
    CHECK(column_of(analysis, snapshot::kEnvironment, &snapshot::EnvironmentRow::name) ==
          std::vector<std::string>{"CALICO_NETWORKING_BACKEND", "K8S_SERVICE_CIDR", "VXLAN_VNI"});
}

TEST_CASE("a service of Windows that starts a component itself tells its flags", "[analyzers][flags]") {
    const Analysis read =
        analyzed(&analyze_windows_text,
                 "SERVICE_NAME: kubelet\r\n"
                 "        TYPE               : 10  WIN32_OWN_PROCESS\r\n"
                 "        START_TYPE         : 2   AUTO_START\r\n"
                 "        BINARY_PATH_NAME   : \"C:\\Program Files\\k\\kubelet.exe\" --windows-service "
                 "--node-ip=192.168.10.21 --feature-gates=\"WinDSR=true\"\r\n"
                 "        DISPLAY_NAME       : kubelet\r\n\r\n"
                 "SERVICE_NAME: kubeproxy\r\n"
                 "        BINARY_PATH_NAME   : C:\\k\\nssm.exe\r\n");

    CHECK(read.rows(snapshot::kServices).size() == 2);
    const auto flags = read.rows(snapshot::kComponentFlags);
    REQUIRE(flags.size() == 3);
    CHECK(flags[1].row.component == "kubelet");
    CHECK(flags[1].row.name == "node-ip");
    CHECK(flags[1].row.value == "192.168.10.21");
    CHECK(flags[1].row.origin == "service");
    CHECK(flags[1].place == "line:1-5");
    REQUIRE(read.rows(snapshot::kFeatureGates).size() == 1);
    CHECK(read.rows(snapshot::kFeatureGates)[0].row.gate == "WinDSR");
}

}  // namespace
}  // namespace kwd::analyzers
