// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/flow.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory_resource>

namespace kwd::packet {

/// The holes in TCP streams: bytes that later ones came before, and that did not come yet.
///
/// They stand apart from the conversations, of which hardly any has one.
class Holes {
  public:
    /// Of all conversations together. When there are more those are forgotten that nothing overtaken fills any more,
    /// and all of them if that does not help.
    static constexpr std::size_t kMost = 32768;
    /// What fills a hole that opened less long ago was overtaken, as tshark has it; else it was sent again.
    static constexpr std::int64_t kOvertakenNs = 3'000'000;

    enum class Filled : std::uint8_t { nothing, overtaken, sent_again };

    Holes() = default;
    Holes(const Holes&) = delete;
    Holes& operator=(const Holes&) = delete;

    /// From the sequence number `begin` to before `end`. The flow is known by its place in memory.
    void open(const Flow& flow, unsigned direction, std::uint32_t begin, std::uint32_t end, std::int64_t time_ns);

    /// Takes the bytes of a segment out of the holes. The answer is about the one that the first of them was in.
    Filled fill(const Flow& flow, unsigned direction, std::uint32_t begin, std::uint32_t end, std::int64_t time_ns);

  private:
    struct Key {
        const Flow* flow;
        unsigned direction;
        std::uint32_t begin;

        friend std::strong_ordering operator<=>(const Key&, const Key&) noexcept = default;
    };
    struct Hole {
        std::uint32_t size;
        std::int64_t opened_ns;
    };
    using All = std::pmr::map<Key, Hole>;

    [[nodiscard]] bool is_of(All::const_iterator hole, const Key& stream) const noexcept;
    [[nodiscard]] All::iterator before(const Key& place);
    [[nodiscard]] All::iterator behind(const Key& place);
    void make_room(std::int64_t time_ns);

    std::pmr::unsynchronized_pool_resource memory_;
    All holes_{&memory_};
};

}  // namespace kwd::packet
