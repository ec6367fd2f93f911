// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/event_log.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostRecords = 20'000;  // of one channel
// What is rare and tells much is worth a longer look back than logs: a crash of HNS of some days ago.
constexpr std::chrono::hours kLongLookBack{7 * 24};

/// A channel, and what of it is wanted: everything, or the records of these sources.
struct Channel {
    const char* name;
    bool and_all_warnings = false;  ///< also every record that is a warning or worse, whoever wrote it
    std::span<const std::string_view> sources = {};
    std::chrono::hours at_least{0};  ///< so far back it is read, also when logs are read less far
};

// What of the log of the whole system is of networking, services and restarts. A query may hold only some twenty terms.
constexpr auto kSystemSources = std::to_array<std::string_view>(
    {"Service Control Manager", "EventLog", "User32", "Microsoft-Windows-Kernel-Power", "Tcpip",
     "Microsoft-Windows-Hyper-V-VmSwitch", "Microsoft-Windows-Host-Network-Service",
     "Microsoft-Windows-SharedAccess_NAT", "Microsoft-Windows-Resource-Exhaustion-Detector",
     "Microsoft-Windows-Time-Service"});
constexpr auto kApplicationSources = std::to_array<std::string_view>(
    {"Application Error", "Windows Error Reporting", "rke2", "k3s", "rancher-wins", "docker", "containerd", "kubelet",
     "kube-proxy", "flanneld", "nssm", "NetworkHealth"});

// In the order in which they are read: what tells most first.
constexpr auto kChannels = std::to_array<Channel>({
    {.name = "Microsoft-Windows-Host-Network-Service-Admin", .at_least = kLongLookBack},
    {"Microsoft-Windows-Host-Network-Service-Operational"},
    {"System", true, kSystemSources, kLongLookBack},
    {"Microsoft-Windows-Hyper-V-VmSwitch-Operational"},
    {"Microsoft-Windows-Hyper-V-VfpExt-Admin"},
    {"Microsoft-Windows-Hyper-V-VfpExt-Operational"},
    {"Microsoft-Windows-Hyper-V-Compute-Admin"},
    {"Microsoft-Windows-Hyper-V-Compute-Operational"},
    {"Microsoft-Windows-SharedAccess_NAT/Operational"},
    {"Microsoft-Windows-WinNat/Oper"},
    {"EKS"},
    {"Microsoft-Windows-Containers-CCG/Admin"},
    {"Microsoft-AKSGMSAPlugin/Admin"},
    {"Microsoft-Windows-Containers-Wcifs/Operational"},
    {"Application", false, kApplicationSources},
    {"Microsoft-Windows-DNS-Client/Operational"},
});

std::string query_of(const Channel& channel, std::chrono::milliseconds log_window) {
    const auto window = std::max<std::chrono::milliseconds>(log_window, channel.at_least);
    std::string who;
    for (const std::string_view source : channel.sources) {
        who += fmt::format("{}@Name='{}'", who.empty() ? "" : " or ", source);
    }
    if (!who.empty()) {
        who = fmt::format("({}Provider[{}]) and ", channel.and_all_warnings ? "Level=1 or Level=2 or Level=3 or " : "",
                          who);
    }
    return fmt::format("*[System[{}TimeCreated[timediff(@SystemTime) <= {}]]]", who, window.count());
}

// `events/Microsoft-Windows-WinNat-Oper.xml`
std::string document_name(std::string_view channel) {
    std::string name(channel);
    std::ranges::replace(name, '/', '-');
    return fmt::format("events/{}.xml", name);
}

/// Reads the channels one after another, and keeps a list of how each fared.
class Channels {
  public:
    Channels(EventLog& log, const CollectOptions& options, DocumentSink& out, Deadline deadline)
        : log_(log), options_(options), out_(out), deadline_(deadline) {
        state_.answers_for(snapshot::kEventChannels);
    }

    Result<void> collect() {
        for (const Channel& channel : kChannels) {
            const bool in_time = Clock::now() < deadline_;
            auto asked =
                in_time
                    ? ask(channel)
                    : lost(channel, "not asked",
                           {Errc::timed_out, fmt::format("read the event channel {}: the time was up", channel.name)});
            if (!asked) {
                return asked;
            }
        }
        (void)out_.put(
            {.kind = snapshot::kind::windows_state, .name = "events/channels.json", .content = state_.as_json()});
        return {};
    }

  private:
    // An Error ends everything.
    Result<void> ask(const Channel& channel) {
        // No channel takes more than half of what time there is.
        const EventLog::Limits limits{kMostRecords, options_.log_bytes_per_file,
                                      Clock::now() + (deadline_ - Clock::now()) / 2};
        auto records = log_.read(channel.name, query_of(channel, options_.log_window), limits);
        if (!records && records.error().code == Errc::malformed) {
            records =
                log_.read(channel.name,
                          query_of({.name = channel.name, .at_least = channel.at_least}, options_.log_window), limits);
        }
        if (!records) {
            Error error = std::move(records).error();
            // Said by no function of Windows: there is no event log at all. One channel may be refused as not
            // supported.
            if (error.code == Errc::unsupported && !error.native) {
                return error;
            }
            if (error.code == Errc::not_found) {
                state_.add(snapshot::kEventChannels, {.channel = channel.name, .state = "absent"});
                return {};
            }
            if (log_.is_enabled(channel.name) == false) {
                state_.add(snapshot::kEventChannels,
                           {.channel = channel.name, .state = "disabled", .error = error.text()});
                return {};
            }
            const char* const state = error.code == Errc::access_denied ? "denied" : "failed";
            return lost(channel, state, with_what_it_needs(std::move(error)));
        }
        const bool disabled = log_.is_enabled(channel.name) == false;
        state_.add(snapshot::kEventChannels,
                   {.channel = channel.name,
                    .state = disabled               ? "disabled"
                             : records->failed      ? "failed"
                             : records->cut.empty() ? "read"
                                                    : "read in part",
                    .record_count = static_cast<std::int64_t>(records->xml.size()),
                    .error = records->failed ? snapshot::Text(records->failed->text()) : std::nullopt});
        return put(channel, *records);
    }

    // A channel that is there and could not be read: its document is empty and says that it is not whole.
    Result<void> lost(const Channel& channel, const char* state, Error error) {
        state_.add(snapshot::kEventChannels, {.channel = channel.name, .state = state, .error = error.text()});
        EventLog::Records none;
        none.failed = std::move(error);
        return put(channel, none);
    }

    Result<void> put(const Channel& channel, EventLog::Records& records) {
        NewDocument document{.kind = snapshot::kind::event_records,
                             .name = document_name(channel.name),
                             .content = "<Events>\n",
                             .truncated = records.failed.has_value() || !records.cut.empty(),
                             .note = records.cut};
        for (const std::string& record : records.xml) {
            document.content += record;
            document.content += '\n';
        }
        document.content += "</Events>\n";
        if (records.failed) {
            add_note(document, records.failed->text());
            out_.missed(std::move(*records.failed));
        }
        return out_.put(without_secrets(std::move(document)));
    }

    EventLog& log_;
    const CollectOptions& options_;
    DocumentSink& out_;
    Deadline deadline_;
    StateDocument state_;
};

}  // namespace

Result<void> collect_events(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    auto log = EventLog::open();
    if (!log) {
        Error error = std::move(log).error();
        error.code = error.code == Errc::not_found ? Errc::unsupported : error.code;
        return error;
    }
    return Channels(*log, options, out, deadline).collect();
}

}  // namespace kwd::collectors
