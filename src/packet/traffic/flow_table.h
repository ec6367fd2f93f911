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
    /// Flows in which much went wrong, or DNS is asked for by TCP: 28 MiB.
    static constexpr std::uint32_t kMostApart = 1U << 19U;

    /// `addresses` are those that IPv6 keys speak of, and outlive this.
    explicit FlowTable(const AddressTable& addresses) noexcept : addresses_(addresses) {}

    /// Makes that the index's place for this hash is near the processor by the time it is looked for.
    void prefetch_index(std::uint64_t hash) const noexcept;
    /// The same for the flow itself. Needs the index, so to be called some time after prefetch_index(). The answer is
    /// the flow that it probably will be, or nullptr.
    [[nodiscard]] Flow* prefetch_flow(std::uint64_t hash) noexcept;

    /// The flow of this key that began last; nullptr when there is none. The search is spared if it is the `likely`
    /// one.
    [[nodiscard]] Flow* find(std::uint64_t hash, const FlowKey& key, Flow* likely = nullptr) noexcept;
    /// A flow that find() gives from now on in place of one with the same key. nullptr when there are kMostFlows.
    [[nodiscard]] Flow* add(std::uint64_t hash, const FlowKey& key);

    void count(Flow& flow, Incident kind, unsigned direction);
    [[nodiscard]] FlowIncidents incidents(const Flow& flow) const noexcept;
    /// The record of the flow's own, which it is given if it has none yet. nullptr when there are kMostApart.
    [[nodiscard]] FlowIncidents* incidents_apart(Flow& flow);
    /// Flows that have such a record, and how often there was none to be had.
    [[nodiscard]] std::uint32_t apart() const noexcept { return incidents_.size(); }
    [[nodiscard]] std::uint64_t incidents_not_kept() const noexcept { return incidents_not_kept_; }

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
    Slabs<Flow, 131072> flows_;  ///< seven huge pages
    Slabs<FlowIncidents, 1024> incidents_;
    std::uint64_t incidents_not_kept_ = 0;
};

}  // namespace kwd::packet
