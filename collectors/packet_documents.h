// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "packet/capture.h"
#include "packet/pcapng_writer.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// What a capturing library counted of one interface since the capture began.
struct CaptureCounts {
    std::uint32_t matched = 0;               ///< passed the filter
    std::uint32_t dropped = 0;               ///< of these, for want of buffer
    std::uint32_t dropped_by_interface = 0;  ///< before anybody could look
};
/// Asks for the counts of an interface; nullopt where they are not told.
using CountInterface = std::function<std::optional<CaptureCounts>(std::uint32_t interface_id)>;

/// Puts captured packets as pcapng documents, `packets-1.pcapng` and on. Each is a file of its own, with what was
/// counted of each interface while it was filled, so that what was captured before a crash can be read.
///
/// A document is put when it is full, and about a second after its first packet at the latest. One that is still short
/// then goes on, and is put again in its own place: a quiet capture does not become thousands of documents.
class PacketDocuments {
  public:
    /// `options`: the budgets for packets and bytes, and whether the first bytes are kept or the last; the snap length.
    PacketDocuments(DocumentSink& out, std::span<const packet::CaptureInterface> sources, const CollectOptions& options,
                    std::string_view note, CountInterface count = {});

    /// Keeps a packet, without its payload unless a snap length was asked for.
    /// Errors: too_large when the budget is used up: the packet was left out, and so must be all others; those of
    /// put().
    [[nodiscard]] Result<void> add(std::uint32_t interface_id, std::int64_t time_ns_utc,
                                   std::span<const std::byte> captured, std::uint32_t original_length);

    /// As many packets were added as were asked for.
    [[nodiscard]] bool complete() const noexcept { return most_packets_ != 0 && packets_ >= most_packets_; }

    /// The budget is used up: a packet was left out.
    [[nodiscard]] bool full() const noexcept { return full_; }

    /// Puts what has waited for about a second. To be called a few times a second.
    [[nodiscard]] Result<void> put_what_waits();

    /// Puts what is left, with what was counted and `note` beside the other; a capture without a packet is a document
    /// too: it says so.
    [[nodiscard]] Result<void> finish(std::string_view note = {});

    /// Puts what was kept and dropped of each interface as `packets.json`. `ended_when`: CaptureSummary's.
    [[nodiscard]] Result<void> put_summary(std::string_view ended_when);

    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

  private:
    using Clock = std::chrono::steady_clock;
    struct Kept {
        std::uint64_t packets = 0;
        std::uint64_t bytes = 0;  ///< on the wire
    };
    struct Stored {
        std::string name;
        std::uint64_t bytes;
        std::vector<Kept> kept;  ///< by interface
    };
    struct Counted {
        packet::LinkType link_type;
        std::string name;
        CaptureCounts before{};  ///< what was counted before the current document
        CaptureCounts now{};
        Kept in_section{};
        Kept in_all{};
    };

    [[nodiscard]] Result<void> put(std::string_view note, bool last);
    [[nodiscard]] std::string take_document(bool last);
    void end_section(const NewDocument& document);
    [[nodiscard]] bool lost_more() const;
    void make_room(std::uint64_t bytes, std::vector<std::string>& gone);
    [[nodiscard]] std::string counts() const;

    DocumentSink& out_;
    packet::PcapngWriter writer_;
    CountInterface count_;
    std::vector<Counted> counted_;
    std::uint64_t budget_;
    std::uint64_t most_packets_;
    std::size_t section_bytes_;
    bool ring_;
    bool trims_;
    std::string note_;
    std::deque<Stored> stored_;       ///< of a ring, without the one that goes on
    std::uint64_t stored_bytes_ = 0;  ///< of all that were put for good
    bool put_before_ = false;         ///< what is in the writer was put already, in part
    std::uint64_t packets_ = 0;
    std::uint64_t forgotten_ = 0;  ///< documents of the ring
    std::uint64_t waiting_ = 0;    ///< packets that were not put yet
    std::uint64_t packets_in_section_ = 0;
    Clock::time_point put_at_;       ///< the last time
    std::int64_t begin_ns_utc_ = 0;  ///< of the document
    int documents_ = 1;
    bool full_ = false;
};

/// The link type (LINKTYPE_) that capture files use for what libpcap calls `dlt` on this machine.
/// Source: https://www.tcpdump.org/linktypes.html
[[nodiscard]] packet::LinkType link_type_of_dlt(int dlt) noexcept;

/// What is captured when nobody asks for anything else: VXLAN on its usual ports, DNS, ICMP, ARP, and the beginnings
/// and resets of TCP connections.
inline constexpr const char* kDefaultPacketFilter =
    "udp port 4789 or udp port 8472 or port 53 or icmp or icmp6 or arp or tcp[tcpflags] & (tcp-syn|tcp-rst) != 0 or "
    "(ip6 and ip6[6] = 6 and ip6[53] & 6 != 0)";

/// The filter that was asked for, or kDefaultPacketFilter.
[[nodiscard]] std::string packet_filter_of(const CollectOptions& options);

/// The same with what ends the capture: that is captured too.
[[nodiscard]] std::string whole_filter_of(const CollectOptions& options);

/// How much of each packet the capturing library keeps, in bytes: what was asked for, as far as it makes sense; without
/// that, enough for DNS.
[[nodiscard]] std::uint32_t snap_length_of(const CollectOptions& options) noexcept;

}  // namespace kwd::collectors
