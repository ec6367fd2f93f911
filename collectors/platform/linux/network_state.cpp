// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/collectors.h"
#include "collectors/platform/tool.h"
#include "snapshot/kinds.h"

#include <unistd.h>

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

// What iproute2 tells as JSON: one question, one document.

namespace kwd::collectors {
namespace {

// A node with a full routing table has a million routes; the collector's byte budget is the smaller limit.
constexpr std::size_t kMaxAnswer = 256 << 20;

// Old iproute2 says nothing at all where newer says `[]`.
std::string array_of(std::string answer) {
    return answer.find_first_not_of(" \n") == std::string::npos ? "[]\n" : answer;
}

Result<void> store_answer(const std::vector<std::string>& command, std::string_view kind, std::string name,
                          DocumentSink& out, Deadline deadline) {
    auto answer = ask_tool(command, deadline, kMaxAnswer);
    if (!answer) {
        return std::move(answer).error();
    }
    return out.put({.kind = kind, .name = std::move(name), .content = array_of(std::move(*answer))});
}

// Both families as one object; a kernel without IPv6 has no answer for it.
Result<void> store_both_families(const std::vector<std::string>& question, std::string_view kind, std::string name,
                                 DocumentSink& out, Deadline deadline) {
    const auto ask = [&](const char* family) {
        std::vector<std::string> command{"ip", family, "-j"};
        command.insert(command.end(), question.begin(), question.end());
        return ask_tool(command, deadline, kMaxAnswer);
    };
    auto ipv4 = ask("-4");
    if (!ipv4) {
        return std::move(ipv4).error();
    }
    std::string content = fmt::format("{{\"ipv4\": {}", array_of(std::move(*ipv4)));
    if (::access("/proc/net/if_inet6", F_OK) == 0) {
        auto ipv6 = ask("-6");
        if (ipv6) {
            content += fmt::format(", \"ipv6\": {}", array_of(std::move(*ipv6)));
        } else {
            out.missed(std::move(ipv6).error());
        }
    }
    content += "}\n";
    return out.put({.kind = kind, .name = std::move(name), .content = std::move(content)});
}

}  // namespace

Result<void> collect_links(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    return store_answer({"ip", "-j", "-d", "link", "show"}, snapshot::kind::linux_links, "links.json", out, deadline);
}

Result<void> collect_addresses(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    return store_answer({"ip", "-j", "-d", "addr", "show"}, snapshot::kind::linux_addresses, "addresses.json", out,
                        deadline);
}

Result<void> collect_routes(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    return store_both_families({"-d", "route", "show", "table", "all"}, snapshot::kind::linux_routes, "routes.json",
                               out, deadline);
}

Result<void> collect_rules(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    return store_both_families({"rule", "show"}, snapshot::kind::linux_rules, "rules.json", out, deadline);
}

Result<void> collect_neighbors(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    return store_answer({"ip", "-j", "neigh", "show", "nud", "all"}, snapshot::kind::linux_neighbors, "neighbors.json",
                        out, deadline);
}

Result<void> collect_fdb(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    return store_answer({"bridge", "-j", "-d", "fdb", "show"}, snapshot::kind::linux_fdb, "fdb.json", out, deadline);
}

}  // namespace kwd::collectors
