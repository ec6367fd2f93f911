// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/ipv6.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace kwd::packet {

/// Numbers IPv6 addresses through, so that keys are as short as those of IPv4.
class AddressTable {
  public:
    /// More than any node sees; whoever makes up addresses shall not fill the memory (48 MiB).
    static constexpr std::size_t kMost = std::size_t{1} << 20;

    /// The address's number, a new one where it has none yet. nullopt when there are kMost.
    /// Precondition: 16 bytes.
    [[nodiscard]] std::optional<std::uint32_t> number(std::span<const std::byte> address);

    /// The same without giving a new one.
    [[nodiscard]] std::optional<std::uint32_t> find(std::span<const std::byte> address) const noexcept;

    /// Precondition: a number that was given.
    [[nodiscard]] const Ipv6Address& address(std::uint32_t number) const noexcept { return addresses_[number]; }
    [[nodiscard]] std::size_t size() const noexcept { return addresses_.size(); }
    /// Places that the longest search looks at. Whoever chooses what is in here shall not be able to make it long.
    [[nodiscard]] std::size_t longest_search() const noexcept;

  private:
    [[nodiscard]] std::size_t slot_of(std::span<const std::byte> address) const noexcept;
    void grow();

    std::vector<Ipv6Address> addresses_;
    std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(64);  ///< number + 1; 0 is free
};

}  // namespace kwd::packet
