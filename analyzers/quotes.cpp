// SPDX-License-Identifier: Apache-2.0
#include "analyzers/quotes.h"

#include "base/utf8.h"
#include "packet/capture_reader.h"
#include "packet/packet_text.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace kwd::analyzers {
namespace {

/// Finds packets of a capture by their numbers.
class Packets {
  public:
    explicit Packets(std::string file) : file_(std::move(file)), reader_(std::as_bytes(std::span(file_))) {}
    Packets(const Packets&) = delete;
    Packets& operator=(const Packets&) = delete;

    [[nodiscard]] std::string at(std::string_view place) {
        constexpr std::string_view packet = "packet:";
        if (place.empty()) {
            return whole();
        }
        std::uint64_t number = 0;
        if (!place.starts_with(packet) ||
            std::from_chars(place.data() + packet.size(), place.data() + place.size(), number).ec != std::errc{}) {
            return {};
        }
        return number == 0 ? std::string() : text_of(number);
    }

  private:
    /// A packet that was read, in half of a CapturedPacket: there are as many as the file has.
    struct Known {
        std::size_t offset;  ///< of what was captured of it
        std::int64_t time_ns_utc;
        std::uint32_t captured_length;
        std::uint32_t original_length;
        std::uint32_t interface_id;
        packet::LinkType link_type;
        packet::Direction direction;
        bool has_time;
    };
    static_assert(sizeof(Known) <= 32);

    void add(const packet::CapturedPacket& captured) {
        const auto* const begin = std::as_bytes(std::span(file_)).data();
        known_.push_back(
            {.offset = captured.captured.empty() ? 0 : static_cast<std::size_t>(captured.captured.data() - begin),
             .time_ns_utc = captured.time_ns_utc.value_or(0),
             .captured_length = static_cast<std::uint32_t>(captured.captured.size()),
             .original_length = captured.original_length,
             .interface_id = captured.interface_id,
             .link_type = captured.link_type,
             .direction = captured.direction,
             .has_time = captured.time_ns_utc.has_value()});
    }

    [[nodiscard]] std::string text_of(std::uint64_t number) {
        while (known_.size() < number) {
            const auto captured = reader_.next();
            if (!captured) {
                return {};
            }
            add(*captured);
        }
        const Known& known = known_[number - 1];
        const packet::CapturedPacket captured{
            .number = number,
            .time_ns_utc = known.has_time ? std::optional{known.time_ns_utc} : std::nullopt,
            .interface_id = known.interface_id,
            .link_type = known.link_type,
            .direction = known.direction,
            .checksums_unfinished = false,
            .captured = std::as_bytes(std::span(file_)).subspan(known.offset, known.captured_length),
            .original_length = known.original_length};
        const auto interfaces = reader_.interfaces();
        return packet::packet_text(
            captured, captured.interface_id < interfaces.size() ? &interfaces[captured.interface_id] : nullptr);
    }

    [[nodiscard]] std::string whole() const {
        std::size_t packets = 0;
        packet::CaptureReader all(std::as_bytes(std::span(file_)));
        while (all.next()) {
            ++packets;
        }
        return fmt::format("a capture of {} packet{}, {} bytes", packets, packets == 1 ? "" : "s", file_.size());
    }

    std::string file_;
    packet::CaptureReader reader_;
    std::deque<Known> known_;  ///< what reader_ gave
};

}  // namespace

snapshot::Quotes open_quotes(snapshot::Document document) {
    if (document.info.kind != snapshot::kind::capture) {
        return snapshot::open_excerpts(std::move(document));
    }
    const auto packets = std::make_shared<Packets>(std::move(document.content));
    return [packets](std::string_view place, std::size_t limit) { return shortened(packets->at(place), limit); };
}

}  // namespace kwd::analyzers
