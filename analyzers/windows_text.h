// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/text_lines.h"
#include "snapshot/tables/types.h"

#include <optional>
#include <string>
#include <string_view>

// What Windows' own programs and cmdlets print of the network. One text may hold several outputs one after the other,
// so each is recognised where it begins, by its structure and by the shapes of its values: the words are in the
// language of the system, and only some are known.

namespace kwd::analyzers {

/// Understands any such text; serves the kinds arp, ip-state, ipconfig, netsh, ps-list, route-print, systeminfo,
/// windows-services and winver.
void analyze_windows_text(const snapshot::Document& document, Analysis& out);

/// What the sections of one text share while it is read from top to bottom.
struct WindowsText {
    const TextLines& lines;
    Analysis& out;
    std::string hint = {};                  ///< name of the document and last command echoed, in lower case
    snapshot::Integer compartment_id = {};  ///< of ipconfig /allcompartments
    bool begins_block = true;               ///< nothing, a blank line or a command stands before the line
};

/// Reads one section that begins at a line: answers the line behind it, or the same line when none begins there.
using SectionReader = std::size_t (*)(WindowsText& text, std::size_t at);

std::size_t read_arp(WindowsText& text, std::size_t at);
std::size_t read_ipconfig(WindowsText& text, std::size_t at);
std::size_t read_route_print(WindowsText& text, std::size_t at);
std::size_t read_netsh_interfaces(WindowsText& text, std::size_t at);
std::size_t read_netsh_interface_details(WindowsText& text, std::size_t at);
std::size_t read_netsh_ports(WindowsText& text, std::size_t at);
std::size_t read_sc(WindowsText& text, std::size_t at);
std::size_t read_systeminfo(WindowsText& text, std::size_t at);
std::size_t read_windows_version(WindowsText& text, std::size_t at);
std::size_t read_cmdlet(WindowsText& text, std::size_t at);
std::size_t read_tasklist(WindowsText& text, std::size_t at);
std::size_t read_tasklist_csv(WindowsText& text, std::size_t at);
std::size_t read_netstat(WindowsText& text, std::size_t at);
std::size_t read_advfirewall_rule(WindowsText& text, std::size_t at);
std::size_t read_advfirewall_profile(WindowsText& text, std::size_t at);
std::size_t read_folder_listing(WindowsText& text, std::size_t at);

/// An address as Windows prints it: `fe80::1%12(Preferred)`.
struct PrintedAddress {
    std::string address;           ///< canonical
    std::int64_t family = 0;       ///< 4 or 6
    snapshot::Integer zone = {};   ///< which is the index of the interface
    std::string_view remark = {};  ///< the word in parentheses
};
[[nodiscard]] std::optional<PrintedAddress> printed_address(std::string_view text);

/// A line of `=`, as tools draw them between sections.
[[nodiscard]] bool is_bar(std::string_view line) noexcept;
/// The line that is a rule of dashes in groups; empty when it is none. The groups' lengths.
[[nodiscard]] std::vector<std::size_t> dash_groups(std::string_view line);

// Words of English, German, French, Spanish, Italian, Portuguese, Japanese, Chinese (both), Korean, Russian, Polish.
/// yes/no, enabled/disabled. nullopt for a word that is not known.
[[nodiscard]] std::optional<bool> printed_flag(std::string_view word);
/// The state of an address: preferred, deprecated, tentative, duplicate. NULL for a word that is not known.
[[nodiscard]] snapshot::Text printed_address_state(std::string_view word);
/// The language in which ipconfig begins its answer, as in a locale: de, zh-CN. NULL for a line that is not that title.
[[nodiscard]] snapshot::Text language_of_title(std::string_view line);
/// The state of a TCP socket, as netstat (English, German) and Get-NetTCPConnection word it. NULL for any other word.
[[nodiscard]] snapshot::Text printed_socket_state(std::string_view word);
/// static, of an ARP entry.
[[nodiscard]] bool is_static_word(std::string_view word);

/// What the title of an adapter in ipconfig says: `Ethernet adapter vEthernet (nat)`.
struct AdapterTitle {
    std::string_view name;
    snapshot::Text kind;  ///< ethernet, wireless, tunnel, other; NULL where the words are not known
};
[[nodiscard]] AdapterTitle adapter_title(std::string_view title);

}  // namespace kwd::analyzers
