// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"
#include "snapshot/database.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// The stored tables that every snapshot has whole, so that a rule may need them and they are never missing; for rules
/// of cluster scope also `fleet_nodes`.
[[nodiscard]] std::span<const std::string_view> always_covered_tables(Scope scope = Scope::node);

/// Which tables the documents answered for, read once from `table_coverage`.
class Coverage {
  public:
    explicit Coverage(const snapshot::Database& database);
    /// That of one node of a fleet.
    Coverage(const snapshot::Database& fleet, std::string node);

    /// Why the need is not met; nullopt when it is: one of its tables was answered for, whole or in part, and holds a
    /// known value in the column where it names one.
    [[nodiscard]] std::optional<std::string> missing(const Need& need) const;
    /// What is missing of all needs together, in one text; nullopt when nothing is.
    [[nodiscard]] std::optional<std::string> missing(std::span<const Need> needs) const;
    /// Why rows that count may be absent: the need is met, but by tables that are known only in part.
    [[nodiscard]] std::optional<std::string> partial(const Need& need) const;
    [[nodiscard]] std::optional<std::string> partial(std::span<const Need> needs) const;
    /// The same for tables; one that is missing altogether is not in part.
    [[nodiscard]] std::optional<std::string> partial(std::span<const std::string> tables) const;

    /// "whole", "in part: why" or "missing: why", for `rules explain`.
    [[nodiscard]] std::string state(std::string_view table) const;

  private:
    struct Entry {
        std::string state;
        std::string reason;
    };

    [[nodiscard]] const Entry& entry(std::string_view table) const;
    [[nodiscard]] std::optional<std::string> missing(const Source& source) const;

    void read(snapshot::Statement& select);

    const snapshot::Database& database_;
    std::optional<std::string> node_;
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace kwd::rules
