// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/dns_lookups.h"
#include "packet/traffic/flow.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <span>
#include <vector>

namespace kwd::packet {

/// Finds the DNS messages in TCP streams: each has its length in front, and may begin anywhere in a segment and end in
/// another one (RFC 1035 §4.2.2, RFC 7766 §8).
///
/// Where bytes are missing, and nobody knows where the next message begins, it is looked for at the beginning of each
/// segment. Kept is only what begins in one segment and goes on in the next.
class DnsStreams {
  public:
    /// Messages that have begun, of all streams. When there are more all are forgotten.
    static constexpr std::size_t kMost = 8192;

    /// Bytes of one direction of a connection that were not seen before.
    struct Piece {
        std::uint32_t sequence;  ///< of the first
        std::span<const std::byte> captured;
        std::uint32_t on_wire;  ///< how many there are, captured or not
        bool queries;           ///< they may be queries: they go to the server's port
        bool answers;           ///< they may be answers

        void pass(std::uint32_t count) noexcept;
    };

    DnsStreams() = default;
    DnsStreams(const DnsStreams&) = delete;
    DnsStreams& operator=(const DnsStreams&) = delete;

    /// The messages whose first question is all there with this piece, or will not be: of bytes that are ahead of all
    /// that came before, or fill a hole. To be used before the next call. The flow is known by its place in memory.
    [[nodiscard]] std::span<const DnsSummary> ahead(const Flow& flow, unsigned direction, Piece piece);
    [[nodiscard]] std::span<const DnsSummary> in_hole(Piece piece);

  private:
    struct Key {
        const Flow* flow;
        unsigned direction;

        friend std::strong_ordering operator<=>(const Key&, const Key&) noexcept = default;
    };
    struct Message {
        std::uint32_t next = 0;  ///< sequence number of what is to come
        std::uint32_t left = 0;  ///< bytes to come, once the length is known
        std::uint32_t kept = 0;  ///< of `beginning`
        bool told = false;
        /// As far as the end of the first name: length, header, 255 octets.
        std::array<std::byte, 2 + 12 + 255> beginning{};

        [[nodiscard]] bool length_known() const noexcept { return kept >= 2; }
        [[nodiscard]] bool ended() const noexcept { return length_known() && left == 0; }
    };

    [[nodiscard]] bool go_on(Message& message, const Piece& piece);
    void tell(Message& message);
    [[nodiscard]] bool read(Message& message, Piece& piece);

    std::pmr::unsynchronized_pool_resource memory_;
    std::pmr::map<Key, Message> begun_{&memory_};
    std::vector<DnsSummary> told_;
};

}  // namespace kwd::packet
