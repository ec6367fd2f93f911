// SPDX-License-Identifier: Apache-2.0
#include "collectors/packet_documents.h"

#include "collectors/clean.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace kwd::collectors {
namespace {

constexpr std::size_t kSectionBytes = 4 << 20;
constexpr std::size_t kBlockOverhead = 35;  // of an enhanced packet block: 32 and padding

}  // namespace

PacketDocuments::PacketDocuments(DocumentSink& out, packet::CaptureInterface source, std::uint64_t budget,
                                 std::string_view note)
    : out_(out), writer_("kwdiag", std::array{std::move(source)}), left_(budget), note_(note) {}

Result<void> PacketDocuments::add(std::int64_t time_ns_utc, std::span<const std::byte> captured,
                                  std::uint32_t original_length) {
    const std::size_t bytes = captured.size() + kBlockOverhead;
    if (full_ || writer_.size() + bytes > left_) {
        full_ = true;
        return Error{Errc::too_large, "keep packets: their budget is used up"};
    }
    if (writer_.size() + bytes > kSectionBytes && packets_in_section_ > 0) {
        if (auto stored = put({}); !stored) {
            return stored;
        }
    }
    writer_.add(0, std::max<std::int64_t>(time_ns_utc, 0), captured, original_length);
    ++packets_;
    ++packets_in_section_;
    return {};
}

Result<void> PacketDocuments::finish(std::string_view note) {
    return packets_in_section_ > 0 || documents_ == 0 ? put(note) : Result<void>();
}

Result<void> PacketDocuments::put(std::string_view note) {
    NewDocument document{.kind = snapshot::kind::capture,
                         .name = fmt::format("packets-{}.pcapng", ++documents_),
                         .content = writer_.take(),
                         .truncated = full_,
                         .note = note_};
    add_note(document, note);
    left_ -= std::min<std::uint64_t>(left_, document.content.size());
    packets_in_section_ = 0;
    return out_.put(std::move(document));
}

packet::LinkType link_type_of_dlt(int dlt) noexcept {
    // Raw IP is numbered differently on every system; Linux and Windows say 12.
    return dlt == 12 || dlt == 14 ? packet::LinkType::raw : static_cast<packet::LinkType>(dlt);
}

std::string packet_filter_of(const CollectOptions& options) {
    return options.packet_filter.empty() ? kDefaultPacketFilter : options.packet_filter;
}

std::uint32_t snap_length_of(const CollectOptions& options) noexcept {
    return std::clamp(options.packet_snap_length, 64U, 262'144U);
}

std::string describe(const CaptureCounts& counts, const PacketDocuments& documents) {
    return fmt::format(
        "{} packets kept, {} matched the filter, {} dropped for want of buffer, {} dropped by the interface",
        documents.packets(), counts.matched, counts.dropped, counts.dropped_by_interface);
}

}  // namespace kwd::collectors
