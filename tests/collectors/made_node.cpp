// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/made_node.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

namespace kwd::test {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& root, const std::string& path, const std::string& text) {
    const fs::path file = root / path.substr(1);
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void make_node(const fs::path& root) {
    write(root, "/etc/os-release",
          "NAME=\"Ubuntu\"\nPRETTY_NAME=\"Ubuntu 22.04.4 LTS\"\nID=ubuntu\nVERSION_ID=\"22.04\"\n");
    write(root, "/etc/locale.conf", "LANG=de_DE.UTF-8\n");
    fs::create_symlink("/usr/share/zoneinfo/Europe/Berlin", root / "etc/localtime");
    write(root, "/etc/resolv.conf", "nameserver 10.0.0.2\nsearch example.test\n");
    write(
        root, "/etc/cni/net.d/10-flannel.conflist",
        R"({"name":"cbr0","cniVersion":"1.0.0","plugins":[{"type":"flannel","delegate":{"isDefaultGateway":true}}]})");
    (void)::mkfifo((root / "etc/cni/net.d/00-pipe.conf").c_str(), 0600);
    write(root, "/etc/cni/net.d/calico-kubeconfig",
          "clusters: [{name: local, cluster: {server: 'https://10.96.0.1:443'}}]\nusers: [{name: calico, user: {token: "
          "secret-of-calico}}]\n");
    write(root, "/opt/cni/bin/flannel",
          "\x7f"
          "ELF");
    write(root, "/etc/kube-flannel/net-conf.json",
          R"({"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","VNI":4096,"Port":4789}})");
    write(root, "/run/flannel/subnet.env",
          "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n");
    write(root, "/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\nclusterDNS: [10.96.0.10]\n");
    write(root, "/var/lib/kubelet/kubeadm-flags.env",
          "KUBELET_KUBEADM_ARGS=\"--node-ip=10.0.0.5 --token=secret-of-kubeadm\"\n");
    // A configuration map as kubelet makes it: a link to a folder of the current version
    const std::string volume = "/var/lib/kubelet/pods/8f1c/volumes/kubernetes.io~configmap/kube-proxy";
    write(root, volume + "/..2024/config.conf", "kind: KubeProxyConfiguration\nmode: iptables\n");
    fs::create_symlink("..2024", root / volume.substr(1) / "..data");
    fs::create_symlink("..data/config.conf", root / volume.substr(1) / "config.conf");
    write(root, "/etc/kubernetes/kubelet.conf",
          "clusters:\n- name: k\n  cluster:\n    server: https://10.0.0.9:6443\nusers:\n- name: n\n  user:\n"
          "    client-key-data: c2VjcmV0LW9mLWt1YmVsZXQ=\n    password: secret-of-kubelet\n");
    write(root, "/etc/kubernetes/azure.json", R"({"cloud": "AzurePublicCloud", "aadClientSecret": "secret-of-azure"})");
    write(root, "/etc/rancher/rke2/config.yaml", "server: https://10.0.0.9:9345\ntoken: secret-of-rke2\n");
    write(root, "/etc/containerd/config.toml",
          "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r\".auth]\npassword = "
          "\"secret-of-registry\"\n");
    write(root, "/var/lib/cni/networks/cbr0/10.244.1.7", "0123456789ab\r\neth0");
    write(root, "/var/lib/cni/networks/cbr0/last_reserved_ip.0", "10.244.1.9");
    write(root, "/var/lib/cni/networks/cbr0/lock", "");
    write(root, "/var/log/pods/kube-flannel_kube-flannel-ds-x_1/kube-flannel/0.log",
          "2024-01-31T10:11:12.123456789Z stderr F I0131 10:11:12.123456       1 main.go:212] using "
          "token=secret-of-flannel\n");
    write(root, "/etc/shadow", "root:secret-of-root:1::::::\n");
    fs::create_directories(root / "var/log/pods/x_kube-proxy-evil_2/kube-proxy");
    fs::create_symlink("/etc/shadow", root / "var/log/pods/x_kube-proxy-evil_2/kube-proxy/0.log");
    write(root, "/var/log/containerd.log", "time=\"2020-01-31T10:11:12Z\" level=info msg=old\n");
    fs::last_write_time(root / "var/log/containerd.log",
                        fs::file_time_type::clock::now() - std::chrono::hours(24 * 400));
    write(root, "/var/log/kubelet.log", std::string(5000, 'x') + "\nthe last line\n");
}

std::vector<std::string> secrets_of_made_node() {
    return {"secret-of-", "c2VjcmV0LW9m"};
}

std::vector<std::string> describe_files(const fs::path& root) {
    std::vector<std::string> lines;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        struct stat info {};
        (void)::lstat(entry.path().c_str(), &info);
        lines.push_back(entry.path().string() + " mode " + std::to_string(info.st_mode) + " modified " +
                        std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + " changed " +
                        std::to_string(info.st_ctim.tv_sec) + "." + std::to_string(info.st_ctim.tv_nsec) + " " +
                        (S_ISREG(info.st_mode) ? read(entry.path()) : ""));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace kwd::test
