// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/capture_packet.h"
#include "analyzers/first_seen.h"
#include "packet/traffic/packet_record.h"

#include <map>
#include <string>
#include <vector>

namespace kwd::analyzers {

class CaptureRows;

inline constexpr std::size_t kMostDnsQueries = 50'000;
inline constexpr std::size_t kMostIcmpErrors = 20'000;
inline constexpr std::size_t kMostArpExchanges = 20'000;
/// A question that was asked later than this before the end of a capture may be answered after it.
inline constexpr std::int64_t kAnswerWithinNs = 5'000'000'000;

/// `dns_queries`: questions to UDP port 53 and their answers.
class DnsQuestions {
  public:
    void add(const SeenPacket& packet);
    /// `end_ns`: the time of the last packet of all.
    void write(std::optional<std::int64_t> end_ns, CaptureRows& out) const;

  private:
    struct Asked {
        std::uint64_t packet;
        std::optional<std::int64_t> time_ns;
        IpAddress client;
        IpAddress server;
        std::string name;
        std::optional<std::int64_t> type;
        std::optional<IpAddress> answered_by = {};
        std::int64_t response_code = 0;
        std::optional<double> latency_ms = {};
    };
    /// Client, its port, the message's id, and the name in lower case.
    using Key = std::tuple<IpAddress, std::uint16_t, std::uint16_t, std::string>;

    void ask(const SeenPacket& packet, const IpPacket& ip, const Key& key, std::string name,
             std::optional<std::int64_t> type);
    void answer(const SeenPacket& packet, const IpPacket& ip, const Key& key, std::int64_t response_code);

    std::vector<Asked> asked_;
    std::map<Key, std::vector<std::size_t>> open_;  ///< questions without an answer so far
    std::size_t left_out_ = 0;
};

/// `icmp_errors`: unreachable, time exceeded, packet too big.
class IcmpErrors {
  public:
    /// A packet of any kind; `number` as SeenPacket has it.
    void add(const packet::PacketRecord& record, std::uint64_t number);
    void write(CaptureRows& out) const;

  private:
    struct Key {
        IpAddress source;
        IpAddress destination;
        std::int64_t type;
        std::int64_t code;
        std::int64_t mtu;  ///< -1: none
        std::optional<IpAddress> original_destination;
        std::int64_t original_protocol;  ///< -1: not known
        std::int64_t original_port;      ///< -1: not known
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Counts {
        SeenTimes times;
        std::int64_t count = 0;
    };
    FirstSeen<Key, Counts, Hash> errors_{kMostIcmpErrors};
};

/// `arp_exchanges`.
class ArpExchanges {
  public:
    void add(const SeenPacket& packet);
    void write(CaptureRows& out) const;

  private:
    struct Key {
        std::uint32_t sender;
        std::uint32_t target;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept {
            std::size_t hash = key.sender;
            mix(hash, key.target);
            return hash;
        }
    };
    struct Counts {
        SeenTimes times;
        std::int64_t requests = 0;
        std::int64_t replies = 0;
        std::optional<packet::MacAddress> replier = {};
    };
    FirstSeen<Key, Counts, Hash> exchanges_{kMostArpExchanges};
};

}  // namespace kwd::analyzers
