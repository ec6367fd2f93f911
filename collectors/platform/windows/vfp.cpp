// SPDX-License-Identifier: Apache-2.0
#include "base/identifiers.h"
#include "base/wide.h"
#include "collectors/clean.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/collectors.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// VFP has no documented interface but vfpctrl.exe, which comes with it. Its modifiers stand before the question.

namespace kwd::collectors {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kMostBytes = 8 << 20;  // of one answer: thousands of rules
constexpr auto kForOneAnswer = 5s;

// What is asked of every port before any port is asked for more. All of them only read; those that change have other
// verbs.
constexpr auto kPolicy = std::to_array<std::string_view>({"/get-port-state", "/list-rule"});
constexpr auto kMore = std::to_array<std::string_view>(
    {"/get-port-counter", "/list-layer", "/list-group", "/get-rule-counter", "/list-nat-range", "/get-flow-stats"});

struct Port {
    std::string guid;
    int rank = 0;  ///< lower ones are asked first
};

// The host's and the physical port are few and stand between all pods; pods' ports are named after their endpoints.
int rank_of(std::string_view friendly_name) {
    if (friendly_name.starts_with("ExternalPort") || friendly_name.starts_with("Container NIC")) {
        return 0;
    }
    return normal_guid(friendly_name) ? 1 : 2;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

// `  Port name             : GUID`, then `  Port Friendly name    : …`.
std::vector<Port> ports_in(std::string_view listing) {
    std::vector<Port> ports;
    while (!listing.empty()) {
        const std::string_view line = listing.substr(0, listing.find('\n'));
        listing.remove_prefix(std::min(line.size() + 1, listing.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        const std::string_view key = trimmed(line.substr(0, colon));
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (const auto guid = key == "Port name" ? normal_guid(value) : std::nullopt) {
            ports.push_back({*guid, rank_of("")});
        } else if (key == "Port Friendly name" && !ports.empty()) {
            ports.back().rank = rank_of(value);
        }
    }
    std::ranges::stable_sort(ports, {}, &Port::rank);
    return ports;
}

/// Asks port after port, and keeps count of what could not be had: hundreds of ports may fail alike.
class PortPolicies {
  public:
    PortPolicies(std::vector<Port> ports, DocumentSink& out, Deadline deadline)
        : ports_(std::move(ports)), out_(out), deadline_(deadline) {}

    Result<void> collect() {
        for (const auto& [questions, name] : {std::pair{std::span<const std::string_view>(kPolicy), "policy"},
                                              std::pair{std::span<const std::string_view>(kMore), "counters"}}) {
            for (const Port& port : ports_) {
                if (auto asked = ask(port, questions, name); !asked) {
                    return asked;
                }
            }
        }
        return tell_what_is_missing();
    }

  private:
    struct Failures {
        std::size_t count = 0;
        Error first;
    };

    static std::vector<std::string> command(const Port& port, std::string_view question) {
        return {"vfpctrl", "/port", port.guid, std::string(question)};
    }

    // The line above an answer says what it answers.
    static std::string heading(const Port& port, std::string_view question) {
        return fmt::format("> {}\n", fmt::join(command(port, question), " "));
    }

    Result<void> ask(const Port& port, std::span<const std::string_view> questions, std::string_view name) {
        NewDocument document{
            .kind = snapshot::kind::vfp, .name = fmt::format("vfp/{}-{}.txt", port.guid, name), .content = {}};
        for (const std::string_view question : questions) {
            const auto now = Clock::now();
            if (now >= deadline_) {
                left_out_ += heading(port, question);
                ports_left_out_.insert(port.guid);
                continue;
            }
            auto answer =
                run_tool(command(port, question), std::min<Deadline>(deadline_, now + kForOneAnswer), kMostBytes);
            document.content += heading(port, question);
            if (!answer) {
                failed(question, std::move(answer).error());
                document.truncated = true;
                add_note(document, fmt::format("{} did not answer", question));
                continue;
            }
            document.content += from_oem(answer->output) + "\n";
            if (answer->cut) {
                document.truncated = true;
                add_note(document, fmt::format("the first {} bytes of {}", kMostBytes, question));
            } else if (answer->exit_status != 0) {
                failed(question,
                       with_what_it_needs({means_denied(answer->exit_status) ? Errc::access_denied : Errc::io,
                                           fmt::format("{}: exit status {}: {}", running(command(port, question)),
                                                       answer->exit_status, answer->complaints)}));
            }
        }
        return document.content.empty() ? Result<void>() : out_.put(without_secrets(std::move(document)));
    }

    void failed(std::string_view question, Error error) {
        Failures& all = failures_[question];
        if (++all.count == 1) {
            all.first = std::move(error);
        }
    }

    Result<void> tell_what_is_missing() {
        for (auto& [question, all] : failures_) {
            if (all.count > 1) {
                all.first.doing += fmt::format(" (and so with {} other ports)", all.count - 1);
            }
            out_.missed(std::move(all.first));
        }
        if (left_out_.empty()) {
            return {};
        }
        out_.missed(
            {Errc::timed_out, fmt::format("ask VFP: the time was up; of {} of {} ports not everything was asked",
                                          ports_left_out_.size(), ports_.size())});
        return out_.put({.kind = snapshot::kind::vfp,
                         .name = "vfp/left-out.txt",
                         .content = std::move(left_out_),
                         .truncated = true,
                         .note = "questions for which there was no time"});
    }

    std::vector<Port> ports_;
    DocumentSink& out_;
    Deadline deadline_;
    std::map<std::string_view, Failures> failures_;
    std::string left_out_;
    std::set<std::string, std::less<>> ports_left_out_;
};

}  // namespace

Result<void> collect_vfp(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    if (!find_tool("vfpctrl")) {
        return Error{Errc::unsupported, "ask VFP: this Windows has no vfpctrl.exe, so no virtual switch that filters"};
    }
    auto listing = ask_tool({"vfpctrl", "/list-vmswitch-port"}, deadline, kMostBytes);
    if (!listing) {
        return std::move(listing).error();
    }
    const std::string text = from_oem(*listing);
    if (auto put = out.put(without_secrets({.kind = snapshot::kind::vfp,
                                            .name = "vfp/ports.txt",
                                            .content = "> vfpctrl /list-vmswitch-port\n" + text}));
        !put) {
        return put;
    }
    return PortPolicies(ports_in(text), out, deadline).collect();
}

}  // namespace kwd::collectors
