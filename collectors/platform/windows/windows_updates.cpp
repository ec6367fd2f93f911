// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/windows_updates.h"

#include "base/clock.h"
#include "collectors/platform/windows/registry_key.h"
#include "collectors/platform/windows/wmi.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>

namespace kwd::collectors {
namespace {

using namespace std::chrono_literals;
using snapshot::Text;

constexpr const char* kServicing = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing)";
// Of CurrentState. What is permanent is installed and cannot be taken away: a servicing stack.
constexpr std::int64_t kInstalled = 112;  // 0x70
constexpr std::int64_t kPermanent = 128;  // 0x80
constexpr std::size_t kMostPackages = 50'000;
constexpr auto kWmiLimit = 30s;

constexpr std::string_view kPackage = "Package_";
constexpr std::string_view kFor = "for_";
constexpr std::string_view kRollup = "RollupFix";

// What an update is called: `Package_for_KB5034129~31bf3856ad364e35~amd64~~20348.2227.1.0` is KB5034129, and so are its
// parts, `Package_1_for_KB5034129~…`. A rollup and a servicing stack have only their versions:
// `Package_for_DotNetRollup_481~31bf3856ad364e35~amd64~~10.0.9282.1`. nullopt for what is no update but a part of
// Windows.
std::optional<std::string> update_of(std::string_view package) {
    if (!package.starts_with(kPackage)) {
        return std::nullopt;
    }
    package.remove_prefix(kPackage.size());
    const bool is_part = !package.starts_with(kFor);
    if (is_part) {
        package.remove_prefix(std::min(package.find_first_not_of("0123456789"), package.size()));
        if (!package.starts_with("_for_KB")) {
            return std::nullopt;
        }
        package.remove_prefix(1);
    }
    package.remove_prefix(kFor.size());
    const std::string_view name = package.substr(0, package.find('~'));
    // Packages of an update that has several are KB1234567_RTM and the like; they are one update.
    const std::size_t digits = name.find_first_not_of("0123456789", 2);
    if (name.starts_with("KB") && digits != 2) {
        return std::string(name.substr(0, digits));
    }
    const std::size_t last = package.rfind('~');
    if (name.empty() || last == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view version = package.substr(last + 1);
    if (name == kRollup) {
        // build.revision.…
        version = version.substr(0, version.find('.', version.find('.') + 1));
    }
    return fmt::format("{} {}", name, version);
}

// The only KB number in a text: `…\Windows10.0-KB5034129-x64.cab`. nullopt when there is none, or several.
std::optional<std::string> kb_in(std::string_view text) {
    constexpr std::size_t fewest = 6;
    constexpr std::size_t most = 7;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::optional<std::string> kb;
    for (std::size_t at = 0; at + 2 < text.size(); ++at) {
        if ((text[at] != 'K' && text[at] != 'k') || (text[at + 1] != 'B' && text[at + 1] != 'b')) {
            continue;
        }
        const std::string_view rest = text.substr(at + 2);
        const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
        if (digits < fewest || digits > most) {
            continue;
        }
        std::string found = "KB" + std::string(rest.substr(0, digits));
        if (kb && *kb != found) {
            return std::nullopt;
        }
        kb = std::move(found);
    }
    return kb;
}

// A package's key keeps where it was unpacked, and from which file: either may still bear the number of the update, and
// need not. Windows documents neither.
std::optional<std::string> kb_by_place(const RegistryKey& package) {
    for (const char* name : {"InstallLocation", "InstallName"}) {
        if (auto kb = kb_in(package.text(name).value_or(std::string()))) {
            return kb;
        }
    }
    return std::nullopt;
}

Text installed_on(const RegistryKey& package) {
    const auto high = package.integer("InstallTimeHigh");
    const auto low = package.integer("InstallTimeLow");
    constexpr std::int64_t kHundredNanoseconds = 10'000'000;
    constexpr std::int64_t kFrom1601 = 11'644'473'600;  // to 1970, in seconds
    if (!high || !low || *high > 0x3FFF'FFFF) {
        return std::nullopt;
    }
    const std::int64_t seconds = ((*high << 32) | *low) / kHundredNanoseconds - kFrom1601;
    return seconds <= 0 ? Text()
                        : Text(iso_utc(std::chrono::system_clock::from_time_t(static_cast<std::time_t>(seconds))));
}

snapshot::HotfixesRow row_of(std::string update, const RegistryKey& package) {
    snapshot::HotfixesRow row{.kb = std::move(update), .installed_on = installed_on(package)};
    if (row.kb.starts_with("KB")) {
        return row;
    }
    const bool rollup = row.kb.starts_with(kRollup);
    row.description = rollup ? Text("cumulative update") : std::nullopt;
    if (auto kb = kb_by_place(package)) {
        row.description = (rollup ? "cumulative update, " : "") + row.kb;
        row.kb = std::move(*kb);
    }
    return row;
}

// The packages of one update are one row.
void add_row(std::map<std::string, snapshot::HotfixesRow>& updates, snapshot::HotfixesRow row) {
    auto& known = updates.try_emplace(row.kb, row).first->second;
    known.description = known.description ? known.description : row.description;
    known.installed_on = known.installed_on ? known.installed_on : row.installed_on;
}

}  // namespace

bool add_installed_updates(StateDocument& state, DocumentSink& out) {
    const auto packages = RegistryKey::open(fmt::format("{}\\Packages", kServicing));
    const auto names = packages ? packages->subkeys(kMostPackages) : Result<RegistryKey::Names>(packages.error());
    if (!names) {
        out.missed(names.error());
        return false;
    }
    state.answers_for(snapshot::kHotfixes);
    std::map<std::string, snapshot::HotfixesRow> updates;
    std::optional<Error> refused;
    if (names->more) {
        refused = Error{Errc::too_large, fmt::format("list {}: more than {} keys", packages->path(), kMostPackages)};
    }
    for (const std::string& name : names->names) {
        auto update = update_of(name);
        if (!update) {
            continue;
        }
        const auto package = packages->open_below(name);
        if (!package) {
            refused = package.error();
            continue;
        }
        const auto is = package->integer("CurrentState").value_or(0);
        if (is == kInstalled || is == kPermanent) {
            add_row(updates, row_of(std::move(*update), *package));
        }
    }
    for (const auto& [kb, row] : updates) {
        state.add(snapshot::kHotfixes, row);
    }
    if (refused) {
        out.missed(*refused);
    }
    return !updates.empty() && !refused;
}

bool add_listed_updates(StateDocument& state, DocumentSink& out) {
    const auto updates = ask_wmi("SELECT HotFixID, Description, InstalledOn FROM Win32_QuickFixEngineering", kWmiLimit);
    if (!updates) {
        out.missed(updates.error());
        return false;
    }
    state.answers_for(snapshot::kHotfixes);
    for (const WmiObject& each : *updates) {
        const auto text = [&](std::string_view name) {
            const auto found = each.find(name);
            return found == each.end() || found->second.empty() ? Text() : Text(found->second);
        };
        if (const Text kb = text("HotFixID"); kb && kb->starts_with("KB")) {
            state.add(snapshot::kHotfixes,
                      {.kb = *kb, .description = text("Description"), .installed_on = text("InstalledOn")});
        }
    }
    return true;
}

std::optional<std::string> pending_reboot(DocumentSink& out) {
    std::string pending;
    bool all_read = true;
    const auto add = [&](std::string_view what) {
        pending += pending.empty() ? "" : ",";
        pending += what;
    };
    const auto had = [&](const auto& result) {
        if (!result && result.error().code != Errc::not_found) {
            out.missed(result.error());
            all_read = false;
        }
        return result.has_value();
    };
    const auto is_there = [&](const std::string& path) { return had(RegistryKey::open(path)); };

    if (is_there(fmt::format("{}\\RebootPending", kServicing))) {
        add("component-servicing");
    }
    if (is_there(R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired)")) {
        add("windows-update");
    }
    const auto manager = RegistryKey::open(R"(HKLM\SYSTEM\CurrentControlSet\Control\Session Manager)");
    if (had(manager)) {
        const auto renames = manager->texts("PendingFileRenameOperations");
        if (had(renames) && !renames->empty()) {
            add("file-renames");
        }
    }
    const auto names = RegistryKey::open(R"(HKLM\SYSTEM\CurrentControlSet\Control\ComputerName)");
    if (had(names)) {
        const auto name_in = [&](const char* key) {
            const auto below = names->open_below(key);
            return had(below) ? below->text("ComputerName").value_or("") : std::string();
        };
        const std::string active = name_in("ActiveComputerName");
        const std::string next = name_in("ComputerName");
        if (!active.empty() && !next.empty() && active != next) {
            add("computer-name");
        }
    }
    if (const auto netlogon = RegistryKey::open(R"(HKLM\SYSTEM\CurrentControlSet\Services\Netlogon)"); had(netlogon)) {
        const auto values = netlogon->value_names();
        if (had(values) && (std::ranges::find(values->names, "JoinDomain") != values->names.end() ||
                            std::ranges::find(values->names, "AvoidSpnSet") != values->names.end())) {
            add("domain-join");
        }
    }
    return all_read ? std::optional(pending) : std::nullopt;
}

}  // namespace kwd::collectors
