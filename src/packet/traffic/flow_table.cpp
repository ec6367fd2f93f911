// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/flow_table.h"

#include "packet/traffic/longest_run.h"
#include "packet/traffic/processor.h"

#include <algorithm>

namespace kwd::packet {
namespace {

/// Where in Flow::incidents one kind is counted.
struct Bits {
    unsigned shift;
    std::uint32_t mask;
};

// Three for each kind but resets, of which a connection has one.
constexpr Bits bits_of(Incident kind, unsigned direction) noexcept {
    constexpr unsigned kOfDirection = 14;
    const unsigned begin = direction * kOfDirection;
    switch (kind) {
        case Incident::retransmission: return {begin, 7};
        case Incident::syn_retransmission: return {begin + 3, 7};
        case Incident::zero_window: return {begin + 6, 7};
        case Incident::out_of_order: return {begin + 9, 7};
        case Incident::reset: break;
    }
    return {begin + 12, 3};
}

}  // namespace

void FlowTable::prefetch_index(std::uint64_t hash) const noexcept {
    const auto& slots = parts_[part_of(hash)].slots;
    prefetch(&slots[hash & (slots.size() - 1)]);
}

Flow* FlowTable::prefetch_flow(std::uint64_t hash) noexcept {
    const auto& slots = parts_[part_of(hash)].slots;
    const auto mask = slots.size() - 1;
    for (auto slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
        if ((slots[slot] & ~kNumberMask) == tag_of(hash)) {
            auto* flow = &flows_[(slots[slot] & kNumberMask) - 1];
            const auto* bytes = reinterpret_cast<const std::byte*>(flow);
            prefetch_to_write(bytes);
            prefetch_to_write(bytes + 64);
            prefetch_to_write(bytes + sizeof(Flow) - 1);
            return flow;
        }
    }
    return nullptr;
}

// Where the key's flow is, or the free place where it would be.
std::uint32_t* FlowTable::slot_of(std::uint64_t hash, const FlowKey& key) noexcept {
    auto& slots = parts_[part_of(hash)].slots;
    const auto mask = slots.size() - 1;
    auto slot = hash & mask;
    for (; slots[slot] != 0; slot = (slot + 1) & mask) {
        if ((slots[slot] & ~kNumberMask) == tag_of(hash) && flows_[(slots[slot] & kNumberMask) - 1].key == key) {
            break;
        }
    }
    return &slots[slot];
}

Flow* FlowTable::find(std::uint64_t hash, const FlowKey& key, Flow* likely) noexcept {
    if (likely != nullptr && likely->key == key && (likely->state & Flow::kReplaced) == 0) {
        return likely;
    }
    const auto slot = *slot_of(hash, key);
    return slot == 0 ? nullptr : &flows_[(slot & kNumberMask) - 1];
}

Flow* FlowTable::add(std::uint64_t hash, const FlowKey& key) {
    if (flows_.size() == kMostFlows) {
        return nullptr;
    }
    auto& part = parts_[part_of(hash)];
    if (part.used * std::size_t{5} >= part.slots.size() * 4) {
        grow(part);
    }
    auto* slot = slot_of(hash, key);
    if (*slot == 0) {
        ++part.used;
    } else {
        flows_[(*slot & kNumberMask) - 1].state |= Flow::kReplaced;
    }
    const auto number = flows_.add();
    *slot = tag_of(hash) | (number + 1);
    flows_[number].key = key;
    return &flows_[number];
}

void FlowTable::grow(Part& part) {
    std::vector<std::uint32_t> slots(part.slots.size() * 2);
    const auto mask = slots.size() - 1;
    for (const auto entry : part.slots) {
        if (entry == 0) {
            continue;
        }
        const auto& key = flows_[(entry & kNumberMask) - 1].key;
        const auto hash = key.ipv6() ? hash_of_ipv6(key, addresses_.address(key.low_address).data(),
                                                    addresses_.address(key.high_address).data())
                                     : hash_of_ipv4(key);
        auto slot = hash & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
    }
    part.slots = std::move(slots);
}

std::size_t FlowTable::longest_search() const noexcept {
    std::size_t longest = 0;
    for (const auto& part : parts_) {
        longest = std::max(longest, longest_run(part.slots, [](std::uint32_t slot) { return slot != 0; }));
    }
    return longest;
}

void FlowTable::count(Flow& flow, Incident kind, unsigned direction) {
    const Bits bits = bits_of(kind, direction);
    if ((flow.incidents & Flow::kApart) == 0 && (flow.incidents >> bits.shift & bits.mask) < bits.mask) {
        flow.incidents += 1U << bits.shift;
    } else if (auto* apart = incidents_apart(flow)) {
        ++apart->of(kind, direction);
    }
}

FlowIncidents FlowTable::incidents(const Flow& flow) const noexcept {
    if ((flow.incidents & Flow::kApart) != 0) {
        return incidents_[flow.incidents & ~Flow::kApart];
    }
    FlowIncidents few;
    for (std::size_t kind = 0; kind < FlowIncidents::kKinds; ++kind) {
        for (unsigned direction = 0; direction < 2; ++direction) {
            const Bits bits = bits_of(static_cast<Incident>(kind), direction);
            few.counts[kind][direction] = flow.incidents >> bits.shift & bits.mask;
        }
    }
    return few;
}

FlowIncidents* FlowTable::incidents_apart(Flow& flow) {
    if ((flow.incidents & Flow::kApart) == 0) {
        if (incidents_.size() == kMostApart) {
            ++incidents_not_kept_;
            return nullptr;
        }
        const auto few = incidents(flow);
        flow.incidents = Flow::kApart | incidents_.add();
        incidents_[flow.incidents & ~Flow::kApart] = few;
    }
    return &incidents_[flow.incidents & ~Flow::kApart];
}

}  // namespace kwd::packet
