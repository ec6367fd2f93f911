// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/link_type.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace kwd::packet {

/// Which way a packet went through its interface.
enum class Direction : std::uint8_t { unknown, inbound, outbound };

/// One packet as a capture file holds it. `captured` points into the bytes that are being read.
struct CapturedPacket {
    std::uint64_t number;                     ///< counted from 1 through the whole file, as Wireshark does
    std::optional<std::int64_t> time_ns_utc;  ///< since 1970; nullopt where the file does not say
    std::uint32_t interface_id;               ///< index into the reader's interfaces()
    LinkType link_type;
    Direction direction;        ///< as the file says; unknown in a pcap file
    bool checksums_unfinished;  ///< the file says that the network card was still to compute them, or to cut the packet
                                ///< up
    std::span<const std::byte> captured;
    std::uint32_t original_length;  ///< bytes on the wire
};

/// What was counted of an interface while it was captured on, between two times. What is not known is nullopt.
struct CaptureStatistics {
    std::optional<std::uint64_t> received = {};              ///< packets that the capturing library saw
    std::optional<std::uint64_t> dropped_by_interface = {};  ///< before anybody could look
    std::optional<std::uint64_t> accepted = {};              ///< packets that passed the filter
    std::optional<std::uint64_t> dropped_by_system = {};     ///< of these, for want of buffer
    std::optional<std::int64_t> begin_ns_utc = {};           ///< since 1970
    std::optional<std::int64_t> end_ns_utc = {};
};

/// Where packets were captured.
struct CaptureInterface {
    std::string name;         ///< `eth0`, `\Device\NPF_{GUID}`; empty where the file does not say
    std::string description;  ///< a name for people; often empty
    LinkType link_type = LinkType::ethernet;
    std::uint32_t snap_length = 0;  ///< bytes kept of a packet; 0 is no limit
    std::string filter = {};        ///< of libpcap; empty where there was none, or the file does not say
    /// As far as the file was read: the last of each section, summed over the sections.
    std::optional<CaptureStatistics> statistics = {};
    std::uint64_t lost_between_packets = 0;  ///< what the packets' own blocks say was lost before them, summed
};

}  // namespace kwd::packet
