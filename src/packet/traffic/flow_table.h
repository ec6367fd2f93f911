// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/traffic/address_table.h"
#include "packet/traffic/flow.h"
#include "packet/traffic/slabs.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kwd::packet {

/// All conversations of a capture, found by their keys.
///
/// A flow's record (112 bytes) never moves. The index that finds it has 4 bytes for each place and is at least 40 %
/// full once it has grown; it grows in 64 parts, so that an old and a new one are never both there as a whole.
class FlowTable {
  public:
    /// 2 GiB of them.
    static constexpr std::uint32_t kMostFlows = (1U << 24U) - 1;

    /// `addresses` are those that IPv6 keys speak of, and outlive this.
    explicit FlowTable(const AddressTable& addresses) noexcept : addresses_(addresses) {}

    /// Makes that the index's place for this hash is near the processor by the time it is looked for.
    void prefetch_index(std::uint64_t hash) const noexcept;
    /// The same for the flow itself. Needs the index, so to be called some time after prefetch_index().
    void prefetch_flow(std::uint64_t hash) const noexcept;

    /// The flow of this key that began last; nullptr when there is none.
    [[nodiscard]] Flow* find(std::uint64_t hash, const FlowKey& key) noexcept;
    /// A flow that find() gives from now on in place of one with the same key. nullptr when there are kMostFlows.
    [[nodiscard]] Flow* add(std::uint64_t hash, const FlowKey& key);

    [[nodiscard]] FlowIncidents& incidents(Flow& flow);
    [[nodiscard]] const FlowIncidents* incidents(const Flow& flow) const noexcept {
        return flow.incidents == 0 ? nullptr : &incidents_[flow.incidents - 1];
    }

    [[nodiscard]] std::uint32_t size() const noexcept { return flows_.size(); }
    /// Places that the longest search looks at. Whoever chooses what is in here shall not be able to make it long.
    [[nodiscard]] std::size_t longest_search() const noexcept;
    /// In the order in which they began.
    [[nodiscard]] const Flow& operator[](std::uint32_t number) const noexcept { return flows_[number]; }

  private:
    static constexpr unsigned kParts = 64;
    static constexpr unsigned kNumberBits = 24;
    static constexpr std::uint32_t kNumberMask = (1U << kNumberBits) - 1;

    /// Open addressing with linear probing. A slot is a tag of eight bits of the hash, and the flow's number + 1.
    struct Part {
        std::vector<std::uint32_t> slots = std::vector<std::uint32_t>(64);
        std::uint32_t used = 0;
    };
    static std::size_t part_of(std::uint64_t hash) noexcept { return hash >> 58; }
    static std::uint32_t tag_of(std::uint64_t hash) noexcept {
        return static_cast<std::uint32_t>(hash >> 50 & 0xff) << kNumberBits;
    }
    [[nodiscard]] std::uint32_t* slot_of(std::uint64_t hash, const FlowKey& key) noexcept;
    void grow(Part& part);
    const AddressTable& addresses_;
    std::array<Part, kParts> parts_;
    Slabs<Flow, 4096> flows_;
    Slabs<FlowIncidents, 1024> incidents_;
};

}  // namespace kwd::packet
