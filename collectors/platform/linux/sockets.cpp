// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/sockets.h"

#include "collectors/clean.h"
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/linux/proc.h"
#include "snapshot/kinds.h"

#include <unistd.h>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <map>
#include <tuple>
#include <vector>

// From /proc/net rather than by sock_diag: asking by netlink would load kernel modules that are not there yet.

namespace kwd::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMostConnections = 20'000;

struct Source {
    const char* path;
    const char* protocol;
    int family;
};
constexpr auto kSources = std::to_array<Source>({{"/proc/net/tcp", "tcp", 4},
                                                 {"/proc/net/tcp6", "tcp", 6},
                                                 {"/proc/net/udp", "udp", 4},
                                                 {"/proc/net/udp6", "udp", 6}});

std::vector<std::string_view> split_at_blanks(std::string_view line) {
    std::vector<std::string_view> fields;
    while (true) {
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) {
            return fields;
        }
        line.remove_prefix(begin);
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        fields.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

template <class Number>
std::optional<Number> number(std::string_view text, int base) {
    Number value{};
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// HEX:PORT, of 8 or 32 digits.
std::optional<std::pair<std::string, std::uint16_t>> read_endpoint(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon != 8 && colon != 32) {
        return std::nullopt;
    }
    std::array<std::uint32_t, 4> words{};
    for (std::size_t i = 0; i < colon / 8; ++i) {
        const auto word = number<std::uint32_t>(text.substr(i * 8, 8), 16);
        if (!word) {
            return std::nullopt;
        }
        words[i] = *word;
    }
    const auto port = number<std::uint16_t>(text.substr(colon + 1), 16);
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    const int family = colon == 8 ? AF_INET : AF_INET6;
    if (!port || ::inet_ntop(family, words.data(), buffer.data(), buffer.size()) == nullptr) {
        return std::nullopt;
    }
    return std::pair(std::string(buffer.data()), *port);
}

const char* state_name(std::string_view protocol, unsigned state) {
    constexpr std::array<const char*, 13> tcp{nullptr,     "established", "syn_sent", "syn_recv",   "fin_wait1",
                                              "fin_wait2", "time_wait",   "close",    "close_wait", "last_ack",
                                              "listen",    "closing",     "syn_recv"};
    if (protocol == "udp") {
        return state == 1 ? "established" : "unconnected";
    }
    return state < tcp.size() ? tcp[state] : nullptr;
}

class SocketList {
  public:
    explicit SocketList(const SocketOwners& owners) : owners_(owners) {}

    void add(const Source& source, const SocketLine& socket) {
        const char* state = state_name(source.protocol, socket.state);
        const std::string name = state != nullptr ? state : fmt::format("{}", socket.state);
        ++counts_[{source.protocol, source.family, name}];
        const bool waits = name == "listen" || name == "unconnected";
        if (!waits && ++connections_ > kMostConnections) {
            return;
        }
        json entry{
            {"protocol", source.protocol},     {"family", source.family}, {"local_address", socket.local_address},
            {"local_port", socket.local_port}, {"state", name},           {"user_id", socket.user_id}};
        if (!waits) {
            entry["remote_address"] = socket.remote_address;
            entry["remote_port"] = socket.remote_port;
        }
        if (const auto owner = owners_.by_inode.find(socket.inode); owner != owners_.by_inode.end()) {
            entry["process_id"] = owner->second;
            entry["process_name"] = name_of(owner->second);
        }
        sockets_.push_back(std::move(entry));
    }

    [[nodiscard]] json document() const {
        json counts = json::array();
        for (const auto& [key, count] : counts_) {
            const auto& [protocol, family, state] = key;
            counts.push_back({{"protocol", protocol}, {"family", family}, {"state", state}, {"count", count}});
        }
        const std::size_t left_out = connections_ > kMostConnections ? connections_ - kMostConnections : 0;
        return {{"sockets", sockets_}, {"counts", counts}, {"left_out", left_out}};
    }

  private:
    std::string name_of(pid_t process) {
        const auto [entry, is_new] = names_.try_emplace(process);
        if (is_new) {
            const auto info = look_at_process(process);
            entry->second = info ? program_name(*info) : "";
        }
        return entry->second;
    }

    const SocketOwners& owners_;
    std::map<pid_t, std::string> names_;
    std::map<std::tuple<std::string, int, std::string>, std::size_t> counts_;
    std::size_t connections_ = 0;
    json sockets_ = json::array();
};

}  // namespace

std::optional<SocketLine> read_socket_line(std::string_view line) {
    // sl, local, remote, state, queues, timer, retransmits, uid, timeout, inode
    const auto fields = split_at_blanks(line);
    if (fields.size() < 10) {
        return std::nullopt;
    }
    const auto local = read_endpoint(fields[1]);
    const auto remote = read_endpoint(fields[2]);
    const auto state = number<unsigned>(fields[3], 16);
    const auto user = number<std::uint32_t>(fields[7], 10);
    const auto inode = number<std::uint64_t>(fields[9], 10);
    if (!local || !remote || !state || !user || !inode) {
        return std::nullopt;
    }
    return SocketLine{local->first, local->second, remote->first, remote->second, *state, *user, *inode};
}

Result<void> collect_sockets(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    const auto owners = find_socket_owners(deadline - std::chrono::seconds(5));
    if (!owners.complete) {
        out.missed({Errc::timed_out, "find the processes of all sockets"});
    } else if (::geteuid() != 0) {
        out.missed({Errc::access_denied, "find the processes of other users' sockets"});
    }
    SocketList list(owners);
    bool any = false;
    for (const Source& source : kSources) {
        std::ifstream file(source.path);
        any = any || file.is_open();
        for (std::string line; std::getline(file, line);) {
            if (const auto socket = read_socket_line(line)) {
                list.add(source, *socket);
            }
        }
    }
    if (!any) {
        return Error{Errc::unsupported, "read /proc/net/tcp"};
    }
    return out.put(
        {.kind = snapshot::kind::linux_sockets, .name = "sockets.json", .content = to_document(list.document())});
}

}  // namespace kwd::collectors
