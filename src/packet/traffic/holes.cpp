// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/holes.h"

#include "packet/time_between.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace kwd::packet {

static bool overtaken(std::int64_t opened_ns, std::int64_t time_ns) noexcept {
    return opened_ns == PacketRecord::kNoTime || time_ns == PacketRecord::kNoTime ||
           ns_between(opened_ns, time_ns) < Holes::kOvertakenNs;
}

bool Holes::is_of(All::const_iterator hole, const Key& stream) const noexcept {
    return hole != holes_.end() && hole->first.flow == stream.flow && hole->first.direction == stream.direction;
}

// The stream's hole that begins last before this place, or at it. Sequence numbers are a circle: before the lowest is
// the highest. end() when there is none.
Holes::All::iterator Holes::before(const Key& place) {
    for (const auto begin : {place.begin, std::numeric_limits<std::uint32_t>::max()}) {
        const auto after = holes_.upper_bound({.flow = place.flow, .direction = place.direction, .begin = begin});
        if (after != holes_.begin() && is_of(std::prev(after), place)) {
            return std::prev(after);
        }
    }
    return holes_.end();
}

// That which begins first behind this place, or at it.
Holes::All::iterator Holes::behind(const Key& place) {
    for (const auto begin : {place.begin, std::uint32_t{0}}) {
        const auto hole = holes_.lower_bound({.flow = place.flow, .direction = place.direction, .begin = begin});
        if (is_of(hole, place)) {
            return hole;
        }
    }
    return holes_.end();
}

void Holes::open(const Flow& flow, unsigned direction, std::uint32_t begin, std::uint32_t end, std::int64_t time_ns) {
    if (holes_.size() >= kMost) {
        make_room(time_ns);
    }
    holes_.insert_or_assign({.flow = &flow, .direction = direction, .begin = begin},
                            Hole{.size = end - begin, .opened_ns = time_ns});
}

void Holes::make_room(std::int64_t time_ns) {
    std::erase_if(holes_, [&](const auto& hole) { return !overtaken(hole.second.opened_ns, time_ns); });
    if (holes_.size() > kMost / 2) {
        holes_.clear();
    }
}

Holes::Filled Holes::fill(const Flow& flow, unsigned direction, std::uint32_t begin, std::uint32_t end,
                          std::int64_t time_ns) {
    const Key place{.flow = &flow, .direction = direction, .begin = begin};
    auto filled = Filled::nothing;
    if (const auto found = before(place); found != holes_.end() && begin - found->first.begin < found->second.size) {
        const auto hole = *found;
        filled = overtaken(hole.second.opened_ns, time_ns) ? Filled::overtaken : Filled::sent_again;
        holes_.erase(found);
        if (begin != hole.first.begin) {
            open(flow, direction, hole.first.begin, begin, hole.second.opened_ns);
        }
        const auto hole_end = hole.first.begin + hole.second.size;
        if (end - hole.first.begin < hole.second.size) {
            open(flow, direction, end, hole_end, hole.second.opened_ns);
        }
    }
    for (auto found = behind(place); found != holes_.end() && found->first.begin - begin < end - begin;
         found = behind(place)) {
        const auto hole = *found;
        holes_.erase(found);
        const auto covered = end - hole.first.begin;
        if (covered < hole.second.size) {
            open(flow, direction, end, hole.first.begin + hole.second.size, hole.second.opened_ns);
        }
    }
    return filled;
}

}  // namespace kwd::packet
