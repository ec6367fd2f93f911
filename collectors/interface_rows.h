// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/tables/network.h"

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace kwd::collectors {

/// Interfaces of all network compartments, each told once: the table of interfaces may hold the same ones whichever
/// compartment it is asked in, and does not say whose they are.
class InterfaceRows {
  public:
    /// Whether the row is to be told now, with the compartment that it names. One that names none is kept instead,
    /// since another compartment may have it. `luid` is the interface's, for as long as the system runs.
    [[nodiscard]] bool take(std::uint64_t luid, const snapshot::InterfacesRow& row) {
        if (told_.contains(luid)) {
            return false;
        }
        if (!row.compartment_id) {
            kept_.emplace(luid, row);
            return false;
        }
        kept_.erase(luid);
        told_.insert(luid);
        return true;
    }

    /// The rows that no compartment claimed.
    [[nodiscard]] std::vector<snapshot::InterfacesRow> unclaimed() const {
        std::vector<snapshot::InterfacesRow> rows;
        for (const auto& [luid, row] : kept_) {
            rows.push_back(row);
        }
        return rows;
    }

  private:
    std::set<std::uint64_t> told_;
    std::map<std::uint64_t, snapshot::InterfacesRow> kept_;
};

}  // namespace kwd::collectors
