// SPDX-License-Identifier: Apache-2.0
#include "analyzers/quotes.h"

#include "base/utf8.h"
#include "packet/capture_reader.h"
#include "packet/packet_text.h"
#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace kwd::analyzers {
namespace {

/// Finds packets of a capture by their numbers.
class Packets {
  public:
    explicit Packets(std::string file) : file_(std::move(file)), readers_{reader()} {}
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
    // So many packets are read again at most for each that is asked for.
    static constexpr std::uint64_t kBetweenReaders = 1024;

    [[nodiscard]] packet::CaptureReader reader() const {
        return packet::CaptureReader(std::as_bytes(std::span(file_)));
    }

    [[nodiscard]] std::string text_of(std::uint64_t number) {
        const auto nearest = std::min<std::uint64_t>((number - 1) / kBetweenReaders, readers_.size() - 1);
        packet::CaptureReader reader = readers_[nearest];
        for (std::uint64_t next = nearest * kBetweenReaders + 1;; ++next) {
            if (next == readers_.size() * kBetweenReaders + 1) {
                readers_.push_back(reader);
            }
            const auto captured = reader.next();
            if (!captured) {
                return {};
            }
            if (next == number) {
                const auto interfaces = reader.interfaces();
                return packet::packet_text(*captured, captured->interface_id < interfaces.size()
                                                          ? &interfaces[captured->interface_id]
                                                          : nullptr);
            }
        }
    }

    [[nodiscard]] std::string whole() const {
        std::size_t packets = 0;
        packet::CaptureReader all = reader();
        while (all.next()) {
            ++packets;
        }
        return fmt::format("a capture of {} packet{}, {} bytes", packets, packets == 1 ? "" : "s", file_.size());
    }

    std::string file_;
    std::vector<packet::CaptureReader> readers_;  ///< before each kBetweenReaders-th packet, as far as was read
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
