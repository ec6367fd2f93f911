// SPDX-License-Identifier: Apache-2.0
// DNS by TCP, however its stream is cut, and with parts of it missing.
#include "packet/tcp.h"
#include "told_traffic.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace kwd::packet {
namespace {

using Octets = std::vector<std::uint8_t>;

/// A query for "a." with its length in front, 21 bytes.
Octets query(std::uint8_t id) {
    return {0, 19, 0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
}

/// Its answer, with `more` bytes of records behind.
Octets answer(std::uint8_t id, std::uint16_t more = 0) {
    auto message = query(id);
    message[0] = static_cast<std::uint8_t>((19 + more) >> 8);
    message[1] = static_cast<std::uint8_t>(19 + more);
    message[4] = 0x81;
    message.insert(message.end(), more, 0xc0);
    return message;
}

Octets operator+(Octets left, const Octets& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

/// A conversation with a DNS server, of which parts of streams are told in whatever order.
class DnsByTcp {
  public:
    DnsByTcp() {
        told({.flags = Tcp::kSyn, .sequence = 99, .server_port = 53});
        told({.from_client = false, .flags = Tcp::kSyn | Tcp::kAck, .sequence = 499, .server_port = 53});
        told({.sequence = 100, .server_port = 53});
    }
    void client(const Octets& stream, std::size_t from, std::size_t to) { part(stream, from, to, true); }
    void server(const Octets& stream, std::size_t from, std::size_t to) { part(stream, from, to, false); }

    [[nodiscard]] std::uint64_t queries() const { return told.traffic.inner().dns_queries; }
    [[nodiscard]] std::uint64_t answers() const { return told.traffic.inner().dns_answers; }
    [[nodiscard]] std::uint64_t unanswered() const { return told.traffic.inner().dns_unanswered; }

    Told told;

  private:
    void part(const Octets& stream, std::size_t from, std::size_t to, bool from_client) {
        told({.from_client = from_client,
              .sequence = static_cast<std::uint32_t>((from_client ? 100 : 500) + from),
              .server_port = 53,
              .content = Octets(stream.begin() + static_cast<std::ptrdiff_t>(from),
                                stream.begin() + static_cast<std::ptrdiff_t>(to))});
    }
};

}  // namespace

TEST_CASE("a stream of DNS messages may be cut anywhere", "[packet][traffic][dns]") {
    const auto queries = query(1) + query(2) + query(3);
    const auto answers = answer(1, 1000) + answer(3);
    for (std::size_t size = 1; size <= queries.size(); ++size) {
        DnsByTcp dns;
        for (std::size_t from = 0; from < queries.size(); from += size) {
            dns.client(queries, from, std::min(from + size, queries.size()));
        }
        for (std::size_t from = 0; from < answers.size(); from += size) {
            dns.server(answers, from, std::min(from + size, answers.size()));
        }
        CAPTURE(size);
        CHECK(dns.queries() == 3);
        CHECK(dns.answers() == 2);
        CHECK(dns.unanswered() == 1);
    }
}

TEST_CASE("DNS messages after a gap count, whether it ends within a message or behind it", "[packet][traffic][dns]") {
    const auto answers = answer(1, 1000) + answer(2) + answer(3);  // 1021, 21, 21
    DnsByTcp within;
    within.server(answers, 0, 300);
    within.server(answers, 600, 1021);
    within.server(answers, 1021, 1063);
    CHECK(within.answers() == 3);

    DnsByTcp next_begins_in_segment;
    next_begins_in_segment.server(answers, 0, 300);
    next_begins_in_segment.server(answers, 600, 1063);
    CHECK(next_begins_in_segment.answers() == 3);

    DnsByTcp to_its_end;
    to_its_end.server(answers, 0, 300);
    to_its_end.server(answers, 1021, 1042);
    CHECK(to_its_end.answers() == 2);

    DnsByTcp beyond;
    beyond.server(answers, 0, 300);
    beyond.server(answers, 1042, 1063);
    CHECK(beyond.answers() == 2);

    DnsByTcp unframed;  // the segment after the gap begins within the second message
    unframed.server(answers, 0, 300);
    unframed.server(answers, 1030, 1042);
    unframed.server(answers, 1042, 1063);
    CHECK(unframed.answers() == 2);
}

TEST_CASE("DNS messages in segments that were overtaken or sent again count once", "[packet][traffic][dns]") {
    const auto queries = query(1) + query(2) + query(3) + query(4);
    DnsByTcp dns;
    dns.client(queries, 0, 21);
    dns.client(queries, 63, 84);
    dns.client(queries, 42, 63);
    dns.client(queries, 21, 42);
    CHECK(dns.queries() == 4);
    dns.client(queries, 0, 84);
    CHECK(dns.queries() == 4);
    CHECK(dns.told.traffic.inner().dns_retries == 0);

    DnsByTcp late;
    late.client(queries, 0, 21);
    late.client(queries, 42, 63);
    late.told.after(300 * kMs);
    late.client(queries, 21, 42);
    late.client(queries, 42, 84);  // of which the second half is new
    CHECK(late.queries() == 4);
}

TEST_CASE("an answer whose segments come in another order counts once", "[packet][traffic][dns]") {
    const auto answers = answer(1, 2000) + answer(2);
    for (const auto& order : std::vector<std::vector<std::size_t>>{{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}}) {
        DnsByTcp dns;
        dns.client(query(1) + query(2), 0, 42);
        for (const auto part : order) {
            dns.server(answers, part * 700, part == 2 ? 2021 : part * 700 + 700);
        }
        dns.server(answers, 2021, 2042);
        CAPTURE(order);
        CHECK(dns.answers() == 2);
        CHECK(dns.unanswered() == 0);
    }
}

TEST_CASE("a query in a SYN counts (TCP Fast Open), and once", "[packet][traffic][dns]") {
    Told told;
    told({.flags = Tcp::kSyn, .sequence = 99, .server_port = 53, .content = query(1)});
    told({.flags = Tcp::kSyn, .sequence = 99, .server_port = 53, .content = query(1)});
    told({.from_client = false, .flags = Tcp::kSyn | Tcp::kAck, .sequence = 499, .server_port = 53});
    told({.sequence = 100, .server_port = 53, .content = query(1)});  // the server took the SYN alone
    told({.from_client = false, .sequence = 500, .server_port = 53, .content = answer(1)});
    CHECK(told.traffic.inner().dns_queries == 1);
    CHECK(told.traffic.inner().dns_answers == 1);
    CHECK(told.traffic.inner().dns_unanswered == 0);
}

TEST_CASE("a capture that begins within a DNS message makes none of its rest", "[packet][traffic][dns]") {
    constexpr std::uint16_t kConversations = 20'000;
    std::mt19937 random(5);
    Told told;
    const auto from_server = [&](std::uint16_t client_port, std::uint32_t sequence, const Octets& content) {
        told({.from_client = false,
              .sequence = sequence,
              .server_port = 53,
              .client_port = client_port,
              .content = content});
    };
    for (std::uint16_t port = 1000; port < 1000 + kConversations; ++port) {
        Octets rest(40);
        for (auto& octet : rest) {
            octet = static_cast<std::uint8_t>(random());
        }
        from_server(port, 500, rest);
    }
    CHECK(told.traffic.inner().dns_queries + told.traffic.inner().dns_answers <= 2);
    for (std::uint16_t port = 1000; port < 1000 + kConversations; ++port) {
        from_server(port, 540, answer(1));
    }
    CHECK(told.traffic.inner().dns_answers >= kConversations - 2);
    CHECK(told.traffic.inner().dns_queries + told.traffic.inner().dns_answers <= kConversations + 2);
}

TEST_CASE("what no DNS message can be is none", "[packet][traffic][dns]") {
    DnsByTcp dns;
    dns.client(Octets{0, 5, 1, 2, 3, 4, 5}, 0, 7);
    dns.client(Octets(7) + query(1), 7, 28);
    CHECK(dns.queries() == 1);
    const auto datagram =
        hex("00155df00001 00155df00000 0800  45 00 0021 0001 0000 40 11 0000 0a000001 0a000002"
            "c350 0035 000d 0000 0102030405");
    dns.told.add(datagram);
    CHECK(dns.told.traffic.outer().dns_queries == 0);
}

TEST_CASE("more DNS messages that never end than are kept cost no others", "[packet][traffic][dns]") {
    Told told;
    const auto half = query(1);
    for (std::uint32_t i = 0; i < DnsStreams::kMost + 10; ++i) {
        told({.flags = Tcp::kSyn, .sequence = i * 1000, .server_port = 53});
        told({.sequence = i * 1000 + 1, .server_port = 53, .content = Octets(half.begin(), half.begin() + 10)});
    }
    told({.flags = Tcp::kSyn, .sequence = 7, .server_port = 53});
    told({.sequence = 8, .server_port = 53, .content = query(2)});
    CHECK(told.traffic.inner().dns_queries == 1);
}

}  // namespace kwd::packet
