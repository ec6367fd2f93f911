// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace kwd::packet {

/// What of a DNS message tells which other message it belongs to.
struct DnsSummary {
    std::uint16_t id;
    bool response;
    std::uint8_t response_code;
    std::uint32_t names;  ///< hash of the question's name without regard to case; 0 when it is not all there
};

/// Reads a DNS message as far as it is there. nullopt when that is less than its id and flags (4 bytes).
[[nodiscard]] std::optional<DnsSummary> summarise_dns(std::span<const std::byte> message) noexcept;

/// The DNS queries that wait for their answers. An answer is for all queries before it that have its id, name and
/// addresses. VNIs are not looked at: the two directions may have different ones. Where a query's name was cut off (0)
/// the client's port tells it from others, and its answer is one that nobody else waits for. An answer without a name
/// is for the last query of its id, addresses and port.
class DnsLookups {
  public:
    /// Queries that wait at the same time, those of one lookup counted once.
    static constexpr std::size_t kMost = std::size_t{3} << 18;
    /// An answer to a query that comes longer after the first one is no late answer to that: the time that it took
    /// counts from this query. glibc's resolver asks two times, and waits 5 s for each of three servers
    /// (resolv.conf(5)).
    static constexpr std::int64_t kLongestNs = 30'000'000'000;

    /// Who asks whom, by which id.
    struct Key {
        std::uint32_t client;
        std::uint32_t server;
        std::uint32_t network;  ///< tells traffic apart that is not one another's
        std::uint16_t id;
        std::uint16_t client_port;
    };
    enum class Asked : std::uint8_t { first, again, not_kept };
    struct Answered {
        std::int64_t asked_ns;  ///< the first of the queries, but of those that it may be an answer to
        std::uint32_t queries;
    };

    [[nodiscard]] Asked query(const Key& key, std::uint32_t names, std::int64_t time_ns);
    /// nullopt when nobody asked, or got the answer already.
    [[nodiscard]] std::optional<Answered> answer(const Key& key, std::uint32_t names) noexcept;

    /// Queries that still wait.
    [[nodiscard]] std::uint64_t waiting() const noexcept { return waiting_; }
    /// Places that the longest search looks at. Whoever chooses what is in here shall not be able to make it long.
    [[nodiscard]] std::size_t longest_search() const noexcept;

  private:
    struct Entry {
        std::uint64_t key;
        std::int64_t asked_ns;
        std::uint32_t queries = 0;  ///< 0: the place is free
    };
    /// The last lookup with a name of who asks whom from which port; one may take another's place.
    struct Last {
        std::uint64_t asker;
        std::uint64_t lookup;
    };
    static constexpr std::size_t kLast = 16384;

    [[nodiscard]] std::optional<std::size_t> find_answered(const Key& key, std::uint32_t names) const noexcept;
    [[nodiscard]] static std::size_t place_of_last(const Key& key) noexcept;
    [[nodiscard]] static std::uint64_t hash_of(const Key& key, std::uint32_t names) noexcept;
    [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept;
    void erase(std::size_t place) noexcept;
    void grow();

    std::vector<Entry> entries_ = std::vector<Entry>(1024);
    std::vector<Last> last_;
    std::size_t used_ = 0;
    std::uint64_t waiting_ = 0;
};

}  // namespace kwd::packet
