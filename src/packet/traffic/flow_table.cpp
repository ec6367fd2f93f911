// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/flow_table.h"

#include "packet/traffic/longest_run.h"
#include "packet/traffic/processor.h"

#include <algorithm>

namespace kwd::packet {

void FlowTable::prefetch_index(std::uint64_t hash) const noexcept {
    const auto& slots = parts_[part_of(hash)].slots;
    prefetch(&slots[hash & (slots.size() - 1)]);
}

void FlowTable::prefetch_flow(std::uint64_t hash) const noexcept {
    const auto& slots = parts_[part_of(hash)].slots;
    const auto mask = slots.size() - 1;
    for (auto slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
        if ((slots[slot] & ~kNumberMask) == tag_of(hash)) {
            const auto* flow = reinterpret_cast<const std::byte*>(&flows_[(slots[slot] & kNumberMask) - 1]);
            prefetch(flow);
            prefetch(flow + 64);
            prefetch(flow + sizeof(Flow) - 1);
            return;
        }
    }
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

Flow* FlowTable::find(std::uint64_t hash, const FlowKey& key) noexcept {
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
    part.used += *slot == 0 ? 1 : 0;
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

FlowIncidents& FlowTable::incidents(Flow& flow) {
    if (flow.incidents == 0) {
        flow.incidents = incidents_.add() + 1;
    }
    return incidents_[flow.incidents - 1];
}

}  // namespace kwd::packet
