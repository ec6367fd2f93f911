// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"
#include "collectors/clean.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/nssm_values.h"
#include "collectors/platform/windows/registry_key.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMostBytes = 512;    // of a value
constexpr std::size_t kMostRows = 20'000;  // of one key of the list and those below it; some 3 MB
constexpr std::size_t kMostKeys = 2'000;   // below one key
// Of all rows as they are written, well below what the document may have.
constexpr std::size_t kMostBytesOfAll = 24 << 20;
constexpr std::size_t kBytesOfEmptyRow = 80;

/// What is read of a key.
struct Wanted {
    const char* key;
    /// Keys below it whose values are read as well: 0 none, 1 its own, …
    int depth = 0;
    /// Values that are looked for by name: one that is not there is told. With `only`, no others are read.
    std::array<std::string_view, 13> names = {};
    bool only = false;
    /// The last part of the path of the keys below that are of interest; all without.
    const char* leaf = nullptr;
};

// Where each matters is said in docs/documents.md.
const Wanted kWanted[] = {
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)",
     0,
     {"IPEnableRouter", "DisableTaskOffload", "MaxUserPort", "ReservedPorts", "TcpTimedWaitDelay",
      "EnablePMTUDiscovery", "EnablePMTUBHDetect", "SearchList"}},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\PersistentRoutes)"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters)", 0, {"DisabledComponents"}},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters\PersistentRoutes)"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\Dnscache\Parameters)", 2, {"MaxCacheTtl", "MaxNegativeCacheTtl"}},
    {R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient)", 2},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\hns\State)",
     3,
     {"HNSControlFlag", "HnsPolicyUpdateChange", "HnsNatAllowRuleUpdateChange", "HnsAclUpdateChange",
      "HNSUpdatePolicyForEndpointChange", "HNSFixExtensionUponRehydration", "HNSNpmIpsetLimitChange",
      "HNSLbNatDupRuleChange", "HnsPreallocatePortRange", "CleanupReservedPorts", "EnableCompartmentNamespace",
      "SDNRemoteArpMacAddress", "SourcePortPreservationForHostPort"}},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\hns\Parameters)", 3},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\VfpExt\Parameters)", 2},
    {R"(HKLM\SYSTEM\CurrentControlSet\Policies\Microsoft\FeatureManagement\Overrides)"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Control\FeatureManagement\Overrides)", 2},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters)", 0, {"ScopeAddress", "StandaloneDhcpAddress"}},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters)", 0, {"RouterType"}},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\PortProxy)", 2},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\NetBT\Parameters)"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\AFD\Parameters)"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\NDIS\Parameters)"},
    {R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)",
     0,
     {"BuildLabEx", "DisplayVersion", "ReleaseId", "InstallDate"},
     true},
    {R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization)", 2},
    {R"(HKLM\SOFTWARE\Microsoft\Virtual Machine\Guest\Parameters)"},
    {R"(HKLM\SOFTWARE\Tigera\Calico)", 1, {"LastBootTime"}},
    {R"(HKLM\SOFTWARE\WOW6432Node\Npcap)"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\npcap\Parameters)",
     0,
     {"AdminOnly", "WinPcapCompatible", "LoopbackSupport", "Dot11Support"}},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters)", 0, {"Type", "NtpServer"}},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\W32Time\TimeProviders)", 1, {"Enabled"}, true},
    {R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell)", 0, {"ExecutionPolicy", "EnableScripts"}, true},
    {R"(HKLM\SOFTWARE\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell)", 0, {"ExecutionPolicy"}, true},
    {R"(HKLM\SYSTEM\CurrentControlSet\Control\Session Manager)", 0, {"PendingFileRenameOperations"}, true},
    {R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending)"},
    {R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired)"},
    // These have a key for each card and vNIC that ever was, thousands on a sick node: they come last, so that what the
    // time or the document's size leaves out is theirs.
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\vmsmp\Parameters)", 4},
    {R"(HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318})",
     2,
     {"Name", "PnpInstanceID", "MediaSubType"},
     true,
     "Connection"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces)", 1},
};

/// Reads keys into rows, with what was not there as rows of their own.
class Reader {
  public:
    Reader(StateDocument& state, DocumentSink& out, Deadline deadline)
        : state_(state), out_(out), deadline_(deadline) {}

    void read(const Wanted& wanted) {
        if (is_late() || is_large()) {
            unread_ += unread_.empty() ? wanted.key : fmt::format(", {}", wanted.key);
            return;
        }
        rows_ = 0;
        cut_ = false;
        const auto key = RegistryKey::open(wanted.key);
        if (key) {
            read_key(*key, wanted, 0);
            tell_refused();
        } else if (key.error().code == Errc::not_found) {
            add(wanted, wanted.key, "", {}, {}, false);
        } else {
            missed(key.error());
        }
    }

    /// Says what was not begun with.
    void finish() {
        if (!unread_.empty()) {
            missed({is_large() ? Errc::too_large : Errc::timed_out,
                    fmt::format("read the registry: nothing was read of {}", unread_)});
        }
    }

    /// Whether something that is there was not read.
    [[nodiscard]] bool lost() const { return lost_; }

  private:
    [[nodiscard]] bool is_late() const { return std::chrono::steady_clock::now() > deadline_; }
    [[nodiscard]] bool is_large() const { return bytes_ >= kMostBytesOfAll; }

    // Says so, once for a key of the list, when rows of it are left out.
    bool full(const Wanted& wanted) {
        const bool many = rows_ >= kMostRows || is_large();
        if (!cut_ && (many || is_late())) {
            cut_ = true;
            missed(many ? Error{Errc::too_large,
                                fmt::format("read more than {} values of {} and the keys below it", rows_, wanted.key)}
                        : Error{Errc::timed_out, fmt::format("read all of {} and the keys below it", wanted.key)});
        }
        return cut_;
    }

    void missed(Error error) {
        lost_ = true;
        out_.missed(std::move(error));
    }

    void read_key(const RegistryKey& key, const Wanted& wanted, int depth) {
        if (full(wanted)) {
            return;
        }
        if (wanted.leaf == nullptr || key.path().ends_with(wanted.leaf)) {
            read_values(key, wanted, depth);
        }
        if (depth == wanted.depth) {
            return;
        }
        const auto below = key.subkeys(kMostKeys);
        if (!below) {
            missed(below.error());
            return;
        }
        if (below->more) {
            missed({Errc::too_large, fmt::format("read more than {} keys below {}", kMostKeys, key.path())});
        }
        for (const std::string& name : below->names) {
            if (const auto each = key.open_below(name)) {
                read_key(*each, wanted, depth + 1);
            } else if (each.error().code != Errc::not_found) {
                ++refused_;
                first_refused_ = first_refused_ ? first_refused_ : each.error();
            }
        }
    }

    // One line, however many keys below one were refused.
    void tell_refused() {
        if (first_refused_) {
            if (refused_ > 1) {
                first_refused_->doing += fmt::format(", and {} other keys", refused_ - 1);
            }
            missed(std::move(*first_refused_));
        }
        first_refused_.reset();
        refused_ = 0;
    }

    void read_values(const RegistryKey& key, const Wanted& wanted, int depth) {
        const auto values = key.values();
        if (!values) {
            missed(values.error());
            return;
        }
        if (values->more) {
            missed({Errc::too_large, fmt::format("read all the values of {}", key.path())});
        }
        if (depth == 0) {
            add(wanted, key.path(), "", {}, {}, true);
        }
        for (const RegistryValue& each : values->values) {
            if (!wanted.only || is_named(wanted, each.name)) {
                add(wanted, key.path(), each.name, each.type_name(), shown(each), true);
            }
        }
        for (const std::string_view name : wanted.names) {
            if (name.empty()) {
                break;
            }
            const bool there = std::ranges::any_of(values->values,
                                                   [&](const RegistryValue& each) { return is_same(each.name, name); });
            if (!there && (depth == 0 || wanted.only)) {
                add(wanted, key.path(), std::string(name), {}, {}, false);
            }
        }
    }

    // Names in the registry have no case.
    static bool is_same(std::string_view a, std::string_view b) {
        return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
    }
    static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
    static bool is_named(const Wanted& wanted, std::string_view name) {
        return std::ranges::any_of(wanted.names, [&](std::string_view each) { return is_same(each, name); });
    }

    static snapshot::Text shown(const RegistryValue& value) {
        if (names_a_secret(value.name)) {
            return "[removed: secret]";
        }
        if (value.data.empty() && value.size_bytes > 0) {
            return std::nullopt;
        }
        return remove_secrets(value.shown(kMostBytes)).text;
    }

    void add(const Wanted& wanted, const std::string& key, const std::string& name, snapshot::Text type,
             snapshot::Text value, bool present) {
        if (full(wanted)) {
            return;
        }
        ++rows_;
        bytes_ += kBytesOfEmptyRow + key.size() + name.size() + (value ? value->size() : 0);
        state_.add(snapshot::kRegistryValues,
                   {.key = key, .name = name, .type = std::move(type), .value = std::move(value), .present = present});
    }

    StateDocument& state_;
    DocumentSink& out_;
    Deadline deadline_;
    std::size_t rows_ = 0;  ///< of the key that is being read
    bool cut_ = false;      ///< some of that key are left out
    std::size_t bytes_ = 0;
    std::string unread_;
    std::size_t refused_ = 0;
    std::optional<Error> first_refused_;
    bool lost_ = false;
};

}  // namespace

Result<void> collect_registry(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    StateDocument state;
    state.answers_for(snapshot::kRegistryValues);
    // What was read when the time is up is kept.
    Reader reader(state, out, deadline - std::chrono::seconds(1));
    for (const Wanted& each : kWanted) {
        reader.read(each);
    }
    reader.finish();
    const bool nssm_whole = add_nssm_values(state, out, deadline - std::chrono::seconds(1));
    return out.put(without_secrets({.kind = snapshot::kind::windows_state,
                                    .name = "registry.json",
                                    .content = state.as_json(),
                                    .truncated = reader.lost() || !nssm_whole}));
}

}  // namespace kwd::collectors
