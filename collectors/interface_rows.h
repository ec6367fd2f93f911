// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/tables/network.h"

#include <cstdint>
#include <set>

namespace kwd::collectors {

/// Interfaces of all network compartments: the table of interfaces may hold the same ones whichever compartment it is
/// asked in, and does not say whose they are. Each is told once with its compartment; before that once without one,
/// where it was seen before its compartment was, which may never be had. (Rows of one name are one in the snapshot.)
class InterfaceRows {
  public:
    /// Whether the row is to be told. `luid` is the interface's, for as long as the system runs.
    [[nodiscard]] bool take(std::uint64_t luid, const snapshot::InterfacesRow& row) {
        const bool is_new = seen_.insert(luid).second;
        return row.compartment_id ? claimed_.insert(luid).second : is_new;
    }

  private:
    std::set<std::uint64_t> seen_;
    std::set<std::uint64_t> claimed_;
};

}  // namespace kwd::collectors
