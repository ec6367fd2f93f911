// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/windows/node.h"

#include <nlohmann/json.hpp>

#include <string>

namespace kwd::test {

/// A snapshot that kwdiag.exe made of the node.
struct Collected {
    const Node& node;
    std::string snapshot;

    /// The row of a collector in `collections`.
    [[nodiscard]] nlohmann::json collection(const std::string& collector) const;
    [[nodiscard]] nlohmann::json query(const std::string& sql) const { return node.query(snapshot, sql); }
    /// What kwdiag says of a rule: finding, clear, not_evaluated, …
    [[nodiscard]] std::string verdict(const std::string& rule) const;
};

/// Runs these collectors (as --only takes them) into a new snapshot. Requires that this works.
[[nodiscard]] Collected collect(const Node& node, const std::string& only, const std::string& options = {});

/// Whether a double logged something that changes a node.
[[nodiscard]] bool changed_anything(const Node& node);
/// Whether a double was called so, from the beginning of its line.
[[nodiscard]] bool was_called(const Node& node, const std::string& call);

}  // namespace kwd::test
