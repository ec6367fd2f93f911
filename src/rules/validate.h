// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"
#include "snapshot/database.h"

#include <string>
#include <vector>

namespace kwd::rules {

/// An empty database with the whole schema, as validate() and the tests in rules look at it.
[[nodiscard]] snapshot::Database empty_schema();
/// The same for rules of cluster scope: that of a fleet.
[[nodiscard]] snapshot::Database empty_fleet_schema();

/// Empty databases for rules of either scope.
class Schemas {
  public:
    Schemas() : node_(empty_schema()), cluster_(empty_fleet_schema()) {}
    [[nodiscard]] const snapshot::Database& of(Scope scope) const { return scope == Scope::cluster ? cluster_ : node_; }

  private:
    snapshot::Database node_;
    snapshot::Database cluster_;
};

/// What is wrong with a parsed rule once the tables are seen, one line "path: …" each; empty when nothing is:
/// tables and columns that do not exist, SQL that SQLite or the read-only guard refuses, a table that is read but
/// stands in neither `needs` nor `uses`, one of `whole` that `needs` does not name, a query without `subject` or
/// evidence columns, placeholders that no column fills, findings to be told apart by what is no column; in cluster
/// scope a query without `nodes`.
[[nodiscard]] std::vector<std::string> validate(const Rule& rule, const Schemas& schemas);

}  // namespace kwd::rules
