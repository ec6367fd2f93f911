// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/adapters.h"

#include "base/wide.h"
#include "collectors/platform/windows/registry_key.h"

#include <algorithm>

namespace kwd::collectors {
namespace {

constexpr std::string_view kClass =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Class\{4D36E972-E325-11CE-BFC1-08002BE10318})";
constexpr std::string_view kConnections =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318})";
constexpr std::int64_t kHidden = 0x8;  // NCF_HIDDEN

// {7d3a…} as guid_text() has it; empty for what is no GUID.
std::string guid_of(std::string text) {
    if (text.size() != 38 || text.front() != '{' || text.back() != '}') {
        return {};
    }
    text = text.substr(1, 36);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

bool is_number(std::string_view name) {
    return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

// What the adapter is called; its key goes when it never was one of the network's.
void add_connection(const RegistryKey& connections, const std::string& guid, InstalledAdapter& adapter) {
    const auto key = connections.open_below("{" + guid + "}\\Connection");
    if (!key) {
        return;
    }
    adapter.name = key->text("Name").value_or(std::string());
    if (adapter.instance.empty()) {
        adapter.instance = key->text("PnpInstanceID").value_or(std::string());
    }
}

}  // namespace

std::map<std::string, InstalledAdapter> installed_adapters(DocumentSink& out) {
    std::map<std::string, InstalledAdapter> adapters;
    const auto classes = RegistryKey::open(kClass);
    const auto connections = RegistryKey::open(kConnections);
    for (const auto* each : {&classes, &connections}) {
        if (!*each) {
            out.missed(each->error());
            return adapters;
        }
    }
    const auto names = classes->subkeys();
    if (!names) {
        out.missed(names.error());
        return adapters;
    }
    for (const std::string& name : names->names) {
        // Beside the adapters lies "Properties", which nobody but the system may read.
        const auto key = is_number(name) ? classes->open_below(name) : Result<RegistryKey>(Error{Errc::not_found, ""});
        if (!key) {
            if (is_number(name)) {
                out.missed(key.error());
            }
            continue;
        }
        const std::string guid = guid_of(key->text("NetCfgInstanceId").value_or(std::string()));
        if (guid.empty()) {
            continue;
        }
        InstalledAdapter adapter;
        adapter.description = key->text("DriverDesc").value_or(std::string());
        adapter.instance = key->text("DeviceInstanceID").value_or(std::string());
        if (const auto characteristics = key->integer("Characteristics")) {
            adapter.hidden = (*characteristics & kHidden) != 0;
        }
        add_connection(*connections, guid, adapter);
        adapters.emplace(guid, std::move(adapter));
    }
    return adapters;
}

DeviceTree::DeviceTree() {
    auto library = SystemLibrary::load(L"cfgmgr32.dll");
    if (library) {
        library_ = std::move(*library);
        locate_ = library_->function<Locate>("CM_Locate_DevNodeW");
    }
}

std::optional<bool> DeviceTree::has(const std::string& instance) const {
    constexpr DWORD kSuccess = 0;        // CR_SUCCESS
    constexpr DWORD kNoSuchDevice = 13;  // CR_NO_SUCH_DEVNODE
    if (locate_ == nullptr || instance.empty()) {
        return std::nullopt;
    }
    DWORD device = 0;
    std::wstring name = wide(instance);
    const DWORD result = locate_(&device, name.data(), 0);
    return result == kSuccess ? std::optional(true) : result == kNoSuchDevice ? std::optional(false) : std::nullopt;
}

}  // namespace kwd::collectors
