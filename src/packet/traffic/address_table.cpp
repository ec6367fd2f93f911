// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/address_table.h"

#include "packet/traffic/flow_key.h"
#include "packet/traffic/longest_run.h"

#include <cstring>

namespace kwd::packet {

// Where the address's number is, or the free place where it would be.
std::size_t AddressTable::slot_of(std::span<const std::byte> address) const noexcept {
    const auto mask = slots_.size() - 1;
    auto slot = static_cast<std::size_t>(hash_of_address(address.data())) & mask;
    while (slots_[slot] != 0 &&
           std::memcmp(addresses_[slots_[slot] - 1].data(), address.data(), sizeof(Ipv6Address)) != 0) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

std::optional<std::uint32_t> AddressTable::find(std::span<const std::byte> address) const noexcept {
    const auto slot = slots_[slot_of(address)];
    return slot == 0 ? std::nullopt : std::optional{slot - 1};
}

std::optional<std::uint32_t> AddressTable::number(std::span<const std::byte> address) {
    if ((addresses_.size() + 1) * 4 > slots_.size() * 3) {
        grow();
    }
    auto& slot = slots_[slot_of(address)];
    if (slot == 0) {
        if (addresses_.size() == kMost) {
            return std::nullopt;
        }
        std::memcpy(addresses_.emplace_back().data(), address.data(), sizeof(Ipv6Address));
        slot = static_cast<std::uint32_t>(addresses_.size());
    }
    return slot - 1;
}

std::size_t AddressTable::longest_search() const noexcept {
    return longest_run(slots_, [](std::uint32_t slot) { return slot != 0; });
}

void AddressTable::grow() {
    slots_.assign(slots_.size() * 2, 0);
    const auto mask = slots_.size() - 1;
    for (std::size_t i = 0; i < addresses_.size(); ++i) {
        auto slot = static_cast<std::size_t>(hash_of_address(addresses_[i].data())) & mask;
        while (slots_[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots_[slot] = static_cast<std::uint32_t>(i + 1);
    }
}

}  // namespace kwd::packet
