// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/dissect.h"
#include "packet/header.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace kwd::packet {

inline constexpr std::uint16_t kDnsPort = 53;

/// A domain name: its labels, each with its length in front, as on the wire but for the root's closing 0. Without
/// labels it is the root. Case is kept.
class DnsName {
  public:
    /// RFC 1035 §2.3.4 allows 255 octets with the root's.
    static constexpr std::size_t kMostOctets = 254;

    [[nodiscard]] std::span<const std::uint8_t> labels() const noexcept { return {octets_.data(), length_}; }

    /// The name as RFC 1035 §5.1 writes it, without the last dot; the root is `.`. A dot or backslash within a label
    /// has a backslash in front, and octets that are not printable ASCII are `\DDD`.
    [[nodiscard]] std::string text() const;

    /// Adds a label of 1 to 63 octets at the end. False, and nothing added, when there is no room for it.
    [[nodiscard]] bool add_label(std::span<const std::byte> label) noexcept;

  private:
    std::array<std::uint8_t, kMostOctets> octets_{};
    std::size_t length_ = 0;
};

/// What a DNS message asks for.
struct DnsQuestion {
    DnsName name;
    std::uint16_t type = 0;  ///< 1 A, 28 AAAA, 33 SRV, …
    std::uint16_t dns_class = 0;
    bool whole = false;  ///< if not, the message ends before: the name may lack its end, type and class are 0
};

/// A DNS message's header (RFC 1035 §4.1.1) and its first question.
struct Dns {
    static constexpr std::size_t kSize = 12;

    using Question = DnsQuestion;

    Dns(Fixed<kSize> header, Bytes rest) noexcept;

    std::uint16_t id;
    std::uint8_t opcode;
    std::uint8_t response_code;  ///< 0 no error, 2 server failure, 3 no such name, 5 refused
    bool response;
    bool authoritative;
    bool truncated;  ///< the answer did not fit; to be asked again by TCP
    bool recursion_desired;
    bool recursion_available;
    std::uint16_t questions;
    std::uint16_t answers;
    std::uint16_t authorities;
    std::uint16_t additionals;
    std::optional<Question> question;  ///< nullopt when there is none, or its name has a defect
    bool cut = false;                  ///< the question goes on beyond the message
    Defect defect = Defect::none;
};

/// Reads a DNS message as UDP carries it: the header (12 bytes) and the first question. nullopt when shorter than 12.
[[nodiscard]] inline std::optional<Dns> dissect_dns(std::span<const std::byte> message) noexcept {
    return dissect_header<Dns>(message);
}

/// The first message of a TCP segment's payload: its length in two bytes, then the message (RFC 1035 §4.2.2), of which
/// what is beyond the segment is missing. nullopt where no message of at least a header's length begins. Segments are
/// not put together: the second half of a message is taken for a beginning, and hardly ever looks like one.
[[nodiscard]] inline std::optional<Dns> dissect_dns_over_tcp(std::span<const std::byte> payload) noexcept {
    Bytes in{payload};
    const auto length = in.be(2);
    return length && *length >= Dns::kSize ? dissect_dns(in.take_up_to(*length)) : std::nullopt;
}

/// The message that a packet to or from port 53 carries, by UDP or TCP. nullopt when there is none.
[[nodiscard]] std::optional<Dns> dissect_dns(const Layers& layers) noexcept;

}  // namespace kwd::packet
