// SPDX-License-Identifier: Apache-2.0
#include "collectors/packet_documents.h"

#include "collectors/capture_summary.h"
#include "collectors/clean.h"
#include "packet/trim.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kwd::collectors {
namespace {

constexpr std::size_t kSectionBytes = 8 << 20;
constexpr std::size_t kLeastSectionBytes = 64 << 10;
// A document that is shorter when its second is over goes on; what is written twice of it is little.
constexpr std::size_t kShortSectionBytes = 1 << 20;
constexpr std::size_t kBlockOverhead = 35;         // of an enhanced packet block: 32 and padding
constexpr std::size_t kStatisticsBytes = 24 + 80;  // block, and all options that are written
constexpr std::chrono::milliseconds kLongestWait{500};
constexpr std::uint32_t kLongestPacket = 65'535;

std::int64_t now_ns_utc() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

PacketDocuments::PacketDocuments(DocumentSink& out, std::span<const packet::CaptureInterface> sources,
                                 const CollectOptions& options, std::string_view note, CountInterface count)
    : out_(out),
      writer_("kwdiag", sources),
      count_(std::move(count)),
      budget_(options.packet_bytes),
      most_packets_(options.packet_count),
      section_bytes_(options.packet_ring ? std::clamp<std::size_t>(budget_ / 8, kLeastSectionBytes, kSectionBytes)
                                         : kSectionBytes),
      ring_(options.packet_ring),
      trims_(options.packet_snap_length == 0),
      note_(note),
      put_at_(Clock::now()),
      begin_ns_utc_(now_ns_utc()) {
    for (const auto& source : sources) {
        counted_.push_back(
            {.link_type = source.link_type, .name = source.description.empty() ? source.name : source.description});
    }
}

Result<void> PacketDocuments::add(std::uint32_t interface_id, std::int64_t time_ns_utc,
                                  std::span<const std::byte> captured, std::uint32_t original_length) {
    Counted& counted = counted_[interface_id];
    if (trims_) {
        captured = captured.first(packet::trimmed_length(counted.link_type, captured, original_length));
    }
    const std::size_t reserved = kBlockOverhead + kStatisticsBytes * counted_.size();
    const std::size_t bytes = writer_.size() + captured.size() + reserved;
    if (full_ || bytes > budget_ - std::min(budget_, ring_ ? 0 : stored_bytes_)) {
        full_ = true;
        return Error{Errc::too_large, "keep packets: their budget is used up"};
    }
    if (bytes > section_bytes_ && packets_in_section_ > 0) {
        if (auto stored = put({}, true); !stored) {
            return stored;
        }
    }
    writer_.add(interface_id, std::max<std::int64_t>(time_ns_utc, 0), captured, original_length);
    ++packets_;
    ++packets_in_section_;
    ++waiting_;
    ++counted.in_section.packets;
    counted.in_section.bytes += original_length;
    return {};
}

Result<void> PacketDocuments::put_what_waits() {
    if (Clock::now() - put_at_ < kLongestWait) {
        return {};
    }
    if (waiting_ == 0) {
        put_at_ = Clock::now();  // the second begins with the next packet
        return {};
    }
    return put({}, writer_.size() >= std::min(kShortSectionBytes, section_bytes_));
}

Result<void> PacketDocuments::finish(std::string_view note) {
    if (packets_in_section_ == 0 && documents_ > 1 && !lost_more()) {
        return {};
    }
    std::string told = count_ || note.empty() ? counts() : std::string(note);
    if (count_ && !note.empty()) {
        told += fmt::format("; {}", note);
    }
    return put(told, true);
}

Result<void> PacketDocuments::put(std::string_view note, bool last) {
    NewDocument document{.kind = snapshot::kind::capture,
                         .name = fmt::format("packets-{}.pcapng", documents_),
                         .content = take_document(last),
                         .truncated = full_,
                         .note = note_};
    if (put_before_) {
        document.in_place_of.push_back(document.name);
    }
    if (ring_) {
        make_room(document.content.size(), document.in_place_of);
    }
    if (forgotten_ > 0) {
        add_note(document, "what was captured before the last of them went for want of room");
    }
    if (!note.empty()) {
        add_note(document, note);
    }
    put_before_ = !last;
    if (last) {
        end_section(document);
    }
    waiting_ = 0;
    auto put = out_.put(std::move(document));
    put_at_ = Clock::now();
    return put;
}

void PacketDocuments::end_section(const NewDocument& document) {
    std::vector<Kept> kept;
    for (Counted& counted : counted_) {
        counted.in_all.packets += counted.in_section.packets;
        counted.in_all.bytes += counted.in_section.bytes;
        kept.push_back(std::exchange(counted.in_section, {}));
    }
    stored_bytes_ += document.content.size();
    if (ring_) {
        stored_.push_back({document.name, document.content.size(), std::move(kept)});
    }
    packets_in_section_ = 0;
    ++documents_;
}

Result<void> PacketDocuments::put_summary(std::string_view ended_when) {
    CaptureSummary summary{.interfaces = {}, .ended_when = std::string(ended_when)};
    for (std::uint32_t id = 0; id < counted_.size(); ++id) {
        const Counted& counted = counted_[id];
        CaptureSummary::Interface& interface = summary.interfaces.emplace_back();
        interface.name = counted.name;
        interface.packets = counted.in_all.packets;
        interface.bytes = counted.in_all.bytes;
        if (const auto told = count_ ? count_(id) : std::nullopt) {
            interface.dropped = told->dropped;
            interface.dropped_by_interface = told->dropped_by_interface;
        }
    }
    return out_.put({.kind = snapshot::kind::capture_summary, .name = "packets.json", .content = as_json(summary)});
}

// The section with what was counted since it began. Where it goes on, it does so without that.
std::string PacketDocuments::take_document(bool last) {
    const std::size_t size = writer_.size();
    const std::int64_t end_ns_utc = now_ns_utc();
    for (std::uint32_t id = 0; count_ && id < counted_.size(); ++id) {
        Counted& counted = counted_[id];
        if (const auto now = count_(id)) {
            counted.now = *now;
            // Unsigned, so that a counter that began anew at 2^32 does no harm.
            writer_.add_statistics(
                id, {.received = now->matched - counted.before.matched,
                     .dropped_by_interface = now->dropped_by_interface - counted.before.dropped_by_interface,
                     .accepted = now->matched - counted.before.matched,
                     .dropped_by_system = now->dropped - counted.before.dropped,
                     .begin_ns_utc = begin_ns_utc_,
                     .end_ns_utc = std::max(end_ns_utc, begin_ns_utc_)});
        }
    }
    if (!last) {
        std::string copy(writer_.section());
        writer_.cut(size);
        return copy;
    }
    for (Counted& counted : counted_) {
        counted.before = counted.now;
    }
    begin_ns_utc_ = end_ns_utc;
    return writer_.take();
}

void PacketDocuments::make_room(std::uint64_t bytes, std::vector<std::string>& gone) {
    while (!stored_.empty() && stored_bytes_ + bytes > budget_) {
        stored_bytes_ -= stored_.front().bytes;
        for (std::size_t id = 0; id < counted_.size(); ++id) {
            counted_[id].in_all.packets -= stored_.front().kept[id].packets;
            counted_[id].in_all.bytes -= stored_.front().kept[id].bytes;
        }
        gone.push_back(std::move(stored_.front().name));
        stored_.pop_front();
        ++forgotten_;
    }
}

// Whether something was dropped since the last document was full.
bool PacketDocuments::lost_more() const {
    for (std::uint32_t id = 0; count_ && id < counted_.size(); ++id) {
        const CaptureCounts& before = counted_[id].before;
        const auto now = count_(id);
        if (now && (now->dropped != before.dropped || now->dropped_by_interface != before.dropped_by_interface)) {
            return true;
        }
    }
    return false;
}

std::string PacketDocuments::counts() const {
    std::string text = fmt::format("{} packets kept", packets_);
    std::uint64_t matched = 0;
    std::uint64_t dropped = 0;
    std::uint64_t dropped_by_interface = 0;
    for (std::uint32_t id = 0; count_ && id < counted_.size(); ++id) {
        if (const auto now = count_(id)) {
            matched += now->matched;
            dropped += now->dropped;
            dropped_by_interface += now->dropped_by_interface;
        }
    }
    if (count_) {
        text += fmt::format(", {} matched the filter, {} dropped for want of buffer, {} dropped by the interface",
                            matched, dropped, dropped_by_interface);
    }
    return text;
}

packet::LinkType link_type_of_dlt(int dlt) noexcept {
    // Raw IP is numbered differently on every system; Linux and Windows say 12.
    return dlt == 12 || dlt == 14 ? packet::LinkType::raw : static_cast<packet::LinkType>(dlt);
}

std::string packet_filter_of(const CollectOptions& options) {
    return options.packet_filter.empty() ? kDefaultPacketFilter : options.packet_filter;
}

std::string whole_filter_of(const CollectOptions& options) {
    const std::string filter = packet_filter_of(options);
    return options.packet_trigger.empty() ? filter : fmt::format("({}) or ({})", filter, options.packet_trigger);
}

std::uint32_t snap_length_of(const CollectOptions& options) noexcept {
    return options.packet_snap_length == 0 ? kLongestPacket : std::clamp(options.packet_snap_length, 64U, 262'144U);
}

}  // namespace kwd::collectors
