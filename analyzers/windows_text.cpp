// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"

#include "analyzers/cmdlets.h"
#include "analyzers/processes.h"
#include "base/ip.h"
#include "snapshot/tables/network.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

// In this order: what is more particular comes first.
constexpr std::array<SectionReader, 16> kSections = {&read_sc,
                                                     &read_arp,
                                                     &read_ipconfig,
                                                     &read_route_print,
                                                     &read_netsh_interface_details,
                                                     &read_netsh_interfaces,
                                                     &read_netsh_ports,
                                                     &read_tasklist,
                                                     &read_tasklist_csv,
                                                     &read_netstat,
                                                     &read_advfirewall_rule,
                                                     &read_advfirewall_profile,
                                                     &read_folder_listing,
                                                     &read_cmdlet,
                                                     &read_windows_version,
                                                     &read_systeminfo};

}  // namespace

void analyze_windows_text(const snapshot::Document& document, Analysis& out) {
    const TextLines lines(document, out);
    const std::string name = lower(document.info.name);
    WindowsText text{lines, out, name};
    const bool is_export = read_exported_objects(lines, out);
    for (std::size_t at = is_export ? lines.size() : 0; at < lines.size();) {
        if (const std::string_view command = echoed_command(lines[at]); !command.empty()) {
            text.hint = name + " " + lower(command);
            text.begins_block = true;
            ++at;
            continue;
        }
        std::size_t next = at;
        for (std::size_t i = 0; i < kSections.size() && next == at && !lines[at].empty(); ++i) {
            next = kSections[i](text, at);
        }
        at = std::max(next, at + 1);
        text.begins_block = lines[at - 1].empty();
    }
    judge_process_list(out);
    if (out.coverage().empty() && out.outlines().empty()) {
        out.note("", "unrecognised", "nothing in this text is output that is known");
        // The answers to its neighbours would speak for the whole table.
        if (name.find("dynamicport") != std::string::npos || name.find("excludedportrange") != std::string::npos) {
            out.covers_partly(snapshot::kPortRanges.name, document.info.name + " could not be understood");
        }
    }
}

std::optional<PrintedAddress> printed_address(std::string_view text) {
    text = trim(text);
    PrintedAddress printed;
    if (const std::size_t open = text.find('('); open != std::string_view::npos) {
        printed.remark = text.substr(open + 1, std::min(text.find(')', open), text.size()) - open - 1);
        text = trim(text.substr(0, open));
    }
    const auto address = IpAddress::parse(text);
    if (!address) {
        return std::nullopt;
    }
    if (const std::size_t percent = text.find('%'); percent != std::string_view::npos) {
        printed.zone = parse_integer(text.substr(percent + 1));
    }
    printed.address = address->text();
    printed.family = static_cast<std::int64_t>(address->family());
    return printed;
}

bool is_bar(std::string_view line) noexcept {
    return line.size() >= 20 && line.find_first_not_of('=') == std::string_view::npos;
}

std::vector<std::size_t> dash_groups(std::string_view line) {
    std::vector<std::size_t> groups;
    if (line.find_first_not_of("- ") == std::string_view::npos) {
        for (const std::string_view each : split_words(line)) {
            groups.push_back(each.size());
        }
    }
    return groups;
}

}  // namespace kwd::analyzers
