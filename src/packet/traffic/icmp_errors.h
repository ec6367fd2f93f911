// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "packet/traffic/packet_record.h"
#include "packet/traffic/time_range.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace kwd::packet {

/// What an ICMP or ICMPv6 error says: who tells whom what of which packet.
struct IcmpError {
    /// The packet that it answers, as far as it is quoted.
    struct Quoted {
        IpAddress source;
        IpAddress destination;
        std::uint8_t protocol;
        std::optional<std::uint16_t> source_port;
        std::optional<std::uint16_t> destination_port;

        friend bool operator<(const Quoted& a, const Quoted& b) noexcept;
    };

    bool encapsulated;
    std::uint32_t vni;  ///< 0 outside a tunnel
    IpAddress source;
    IpAddress destination;
    std::uint8_t type;
    std::uint8_t code;
    bool too_big;                      ///< fragmentation needed, or packet too big
    std::optional<std::uint32_t> mtu;  ///< that such an error asks for
    std::optional<Quoted> quoted;

    friend bool operator<(const IcmpError& a, const IcmpError& b) noexcept;
};

/// What a packet of ICMP or ICMPv6 (Precondition) says. nullopt when it is no error.
[[nodiscard]] std::optional<IcmpError> read_icmp_error(const PacketRecord& record) noexcept;

/// The ICMP errors of a capture, equal ones together.
class IcmpErrors {
  public:
    static constexpr std::size_t kMost = 16384;
    struct Seen {
        std::uint64_t count = 0;
        TimeRange times;
    };

    void add(const IcmpError& error, std::int64_t time_ns);

    [[nodiscard]] const std::map<IcmpError, Seen>& all() const noexcept { return errors_; }
    /// Errors that found no place among kMost different ones.
    [[nodiscard]] std::uint64_t not_kept() const noexcept { return not_kept_; }

  private:
    std::map<IcmpError, Seen> errors_;
    std::uint64_t not_kept_ = 0;
};

}  // namespace kwd::packet
