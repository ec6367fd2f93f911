// SPDX-License-Identifier: Apache-2.0
// tasklist and netstat: columns of which only the shapes of the values are alike in every language.
#include "analyzers/processes.h"
#include "analyzers/windows_text.h"
#include "base/console.h"
#include "base/ip.h"
#include "snapshot/place.h"
#include "snapshot/tables/network.h"
#include "snapshot/tables/system.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::line_place;
using snapshot::Text;

struct Group {
    std::size_t begin;
    std::size_t width;
};

// `==== ==== ====` below the names of columns; none for a line of another kind.
std::vector<Group> equals_groups(std::string_view line) {
    std::vector<Group> groups;
    if (line.empty() || line.find_first_not_of("= ") != std::string_view::npos) {
        return groups;
    }
    for (std::size_t at = line.find('='); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find(' ', at), line.size());
        groups.push_back({at, end - at});
        at = line.find('=', end);
    }
    return groups;
}

std::string_view cell_at(std::string_view line, const Group& group) {
    const std::size_t begin = byte_at_column(line, group.begin);
    return trim(line.substr(begin, byte_at_column(line, group.begin + group.width) - begin));
}

// `85,120 K`, `85.120 K`, `85 120 Ko`: the digits.
Integer kilobytes_in(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (is_digit(c)) {
            digits += c;
        }
    }
    return parse_integer(digits);
}

// Name, PID, session, its number, memory; /v adds state, user, time and title; /svc has names of services instead.
void add_task(std::string_view name, std::string_view pid, std::string_view memory, std::string_view user,
              const std::string& place, Analysis& out) {
    const auto id = parse_integer(pid);
    if (!id || name.empty()) {
        return;
    }
    snapshot::ProcessesRow row{.process_id = *id, .name = process_name(name)};
    if (const auto kilobytes = kilobytes_in(memory); kilobytes && *kilobytes < (1LL << 40)) {
        row.working_set_bytes = *kilobytes * 1024;
    }
    row.account = user == "N/A" ? std::nullopt : text_or_null(user);
    out.add(snapshot::kProcesses, std::move(row), place);
}

struct Socket {
    std::string address;
    std::int64_t port = 0;
};

// `0.0.0.0:10250`, `[fe80::1%4]:135`, `*:*`; nullopt where the port is a name, as without -n.
std::optional<Socket> socket_in(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    }
    const auto parsed = printed_address(address);
    const auto port = parse_integer(text.substr(colon + 1));
    return parsed && port && *port >= 0 && *port <= 65535 ? std::optional(Socket{parsed->address, *port})
                                                          : std::nullopt;
}

std::optional<snapshot::SocketsRow> netstat_row(std::string_view line) {
    const auto words = split_words(line);
    if (words.size() < 3 || (words[0] != "TCP" && words[0] != "UDP")) {
        return std::nullopt;
    }
    const auto local = socket_in(words[1]);
    if (!local) {
        return std::nullopt;
    }
    snapshot::SocketsRow row{.protocol = lower(words[0])};
    row.local_address = local->address;
    row.local_port = local->port;
    const auto peer = socket_in(words[2]);
    if (peer && peer->port != 0) {
        row.remote_address = peer->address;
        row.remote_port = peer->port;
    }
    const Integer last = parse_integer(words.back());
    row.process_id = words.size() > 3 ? last : std::nullopt;
    if (words[0] == "TCP") {
        row.state = words.size() > 3 ? printed_socket_state(words[3]) : std::nullopt;
        if (!row.state && peer && peer->port == 0) {
            row.state = "listen";  // whatever the word for it
        }
    }
    return row;
}

bool is_netstat_row(std::string_view line) {
    const std::string_view words = trim(line);
    return line.starts_with("  ") && (words.starts_with("TCP ") || words.starts_with("UDP "));
}

}  // namespace

std::size_t read_tasklist(WindowsText& text, std::size_t at) {
    const auto groups = equals_groups(text.lines[at + 1]);
    if (groups.size() < 3 || groups.size() > 20) {
        return at;
    }
    for (at += 2; at < text.lines.size() && !text.lines[at].empty(); ++at) {
        const std::string_view line = text.lines[at];
        add_task(cell_at(line, groups[0]), cell_at(line, groups[1]),
                 groups.size() >= 5 ? cell_at(line, groups[4]) : std::string_view{},
                 groups.size() >= 9 ? cell_at(line, groups[6]) : std::string_view{}, line_place(at + 1), text.out);
    }
    return at;
}

std::size_t read_tasklist_csv(WindowsText& text, std::size_t at) {
    // "kubelet.exe","3412","Services","0","85,120 K"
    const auto fields_of = [&](std::size_t line) {
        std::vector<std::string_view> fields;
        std::string_view rest = text.lines[line];
        while (rest.starts_with('"')) {
            const std::size_t end = rest.find('"', 1);
            if (end == std::string_view::npos) {
                return std::vector<std::string_view>{};
            }
            fields.push_back(rest.substr(1, end - 1));
            rest = rest.substr(end + 1);
            rest.remove_prefix(rest.starts_with(',') ? 1 : 0);
        }
        return fields;
    };
    const auto header = fields_of(at);
    if ((header.size() != 5 && header.size() != 9) || header[1] != "PID") {
        return at;
    }
    for (++at; at < text.lines.size(); ++at) {
        const auto fields = fields_of(at);
        if (fields.size() != header.size()) {
            break;
        }
        add_task(fields[0], fields[1], fields[4], fields.size() == 9 ? fields[6] : std::string_view{},
                 line_place(at + 1), text.out);
    }
    return at;
}

std::size_t read_netstat(WindowsText& text, std::size_t at) {
    if (!is_netstat_row(text.lines[at])) {
        return at;
    }
    bool has_listener = false;
    bool has_names = false;
    std::optional<snapshot::SocketsRow> row;
    std::size_t line = at;
    const auto finish = [&] {
        if (row) {
            has_listener = has_listener || row->state == "listen";
            text.out.add(snapshot::kSockets, std::move(*row), line_place(line + 1));
        }
        row.reset();
    };
    for (; at < text.lines.size() && !text.lines[at].empty(); ++at) {
        const std::string_view here = text.lines[at];
        if (is_netstat_row(here)) {
            finish();
            row = netstat_row(here);
            line = at;
            has_names = has_names || !row;
        } else if (const std::string_view owner = trim(here); row && owner.starts_with('[') && owner.ends_with(']')) {
            row->process_name = process_name(owner.substr(1, owner.size() - 2));  // netstat -b
        } else if (!echoed_command(here).empty()) {
            break;
        }
    }
    finish();
    if (has_names) {
        text.out.note(line_place(line + 1), "bad_value", "ports that netstat shows by name are left out; it needs -n");
        text.out.covers_partly(snapshot::kSockets.name, "netstat shows ports by name");
    } else if (!has_listener) {
        text.out.covers_partly(snapshot::kSockets.name, "netstat without -a leaves out what listens");
    }
    return at;
}

}  // namespace kwd::analyzers
