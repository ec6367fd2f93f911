// SPDX-License-Identifier: Apache-2.0
#include "base/windows_error.h"
#include "collectors/clean.h"
#include "collectors/platform/tool.h"
#include "collectors/platform/windows/collectors.h"
#include "collectors/platform/windows/ip_helper.h"
#include "collectors/platform/windows/process_list.h"
#include "collectors/state_document.h"
#include "snapshot/kinds.h"
#include "snapshot/tables/network.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <map>
#include <tuple>
#include <vector>

// Sockets are those of the host's network compartment: what a pod listens on is not reached at the node's addresses.

namespace kwd::collectors {
namespace {

constexpr std::size_t kMostConnections = 20'000;
constexpr std::size_t kMostBytes = 64 << 20;
constexpr std::size_t kMostAnswer = 4 << 20;

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

/// The sockets of the compartment that the thread is in.
class SocketList {
  public:
    SocketList(const IpHelper& ip, DocumentSink& out) : ip_(ip), out_(out), names_(process_names()) {}

    Result<void> collect() {
        tcp<MIB_TCPTABLE_OWNER_PID>(AF_INET, 4);
        tcp<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, 6);
        udp<MIB_UDPTABLE_OWNER_PID>(AF_INET, 4);
        udp<MIB_UDP6TABLE_OWNER_PID>(AF_INET6, 6);
        if (state_.empty()) {
            return {};
        }
        nlohmann::ordered_json counts = nlohmann::ordered_json::array();
        for (const auto& [key, count] : counts_) {
            const auto& [protocol, family, state] = key;
            counts.push_back({{"protocol", protocol}, {"family", family}, {"state", state}, {"count", count}});
        }
        state_.set("counts", std::move(counts));
        state_.set("left_out", connections_ > kMostConnections ? connections_ - kMostConnections : 0);
        return out_.put({.kind = snapshot::kind::windows_state, .name = "sockets.json", .content = state_.as_json()});
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
            out_.missed(windows_error(result, fmt::format("{} for {}", name, family == AF_INET ? "IPv4" : "IPv6")));
            return {};
        }
        state_.answers_for(snapshot::kSockets);
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
        ++counts_[{row.protocol, family, *row.state}];
        const bool waits = row.state == "listen" || row.state == "unconnected";
        if (!waits && ++connections_ > kMostConnections) {
            return;
        }
        // Closed connections are nobody's any more.
        if (process != 0) {
            row.process_id = static_cast<std::int64_t>(process);
            if (const auto name = names_.find(process); name != names_.end() && !name->second.empty()) {
                row.process_name = name->second;
            }
        }
        state_.add(snapshot::kSockets, row, {{"family", family}});
    }

    const IpHelper& ip_;
    DocumentSink& out_;
    std::map<std::uint32_t, std::string> names_;
    StateDocument state_;
    std::map<std::tuple<std::string, int, std::string>, std::size_t> counts_;
    std::size_t connections_ = 0;
};

/// Port ranges have no documented function that only reads them; netsh is what Windows has. It answers in the language
/// of the system.
void collect_ranges(DocumentSink& out, Deadline deadline) {
    std::string silent;
    for (const char* family : {"ipv4", "ipv6"}) {
        for (const char* what : {"dynamicport", "excludedportrange"}) {
            for (const char* protocol : {"tcp", "udp"}) {
                auto answer = ask_tool({"netsh", "interface", family, "show", what, protocol}, deadline, kMostAnswer);
                if (!answer) {
                    out.missed(answer.error());
                    if (answer.error().code == Errc::not_found) {
                        return;
                    }
                } else if (answer->find_first_not_of(" \t\r\n") == std::string::npos) {
                    silent += fmt::format("{}{} {} {}", silent.empty() ? "" : ", ", family, what, protocol);
                } else {
                    (void)out.put(without_secrets({.kind = snapshot::kind::netsh,
                                                   .name = fmt::format("netsh/{}-{}-{}.txt", family, what, protocol),
                                                   .content = std::move(*answer)}));
                }
            }
        }
    }
    if (!silent.empty()) {
        out.missed({Errc::unsupported, "ask netsh for port ranges: it said nothing of " + silent});
    }
}

}  // namespace

Result<void> collect_ports(const CollectOptions& /*options*/, DocumentSink& out, Deadline deadline) {
    const auto ip = IpHelper::load();
    if (!ip) {
        out.missed(ip.error());
    } else if (auto put = SocketList(*ip, out).collect(); !put) {
        return put;
    }
    collect_ranges(out, deadline);
    return {};
}

}  // namespace kwd::collectors
