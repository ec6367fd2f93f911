// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "base/windows_error.h"
#include "collectors/clean.h"
#include "collectors/compartment_failures.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/compartments.h"
#include "collectors/platform/windows/ip_helper.h"
#include "collectors/platform/windows/process_list.h"
#include "collectors/socket_list.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Nobody documents whether the tables of sockets follow the thread into a network compartment, as those of addresses
// and routes do. They are asked in each, and SocketList finds out.

namespace kwd::collectors {
namespace {

constexpr std::size_t kMostBytes = 64 << 20;
constexpr std::size_t kMostAnswer = 4 << 20;
// Of the collector's time, for pods when netsh takes all that it may.
constexpr auto kForPods = std::chrono::seconds(15);
// One question may hang and the next not.
constexpr auto kForOneAnswer = std::chrono::seconds(8);

using ProcessNames = std::map<std::uint32_t, std::string>;

// Source: MIB_TCP_STATE, learn.microsoft.com; the words are those of the Linux collector.
std::string tcp_state(DWORD state) {
    constexpr std::array<const char*, 13> names{nullptr,       "close",     "listen",    "syn_sent",   "syn_recv",
                                                "established", "fin_wait1", "fin_wait2", "close_wait", "closing",
                                                "last_ack",    "time_wait", "delete_tcb"};
    return state < names.size() && names[state] != nullptr ? std::string(names[state]) : fmt::format("{}", state);
}

// A port stands in network byte order in the low half of a number, and the other half may hold anything.
std::int64_t port_of(DWORD port) {
    return ntohs(static_cast<u_short>(port & 0xffff));
}

std::string text_of(DWORD address) {
    SOCKADDR_INET out{};
    out.Ipv4.sin_family = AF_INET;
    out.Ipv4.sin_addr.s_addr = address;
    return address_text(out);
}

std::string text_of(const UCHAR (&address)[16]) {
    SOCKADDR_INET out{};
    out.Ipv6.sin6_family = AF_INET6;
    std::copy(std::begin(address), std::end(address), out.Ipv6.sin6_addr.s6_addr);
    return address_text(out);
}

/// Asks for the sockets of the compartment that the thread is in.
class CompartmentSockets {
  public:
    CompartmentSockets(const IpHelper& ip, const ProcessNames& names, std::function<void(Error)> missed)
        : ip_(ip), names_(names), missed_(std::move(missed)) {}

    /// Nothing when no table of them could be had.
    [[nodiscard]] std::optional<std::vector<SocketList::Socket>> collect() {
        tcp<MIB_TCPTABLE_OWNER_PID>(AF_INET, 4);
        tcp<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, 6);
        udp<MIB_UDPTABLE_OWNER_PID>(AF_INET, 4);
        udp<MIB_UDP6TABLE_OWNER_PID>(AF_INET6, 6);
        return any_ ? std::optional(std::move(sockets_)) : std::nullopt;
    }

  private:
    // The table grows between two questions; nothing when it could not be had.
    template <class Function, class Class>
    std::vector<std::byte> ask(Function* function, ULONG family, Class what, const char* name) {
        std::vector<std::byte> buffer(64 << 10);
        DWORD result = ERROR_INSUFFICIENT_BUFFER;
        for (int i = 0; i < 5 && result == ERROR_INSUFFICIENT_BUFFER && buffer.size() < kMostBytes; ++i) {
            auto size = static_cast<DWORD>(buffer.size());
            result = IpHelper::call(function, buffer.data(), &size, FALSE, family, what, 0);
            if (result == ERROR_INSUFFICIENT_BUFFER) {
                buffer.resize(std::max<std::size_t>(size, buffer.size()) + (64 << 10));
            }
        }
        if (result != NO_ERROR) {
            missed_(with_what_it_needs(
                windows_error(result, fmt::format("{} for {}", name, family == AF_INET ? "IPv4" : "IPv6"))));
            return {};
        }
        any_ = true;
        return buffer;
    }

    template <class Table>
    void tcp(ULONG family, int number) {
        const auto buffer = ask(ip_.get_extended_tcp_table, family, TCP_TABLE_OWNER_PID_ALL, "GetExtendedTcpTable");
        if (buffer.empty()) {
            return;
        }
        const auto& table = *reinterpret_cast<const Table*>(buffer.data());
        for (DWORD i = 0; i < table.dwNumEntries; ++i) {
            const auto& each = table.table[i];
            snapshot::SocketsRow row{.protocol = "tcp"};
            row.local_port = port_of(each.dwLocalPort);
            row.state = tcp_state(each.dwState);
            if (row.state != "listen") {
                row.remote_port = port_of(each.dwRemotePort);
            }
            if constexpr (requires { each.ucLocalAddr; }) {
                row.local_address = text_of(each.ucLocalAddr);
                if (row.remote_port) {
                    row.remote_address = text_of(each.ucRemoteAddr);
                }
            } else {
                row.local_address = text_of(each.dwLocalAddr);
                if (row.remote_port) {
                    row.remote_address = text_of(each.dwRemoteAddr);
                }
            }
            add(std::move(row), each.dwOwningPid, number);
        }
    }

    template <class Table>
    void udp(ULONG family, int number) {
        const auto buffer = ask(ip_.get_extended_udp_table, family, UDP_TABLE_OWNER_PID, "GetExtendedUdpTable");
        if (buffer.empty()) {
            return;
        }
        const auto& table = *reinterpret_cast<const Table*>(buffer.data());
        for (DWORD i = 0; i < table.dwNumEntries; ++i) {
            const auto& each = table.table[i];
            snapshot::SocketsRow row{.protocol = "udp"};
            row.local_port = port_of(each.dwLocalPort);
            row.state = "unconnected";
            if constexpr (requires { each.ucLocalAddr; }) {
                row.local_address = text_of(each.ucLocalAddr);
            } else {
                row.local_address = text_of(each.dwLocalAddr);
            }
            add(std::move(row), each.dwOwningPid, number);
        }
    }

    void add(snapshot::SocketsRow row, DWORD process, int family) {
        // Closed connections are nobody's any more.
        if (process != 0) {
            row.process_id = static_cast<std::int64_t>(process);
            if (const auto name = names_.find(process); name != names_.end() && !name->second.empty()) {
                row.process_name = name->second;
            }
        }
        sockets_.push_back({std::move(row), family});
    }

    const IpHelper& ip_;
    const ProcessNames& names_;
    std::function<void(Error)> missed_;
    std::vector<SocketList::Socket> sockets_;
    bool any_ = false;
};

void put(SocketList& list, const char* name, DocumentSink& out) {
    if (!list.empty()) {
        (void)out.put({.kind = snapshot::kind::windows_state, .name = name, .content = list.take_json()});
    }
}

// What was asked in a pod's compartment and may be the host's again is not told as the pod's.
void collect_sockets_of_pods(const IpHelper& ip, const ProcessNames& names, SocketList& list, DocumentSink& out,
                             Deadline deadline) {
    if (!list.knows_host()) {
        out.missed(
            {Errc::unsupported,
             "list the sockets of the network compartments of pods: without listeners of the host it cannot be told "
             "whether Windows gives the host's sockets again"});
        return;
    }
    CompartmentFailures failures;
    bool follows = true;
    for_each_pod_compartment(out, deadline, [&](std::int64_t compartment) {
        if (!follows) {
            return;
        }
        auto sockets =
            CompartmentSockets(ip, names, [&](Error error) { failures.add(compartment, std::move(error)); }).collect();
        if (sockets && !list.add(compartment, std::move(*sockets))) {
            follows = false;
            out.missed({Errc::unsupported, fmt::format("list the sockets of network compartment {}: Windows gave those "
                                                       "of the host again",
                                                       compartment)});
        }
    });
    put(list, "sockets-of-compartments.json", out);
    for (Error& error : failures.take()) {
        out.missed(std::move(error));
    }
}

/// Asks netsh for port ranges, which have no documented function that only reads them. It answers in the language of
/// the system.
class PortRanges {
  public:
    explicit PortRanges(DocumentSink& out) : out_(out) {}

    void collect(Deadline deadline) {
        for (const char* family : {"ipv4", "ipv6"}) {
            for (const char* what : {"dynamicport", "excludedportrange"}) {
                for (const char* protocol : {"tcp", "udp"}) {
                    if (!ask(family, what, protocol, deadline)) {
                        return;
                    }
                }
            }
        }
        tell(silent_, Errc::unsupported, "it said nothing of");
        tell(late_, Errc::timed_out, "there was no time for");
        if (answered_ && !unanswered_.empty()) {
            put_unanswered();
        }
    }

  private:
    // False where there is no netsh.
    bool ask(const char* family, const char* what, const char* protocol, Deadline deadline) {
        const std::string question = fmt::format("{} {} {}", family, what, protocol);
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) {
            late_.push_back(question);
            unanswered_.push_back(question);
            return true;
        }
        const auto answer = ask_tool({"netsh", "interface", family, "show", what, protocol},
                                     std::min<Deadline>(deadline, now + kForOneAnswer), kMostAnswer);
        if (!answer) {
            out_.missed(answer.error());
            unanswered_.push_back(question);
            return answer.error().code != Errc::not_found;
        }
        if (answer->find_first_not_of(" \t\r\n") == std::string::npos) {
            silent_.push_back(question);
            unanswered_.push_back(question);
            return true;
        }
        answered_ = true;
        (void)out_.put(without_secrets({.kind = snapshot::kind::netsh,
                                        .name = fmt::format("netsh/{}-{}-{}.txt", family, what, protocol),
                                        .content = from_oem(*answer)}));
        return true;
    }

    void tell(const std::vector<std::string>& questions, Errc code, const char* how) {
        if (!questions.empty()) {
            out_.missed({code, fmt::format("ask netsh for port ranges: {} {}", how, fmt::join(questions, ", "))});
        }
    }

    // The other answers would speak for the whole table.
    void put_unanswered() {
        StateDocument state;
        state.answers_for(snapshot::kPortRanges);
        (void)out_.put({.kind = snapshot::kind::windows_state,
                        .name = "port-ranges-unanswered.json",
                        .content = state.as_json(),
                        .truncated = true,
                        .note = fmt::format("netsh did not answer for {}", fmt::join(unanswered_, ", "))});
    }

    DocumentSink& out_;
    std::vector<std::string> silent_;
    std::vector<std::string> late_;
    std::vector<std::string> unanswered_;  ///< those two, and what failed
    bool answered_ = false;
};

}  // namespace

Result<void> collect_ports(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    const auto ip = IpHelper::load();
    if (!ip) {
        out.missed(ip.error());
        PortRanges(out).collect(deadline);
        return {};
    }
    const ProcessNames names = process_names();
    SocketList list;
    if (auto sockets = CompartmentSockets(*ip, names, [&](Error error) { out.missed(std::move(error)); }).collect()) {
        (void)list.add(kHostCompartment, std::move(*sockets));
        put(list, "sockets.json", out);
    }
    // A call may hang in the compartment of a pod that is half gone, and the worker is ended then.
    PortRanges(out).collect(deadline - kForPods);
    collect_sockets_of_pods(*ip, names, list, out, deadline);
    return {};
}

}  // namespace kwd::collectors
