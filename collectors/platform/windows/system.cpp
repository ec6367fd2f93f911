// SPDX-License-Identifier: Apache-2.0
#include "snapshot/tables/system.h"

#include "base/clock.h"
#include "base/secrets.h"
#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/clean.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/registry_key.h"
#include "collectors/platform/windows/system_library.h"
#include "collectors/platform/windows/windows_updates.h"
#include "collectors/platform/windows/wmi.h"
#include "collectors/state_document.h"
#include "collectors/w32tm_status.h"
#include "snapshot/kinds.h"

#include <windows.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <memory>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;
using snapshot::Integer;
using snapshot::Text;

constexpr const char* kVersionKey = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)";
constexpr const char* kEnvironmentKey = R"(HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment)";
constexpr const char* kTimeKey = R"(HKLM\SYSTEM\CurrentControlSet\Services\W32Time)";
constexpr auto kWmiLimit = 30s;

// The machine's variables that are told; a name that ends in _ stands for all that begin so.
constexpr auto kVariables = std::to_array<std::string_view>({"CALICO_",
                                                             "CNI_",
                                                             "COMPUTERNAME",
                                                             "CONTAINERD_",
                                                             "CONTAINER_",
                                                             "DATASTORE_TYPE",
                                                             "DNS_NAME_SERVERS",
                                                             "DNS_SEARCH",
                                                             "DOCKER_",
                                                             "ETCD_",
                                                             "FELIX_",
                                                             "FLANNEL",
                                                             "HNS_",
                                                             "HTTPS_PROXY",
                                                             "HTTP_PROXY",
                                                             "IP",
                                                             "K3S_",
                                                             "K8S_",
                                                             "KUBECONFIG",
                                                             "KUBELET_",
                                                             "KUBERNETES_",
                                                             "KUBE_",
                                                             "NODENAME",
                                                             "NODE_",
                                                             "NO_PROXY",
                                                             "NSSM_",
                                                             "OS",
                                                             "PATH",
                                                             "PODSUBNET",
                                                             "POD_",
                                                             "PROCESSOR_ARCHITECTURE",
                                                             "RKE2_",
                                                             "SERVICE_",
                                                             "SOURCE_VIP",
                                                             "VXLAN_",
                                                             "WINS_"});

// A value that may be missing, or the wrong kind: then it is not known.
template <class T>
std::optional<T> known(Result<T> result) {
    return result ? std::optional<T>(std::move(*result)) : std::nullopt;
}

Text text_of(const Result<RegistryKey>& key, std::string_view name) {
    Text text = key ? known(key->text(name)) : std::nullopt;
    return text && !text->empty() ? text : std::nullopt;
}

Integer number_of(const Text& text) {
    std::int64_t number = 0;
    if (!text) {
        return std::nullopt;
    }
    const char* end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? Integer(number) : std::nullopt;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

struct Version {
    DWORD major = 10;
    DWORD minor = 0;
    DWORD build = 0;
    BYTE product_type = 0;
};

// GetVersionEx tells what the manifest claims to know; this tells what is.
std::optional<Version> running_version(DocumentSink& out) {
    using GetVersion = LONG WINAPI(RTL_OSVERSIONINFOEXW*);
    const auto library = SystemLibrary::load(L"ntdll.dll");
    auto* const get = library ? library->function<GetVersion>("RtlGetVersion") : nullptr;
    RTL_OSVERSIONINFOEXW info{};
    info.dwOSVersionInfoSize = sizeof info;
    if (get == nullptr || get(&info) != 0) {
        out.missed({Errc::unsupported, "call RtlGetVersion"});
        return std::nullopt;
    }
    return Version{info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber, info.wProductType};
}

void set_version(snapshot::SystemRow& row, DocumentSink& out) {
    const auto running = running_version(out);
    const auto key = RegistryKey::open(kVersionKey);
    if (!key) {
        out.missed(key.error());
    }
    row.os_name = text_of(key, "ProductName");
    row.edition = text_of(key, "EditionID");
    row.installation_type = text_of(key, "InstallationType");
    row.build = number_of(text_of(key, "CurrentBuild"));
    if (key) {
        row.ubr = known(key->integer("UBR"));
    }
    if (!row.build && running) {
        row.build = running->build;
    }
    if (running && row.build) {
        row.os_version = fmt::format("{}.{}.{}", running->major, running->minor, *row.build);
        if (row.ubr) {
            row.os_version = fmt::format("{}.{}", *row.os_version, *row.ubr);
        }
    }
    if (running && running->product_type != 0) {
        row.product_type = running->product_type == VER_NT_WORKSTATION ? "workstation" : "server";
    }
}

Text host_name() {
    std::array<wchar_t, 256> name{};
    auto units = static_cast<DWORD>(name.size());
    return GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.data(), &units) != 0 && units > 0
               ? Text(narrow(std::wstring_view(name.data(), units)))
               : std::nullopt;
}

Text system_locale() {
    std::array<wchar_t, LOCALE_NAME_MAX_LENGTH> name{};
    const int units = GetSystemDefaultLocaleName(name.data(), static_cast<int>(name.size()));
    return units > 1 ? Text(narrow(std::wstring_view(name.data(), static_cast<std::size_t>(units) - 1))) : std::nullopt;
}

// The name of the zone's key is the same in every language.
Text time_zone() {
    DYNAMIC_TIME_ZONE_INFORMATION zone{};
    if (GetDynamicTimeZoneInformation(&zone) == TIME_ZONE_ID_INVALID) {
        return std::nullopt;
    }
    for (const wchar_t* each : {zone.TimeZoneKeyName, zone.StandardName}) {
        if (*each != L'\0') {
            return narrow(each);
        }
    }
    return std::nullopt;
}

struct CloseService {
    void operator()(SC_HANDLE handle) const noexcept { CloseServiceHandle(handle); }
};
using Service = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseService>;

// nullopt when it could not be asked.
std::optional<bool> is_running(const wchar_t* name) {
    const Service manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
    const Service service(manager ? OpenServiceW(manager.get(), name, SERVICE_QUERY_STATUS) : nullptr);
    SERVICE_STATUS status{};
    if (!service || QueryServiceStatus(service.get(), &status) == 0) {
        return std::nullopt;
    }
    return status.dwCurrentState == SERVICE_RUNNING;
}

// `w32time NTP time.windows.com,0x8`, `w32time NT5DS, from the hypervisor as well (stopped)`
Text clock_source() {
    const auto parameters = RegistryKey::open(fmt::format("{}\\Parameters", kTimeKey));
    const Text type = text_of(parameters, "Type");
    if (!type) {
        return std::nullopt;
    }
    std::string source = "w32time " + *type;
    if (const Text server = text_of(parameters, "NtpServer"); server && *type != "NT5DS" && *type != "NoSync") {
        source += " " + *server;
    }
    if (const auto provider = RegistryKey::open(fmt::format("{}\\TimeProviders\\VMICTimeProvider", kTimeKey));
        provider && provider->integer("Enabled").value_or(0) != 0) {
        source += ", from the hypervisor as well";
    }
    if (is_running(L"W32Time") == false) {
        source += " (stopped)";
    }
    return source;
}

// How well the clock is set. Microsoft publishes no function that tells it; w32tm is asked, and what it printed kept.
void set_clock_state(snapshot::SystemRow& row, DocumentSink& out, Deadline deadline) {
    constexpr auto limit = 5s;
    constexpr std::size_t most = 64 << 10;
    if (is_running(L"W32Time") == false) {
        row.clock_synchronized = false;
        return;
    }
    const auto answer = ask_tool({"w32tm", "/query", "/status", "/verbose"},
                                 std::min<Deadline>(deadline, std::chrono::steady_clock::now() + limit), most);
    if (!answer) {
        out.missed(answer.error());
        return;
    }
    std::string text = from_oem(*answer);
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        out.missed({Errc::unsupported, "ask for the state of the clock: w32tm /query /status /verbose said nothing"});
        return;
    }
    if (const auto status = read_w32tm_status(text)) {
        row.clock_synchronized = status->synchronized;
        row.clock_offset_ms = status->offset_ms;
    } else {
        out.missed({Errc::malformed, "understand what w32tm /query /status /verbose says"});
    }
    (void)out.put(without_secrets({.kind = snapshot::kind::other, .name = "w32tm.txt", .content = std::move(text)}));
}

// That of a domain or of the node, with a policy considered; empty when there is none.
Text primary_suffix(DocumentSink& out) {
    std::array<wchar_t, 256> name{};
    auto units = static_cast<DWORD>(name.size());
    if (GetComputerNameExW(ComputerNameDnsDomain, name.data(), &units) == 0) {
        out.missed(last_error("GetComputerNameExW for the primary DNS suffix"));
        return std::nullopt;
    }
    return narrow(std::wstring_view(name.data(), units));
}

// Without a list the primary suffix is tried first, then those of interfaces. Source: "DNS suffix search list" of Group
// Policy, and SearchList of Tcpip\\Parameters, learn.microsoft.com.
Text dns_search(DocumentSink& out) {
    for (const char* path : {R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient)",
                             R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)"}) {
        const auto key = RegistryKey::open(path);
        const auto list = key ? key->text("SearchList") : Result<std::string>(key.error());
        if (!list && list.error().code != Errc::not_found) {
            out.missed(list.error());
            return std::nullopt;
        }
        std::string suffixes;
        bool between = false;
        for (const char c : list ? *list : std::string()) {
            if (c == ',' || c == ' ' || c == ';') {
                between = !suffixes.empty();
                continue;
            }
            suffixes += between ? "," : "";
            suffixes += c;
            between = false;
        }
        if (!suffixes.empty()) {
            return suffixes;
        }
    }
    return primary_suffix(out);
}

void add_system(StateDocument& state, DocumentSink& out, Deadline deadline) {
    snapshot::SystemRow row;
    row.os_family = "windows";
    row.host_name = host_name();
    set_version(row, out);
    const auto up = std::chrono::milliseconds(GetTickCount64());
    row.uptime_seconds = std::round(static_cast<double>(up.count()) / 10) / 100;
    row.boot_time_utc =
        iso_utc(std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now() - up));
    row.clock_source = clock_source();
    set_clock_state(row, out, deadline);
    const auto bios = RegistryKey::open(R"(HKLM\HARDWARE\DESCRIPTION\System\BIOS)");
    row.vendor = text_of(bios, "SystemManufacturer");
    row.model = text_of(bios, "SystemProductName");
    row.locale = system_locale();
    row.time_zone = time_zone();
    row.pending_reboot = pending_reboot(out);
    row.dns_search = dns_search(out);
    row.elevated = elevation();
    state.add(snapshot::kSystem, row);
}

void add_environment(StateDocument& state, DocumentSink& out) {
    const auto key = RegistryKey::open(kEnvironmentKey);
    const auto values = key ? key->values() : Result<RegistryKey::Values>(key.error());
    if (!values) {
        out.missed(values.error());
        return;
    }
    state.answers_for(snapshot::kEnvironment);
    for (const RegistryValue& each : values->values) {
        const std::string name = upper(each.name);
        const bool told = std::ranges::any_of(kVariables, [&](std::string_view variable) {
            return variable.ends_with('_') ? name.starts_with(variable) : name == variable;
        });
        if (const auto value = each.text(); told && value) {
            state.add(snapshot::kEnvironment,
                      {.scope = "machine",
                       .name = each.name,
                       .value = names_a_secret(each.name) ? "[removed: secret]" : remove_secrets(*value).text});
        }
    }
}

// Server Manager's notes of what is installed: 1 and 0, and 5 where the files were taken away. It does not look again
// when a feature is installed by DISM, so that only a 1 says something by itself. Source: "Troubleshoot Remote Desktop
// disconnected errors", learn.microsoft.com.
bool is_noted_as_installed(std::string_view feature) {
    const auto noted = RegistryKey::open(
        fmt::format(R"(HKLM\SOFTWARE\Microsoft\ServerManager\ServicingStorage\ServerComponentCache\{})", feature));
    return noted && noted->integer("InstallState").value_or(0) == 1;
}

// As far as the registry tells. Answers whether WMI has to be asked: it starts Windows' servicing, which keeps a
// processor busy for minutes.
bool add_features_by_registry(StateDocument& state) {
    const auto has = [](std::string_view service) {
        return RegistryKey::open(fmt::format(R"(HKLM\SYSTEM\CurrentControlSet\Services\{})", service)).has_value();
    };
    // Nothing but the role brings it.
    const bool hypervisor = has("vmms");
    state.add(snapshot::kFeatures, {.name = "Hyper-V",
                                    .state = hypervisor ? "installed" : "absent",
                                    .evidence = hypervisor ? "service vmms" : "no service vmms"});
    // Containers without them there is not; Hyper-V brings them too.
    const bool may_be = has("hns") && has("vmcompute");
    const bool installed = may_be && is_noted_as_installed("Containers");
    if (!may_be || installed) {
        state.add(snapshot::kFeatures, {.name = "Containers",
                                        .state = installed ? "installed" : "absent",
                                        .evidence = installed ? "Server Manager's notes, services hns and vmcompute"
                                                              : "not both of the services hns and vmcompute"});
    }
    return may_be && !installed;
}

void add_features_by_wmi(StateDocument& state, DocumentSink& out) {
    constexpr auto kNames = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"Containers", "Containers"},
         {"Microsoft-Hyper-V", "Hyper-V"},
         {"Containers-DisposableClientVM", "Containers-DisposableClientVM"},
         {"VirtualMachinePlatform", "VirtualMachinePlatform"},
         {"HypervisorPlatform", "HypervisorPlatform"}});
    std::string condition;
    for (const auto& [name, shown] : kNames) {
        condition += fmt::format("{}Name = '{}'", condition.empty() ? "" : " OR ", name);
    }
    const auto features =
        ask_wmi(fmt::format("SELECT Name, InstallState FROM Win32_OptionalFeature WHERE {}", condition), kWmiLimit);
    if (!features) {
        out.missed(features.error());
        return;
    }
    for (const WmiObject& each : *features) {
        const auto name = each.find("Name");
        const auto installed = each.find("InstallState");
        const auto known_name = name == each.end()
                                    ? kNames.end()
                                    : std::ranges::find(kNames, std::string_view(name->second),
                                                        &std::pair<std::string_view, std::string_view>::first);
        if (known_name == kNames.end() || installed == each.end()) {
            continue;
        }
        const std::string& number = installed->second;
        state.add(snapshot::kFeatures, {.name = std::string(known_name->second),
                                        .state = number == "1"   ? Text("installed")
                                                 : number == "2" ? Text("available")
                                                 : number == "3" ? Text("absent")
                                                                 : Text(),
                                        .evidence = "Win32_OptionalFeature"});
    }
}

Result<void> put(const StateDocument& state, std::string name, DocumentSink& out, bool truncated = false) {
    if (state.empty()) {
        return {};
    }
    return out.put(without_secrets({.kind = snapshot::kind::windows_state,
                                    .name = std::move(name),
                                    .content = state.as_json(),
                                    .truncated = truncated}));
}

}  // namespace

Result<void> collect_system(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    StateDocument state;
    add_system(state, out, deadline);
    add_environment(state, out);
    const bool features_open = add_features_by_registry(state);
    StateDocument updates;
    const bool updates_open = !add_installed_updates(updates, out);
    if (auto result = put(state, "system.json", out); !result) {
        return result;
    }
    if (!updates_open) {
        if (auto result = put(updates, "updates.json", out); !result) {
            return result;
        }
    }
    // WMI last, and only for what is open: it is what hangs on a sick node, and what was put is kept.
    if (features_open) {
        StateDocument features;
        add_features_by_wmi(features, out);
        if (auto result = put(features, "features-wmi.json", out); !result) {
            return result;
        }
    }
    if (!updates_open) {
        return {};
    }
    StateDocument listed;
    const bool whole = add_listed_updates(listed, out);
    if (auto result = put(listed, "updates-wmi.json", out); !result) {
        return result;
    }
    // A list of which a part was refused is whole only together with WMI's.
    return put(updates, "updates.json", out, !whole);
}

}  // namespace kwd::collectors
