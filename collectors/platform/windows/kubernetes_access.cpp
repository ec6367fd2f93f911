// SPDX-License-Identifier: Apache-2.0
#include "collectors/kubernetes_access.h"

#include "base/wide.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/file_trust.h"
#include "collectors/platform/windows/system_drive.h"

#include <windows.h>

#include <fmt/format.h>

#include <array>
#include <optional>

namespace kwd::collectors {
namespace {

// Where nobody but administrators may put files, by Windows' defaults.
constexpr std::string_view kTrustedFolder = R"(\Program Files\kubectl)";

std::string on_system_drive(std::string_view path) {
    return std::string{system_drive(), ':'} + std::string(path);
}

}  // namespace

Result<std::vector<std::string>> find_kubectl() {
    constexpr auto folders = std::to_array<std::string_view>({
        R"(\k)",
        R"(\Program Files\Kubernetes)",
        kTrustedFolder,
        R"(\Program Files\Amazon\EKS)",
        R"(\Program Files\Amazon\EKS\bin)",
        R"(\Program Files\containerd)",
        R"(\var\lib\rancher\rke2\bin)",
        R"(\etc\kubernetes\node\bin)",
        R"(\CalicoWindows)",
    });
    std::optional<Error> refused;
    bool lies_in_trusted_folder = false;
    for (const std::string_view each : folders) {
        const std::string folder = on_system_drive(each);
        const auto kubectl = find_tool("kubectl", std::array<std::string_view, 1>{folder});
        if (!kubectl) {
            continue;
        }
        if (auto trusted = only_administrators_change(*kubectl, Use::program); !trusted) {
            refused = std::move(trusted).error();
            lies_in_trusted_folder = lies_in_trusted_folder || each == kTrustedFolder;
            continue;
        }
        return std::vector{*kubectl};
    }
    if (refused && !lies_in_trusted_folder) {
        refused->doing += fmt::format("; put kubectl.exe into {} and it is run", on_system_drive(kTrustedFolder));
    }
    return refused ? *refused : Error{Errc::unsupported, "ask the Kubernetes API: kubectl is not installed"};
}

std::vector<std::string> own_kubeconfigs() {
    std::vector<std::string> paths;
    for (const std::string_view each :
         {R"(\etc\kubernetes\kubelet.conf)", R"(\k\config)", R"(\var\lib\rancher\rke2\agent\kubelet.kubeconfig)",
          R"(\ProgramData\kubernetes\kubeconfig)", R"(\etc\kubernetes\kubelet.kubeconfig)",
          R"(\var\lib\kubelet\kubeconfig)"}) {
        paths.push_back(on_system_drive(each));
    }
    return paths;
}

Result<void> trust_kubeconfig(const std::string& path) {
    return only_administrators_change(path, Use::content);
}

std::string own_host_name() {
    DWORD size = 0;
    (void)GetComputerNameExW(ComputerNameDnsHostname, nullptr, &size);
    std::wstring name(size, L'\0');
    if (GetComputerNameExW(ComputerNameDnsHostname, name.data(), &size) == 0) {
        return {};
    }
    name.resize(size);
    CharLowerBuffW(name.data(), static_cast<DWORD>(name.size()));
    return narrow(name);
}

}  // namespace kwd::collectors
