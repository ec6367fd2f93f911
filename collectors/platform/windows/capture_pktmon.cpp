// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/capture_pktmon.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/capture_summary.h"
#include "collectors/packet_documents.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/capture_adapters.h"
#include "collectors/platform/windows/pktmon_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>
#include <thread>

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

// What is kept of the time for stopping and converting, which take longer on a sick node.
constexpr auto kTimeToEnd = 15s;
// Of that, for unloading the driver when converting has taken all that it may.
constexpr auto kTimeToUnload = 4s;
constexpr auto kTimeForTurn = 5s;
constexpr auto kTimeForComponents = 5s;
constexpr std::uint64_t kMiB = 1 << 20;
constexpr auto kTick = 100ms;
// What DNS over UDP may take on an Ethernet, also in a tunnel.
constexpr std::uint32_t kDnsBytes = 1600;
// A trace holds more than the packets; what is converted from it may be larger than was asked for, within reason.
constexpr std::uint64_t kLeastTraceMiB = 16;
constexpr std::uint64_t kMostTraceMiB = 512;

Result<void> can_capture(const PktmonDialect& dialect, const CollectOptions& options) {
    const auto unsupported = [](std::string_view why) {
        return Error{Errc::unsupported, fmt::format("capture packets by pktmon: {}", why)};
    };
    if (!dialect.has_status) {
        return unsupported(
            "this version cannot tell whether a trace of somebody else is running (Windows Server 2022 can); Npcap is "
            "needed");
    }
    if (dialect.converter.empty()) {
        return unsupported("this version cannot convert what it captured (Windows Server 2022 can); Npcap is needed");
    }
    if (options.packet_interfaces.size() > 1) {
        return unsupported("it is asked for one interface at a time; for several Npcap is needed");
    }
    if (!options.packet_trigger.empty() || options.packet_looked_at) {
        return unsupported("its packets can be looked at only when it has ended; to stop at one, Npcap is needed");
    }
    if (!options.packet_filter.empty()) {
        return unsupported("it knows no pcap filters; for one's own filter Npcap is needed");
    }
    return {};
}

// Empty: choose one.
std::string wanted_interface(const CollectOptions& options) {
    return options.packet_interfaces.empty() ? std::string() : options.packet_interfaces.front();
}

std::vector<std::string> list_command(const PktmonDialect& dialect) {
    std::istringstream words(dialect.list + " --json");
    return {std::istream_iterator<std::string>(words), {}};
}

Result<std::string> file_content(const std::string& path, std::uint64_t most) {
    const std::string doing = fmt::format("read {}", path);
    const Handle file(
        CreateFileW(wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr));
    LARGE_INTEGER size{};
    if (!file || GetFileSizeEx(file.get(), &size) == 0) {
        return last_error(doing);
    }
    if (static_cast<std::uint64_t>(size.QuadPart) > most) {
        return Error{Errc::too_large, fmt::format("{}: it has {} bytes", doing, size.QuadPart)};
    }
    std::string content(static_cast<std::size_t>(size.QuadPart), '\0');
    DWORD bytes = 0;
    if (ReadFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &bytes, nullptr) == 0) {
        return last_error(doing);
    }
    content.resize(bytes);
    return content;
}

class PktmonCapture {
  public:
    /// `unload`: pktmon's driver was not loaded before.
    PktmonCapture(const PktmonTool& tool, bool unload, const CollectOptions& options, DocumentSink& out,
                  Deadline deadline)
        : tool_(tool), unload_(unload), options_(options), out_(out), deadline_(deadline) {}

    Result<void> capture() {
        if (auto guarded = start_guard(); !guarded) {
            return guarded;
        }
        auto captured = capture_guarded();
        const bool driver_is_as_it_was = unload();
        // Where pktmon is not as it was, the guard, which is not dismissed, tries again.
        if (given_back_ && driver_is_as_it_was) {
            guard_->dismiss();
        }
        return captured;
    }

  private:
    // Before any command: the first one loads the driver.
    Result<void> start_guard() {
        auto folder = PktmonFolder::make();
        if (!folder) {
            return folder.error();
        }
        folder_.emplace(std::move(*folder));
        auto guard = PktmonGuard::start(folder_->path(), unload_);
        if (!guard) {
            Error error = guard.error();
            error.doing =
                "capture packets by pktmon: no process could be started that would end the trace if this one "
                "were ended: " +
                error.doing;
            return error;
        }
        guard_.emplace(std::move(*guard));
        return {};
    }

    // Whether nothing is left to do: a version that cannot unload cannot for the guard either.
    bool unload() {
        if (!unload_) {
            return true;
        }
        const auto unloaded = tool_.unload(deadline_);
        if (!unloaded) {
            out_.missed(unloaded.error());
        }
        return unloaded || unloaded.error().code == Errc::unsupported;
    }

    Result<void> capture_guarded() {
        const auto node = node_adapters();
        if (!node) {
            return node.error();
        }
        auto choice = choose_adapter(node->adapters, wanted_interface(options_), node->leading_out);
        if (!choice) {
            return choice.error();
        }
        if (auto free = tool_.make_free(deadline_ - kTimeToEnd); !free) {
            return free;
        }
        const auto components =
            tool_.ask(list_command(tool_.dialect()),
                      std::min<Deadline>(deadline_ - kTimeToEnd, Clock::now() + kTimeForComponents));
        const auto component = components ? component_of(*components, choice->adapter.index) : std::nullopt;
        if (!component && !wanted_interface(options_).empty()) {
            return Error{Errc::not_found,
                         fmt::format("find the component of '{}' in pktmon's list", choice->adapter.name)};
        }
        given_back_ = false;
        const auto traced = trace(component);
        if (auto given_back = tool_.give_back(folder_->path(), deadline_); !given_back) {
            Error error = given_back.error();
            error.doing = "give pktmon back as it was (its trace may still run: pktmon stop, pktmon filter remove): " +
                          error.doing;
            return error;
        }
        given_back_ = true;
        return traced ? keep(component, choice->adapter, choice->reason) : traced;
    }

    // What it begins is ended by give_back().
    Result<void> trace(std::optional<std::int64_t> component) {
        auto set = set_filters();
        return set ? record(component) : set;
    }

    // Without the filter for VXLAN there would be no sense in it, and without any filter far too much.
    Result<void> set_filters() {
        bool first = true;
        for (const auto& each : pktmon_filters()) {
            std::vector<std::string> command{"filter", "add"};
            command.insert(command.end(), each.begin(), each.end());
            if (auto added = tool_.ask(command, deadline_ - kTimeToEnd); !added) {
                if (first) {
                    return added.error();
                }
                out_.missed(added.error());
            }
            first = false;
        }
        return {};
    }

    Result<void> record(std::optional<std::int64_t> component) {
        const std::uint64_t megabytes = std::clamp(options_.packet_bytes / kMiB, kLeastTraceMiB, kMostTraceMiB);
        const std::uint32_t packet_bytes = options_.packet_snap_length == 0 ? kDnsBytes : snap_length_of(options_);
        const auto started =
            tool_.ask(start_arguments(tool_.dialect(), component, packet_bytes, folder_->trace(), megabytes),
                      deadline_ - kTimeToEnd);
        if (!started) {
            return started.error();
        }
        const auto until = std::min<Deadline>(deadline_ - kTimeToEnd, Clock::now() + options_.packet_seconds);
        while (Clock::now() < until && !(asked_ = out_.asked_to_finish())) {
            std::this_thread::sleep_until(std::min<Deadline>(until, Clock::now() + kTick));
        }
        return {};
    }

    Result<void> keep(std::optional<std::int64_t> component, const CaptureAdapter& adapter, const std::string& reason) {
        const auto converted = tool_.ask({tool_.dialect().converter, folder_->trace(), "--out", folder_->capture()},
                                         unload_ ? deadline_ - kTimeToUnload : deadline_);
        if (!converted) {
            return converted.error();
        }
        const auto capture = file_content(folder_->capture(), 2 * kMostTraceMiB * kMiB);
        if (!capture) {
            return capture.error();
        }
        const packet::CaptureInterface description{.name = component ? adapter.guid : "pktmon",
                                                   .description = component ? adapter.name : "",
                                                   .link_type = packet::LinkType::ethernet,
                                                   .snap_length = snap_length_of(options_)};
        PacketDocuments documents(
            out_, std::array{description}, options_,
            fmt::format("by pktmon; {}, filters for VXLAN, DNS, ICMP, ARP, TCP SYN and RST; "
                        "dropped packets are not in it",
                        component ? fmt::format("interface {} ({}), component {}", adapter.name, reason, *component)
                                  : "all network cards"));
        const auto kept = keep_packets(*capture, documents);
        auto finished = documents.finish(
            kept ? fmt::format("{} packets kept, {} seen again on their way through the stack, {} not of Ethernet",
                               documents.packets(), kept->duplicates, kept->other_links)
                 : fmt::format("{} packets kept", documents.packets()));
        if (!finished) {
            return finished;
        }
        if (!kept) {
            out_.missed(kept.error());
        }
        return documents.put_summary(documents.full()       ? kEndedWhenFull
                                     : documents.complete() ? kEndedWhenComplete
                                     : !kept                ? kEndedWhenNotKept
                                     : asked_               ? kEndedWhenAsked
                                                            : kEndedWhenTimeWasOver);
    }

    const PktmonTool& tool_;
    bool unload_;
    const CollectOptions& options_;
    DocumentSink& out_;
    Deadline deadline_;
    std::optional<PktmonFolder> folder_;
    std::optional<PktmonGuard> guard_;
    bool given_back_ = true;  ///< nothing of ours is in it
    bool asked_ = false;
};

}  // namespace

Result<void> capture_by_pktmon(const CollectOptions& options, DocumentSink& out, Deadline deadline) {
    if (auto there = find_tool("pktmon"); !there) {
        return there.error();
    }
    if (!is_elevated()) {
        return Error{Errc::access_denied, "capture packets by pktmon: needs an elevated process"};
    }
    const auto turn = PktmonTurn::take(std::min(deadline, Clock::now() + kTimeForTurn));
    if (!turn) {
        return turn.error();
    }
    const auto loaded = pktmon_driver_is_loaded();
    const auto tool = PktmonTool::find(deadline);
    if (!tool) {
        return tool.error();
    }
    if (auto can = can_capture(tool->dialect(), options); !can) {
        return can;
    }
    if (!loaded) {
        out.missed(loaded.error());
    }
    return PktmonCapture(*tool, loaded && !*loaded, options, out, deadline).capture();
}

}  // namespace kwd::collectors
