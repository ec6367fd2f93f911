// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "collectors/packet_documents.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is known of Windows' packet monitor, pktmon.exe, without running it: its commands, and what its answers mean. It
// has one session and one list of filters for the whole system, so that a trace of somebody else has to be told from
// ours; and it speaks the language of the system, so that nothing here goes by words that are translated.
// Source: learn.microsoft.com/windows-server/administration/windows-commands/pktmon, and answers that people published.

namespace kwd::collectors {

/// Ours are known by it: folders of trace files, and filters.
inline constexpr std::string_view kPktmonFolderPrefix = "kwdiag-pktmon-";
inline constexpr std::string_view kPktmonFilterPrefix = "kwdiag-";

/// What a version of pktmon can do. Windows Server 2019 began with another syntax and fewer commands.
struct PktmonDialect {
    bool has_status = false;
    std::string list;          ///< the command that lists components: "list", before that "comp list"
    std::string converter;     ///< "etl2pcap", before that "pcapng"; empty: it cannot
    bool has_unload = false;   ///< it can unload its driver, as all can whose help was published
    bool has_capture = false;  ///< "start --capture"; before that "start --etw"
};
/// `help` is what `pktmon help` said, `start_help` what `pktmon start help` said: commands and options are in no
/// language.
[[nodiscard]] PktmonDialect dialect_of(std::string_view help, std::string_view start_help);

/// Whether `pktmon status` says that something runs. It answers one sentence when nothing does, and else lines about
/// what, with the path of the trace file; what cannot be understood counts as running.
[[nodiscard]] bool says_running(std::string_view status);

/// The names of the filters that `pktmon filter list` shows: a table whose rows are numbered, or a sentence or two that
/// there is none. nullopt when it is neither.
[[nodiscard]] std::optional<std::vector<std::string>> filters_of(std::string_view list);

/// The component of an interface in the answer of `pktmon list --json`: the adapter itself, rather than what is bound
/// to it; nullopt when it is not there.
[[nodiscard]] std::optional<std::int64_t> component_of(std::string_view json, std::uint32_t interface_index);

/// The arguments of `pktmon filter add` that come closest to kDefaultPacketFilter, VXLAN first. A packet is kept when
/// any of them matches; VXLAN by its outer header, so that nothing has to be said of what is inside.
[[nodiscard]] std::vector<std::vector<std::string>> pktmon_filters();

/// The arguments that start a trace of one component, or of all network cards, into a file that keeps the newest.
[[nodiscard]] std::vector<std::string> start_arguments(const PktmonDialect& dialect,
                                                       std::optional<std::int64_t> component, std::uint32_t snap_length,
                                                       const std::string& file, std::uint64_t megabytes);

/// What became of the packets of a converted trace.
struct PktmonPackets {
    std::uint64_t duplicates = 0;   ///< seen again on the way through the stack
    std::uint64_t other_links = 0;  ///< not Ethernet
};
/// Keeps the packets of a pcapng file that pktmon made. The same packet stands in it once for each place of the stack
/// that it passed: what comes again within a millisecond, byte for byte, is left out.
/// Errors: those of PacketDocuments::add; malformed for a file that is no capture.
[[nodiscard]] Result<PktmonPackets> keep_packets(std::string_view pcapng, PacketDocuments& documents);

}  // namespace kwd::collectors
