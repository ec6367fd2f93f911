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
/// addresses. Where the question was cut off, and so its name is not known (0), the answer to it is taken to be cut off
/// as well, or to be whole and nobody else's.
class DnsLookups {
  public:
    /// Queries that wait at the same time, those of one lookup counted once.
    static constexpr std::size_t kMost = std::size_t{3} << 18;

    /// Who asks whom, by which id.
    struct Key {
        std::uint32_t client;
        std::uint32_t server;
        std::uint32_t network;  ///< tells traffic apart that is not one another's
        std::uint16_t id;
    };
    enum class Asked : std::uint8_t { first, again, not_kept };
    struct Answered {
        std::int64_t asked_ns;  ///< the first of the queries
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
    [[nodiscard]] static std::uint64_t hash_of(const Key& key, std::uint32_t names) noexcept;
    [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept;
    void erase(std::size_t place) noexcept;
    void grow();

    std::vector<Entry> entries_ = std::vector<Entry>(1024);
    std::size_t used_ = 0;
    std::uint64_t waiting_ = 0;
};

}  // namespace kwd::packet
