// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"

#include <span>
#include <string>
#include <string_view>

namespace kwd::snapshot {

/// PRAGMA application_id of a snapshot: the letters "kwds".
inline constexpr std::int64_t kApplicationId = 0x6b776473;
/// PRAGMA user_version: raised whenever `meta`, `collections` or `documents` change. Derived tables need no version:
/// they are derived again.
inline constexpr std::int64_t kSchemaVersion = 1;

/// Every derived table, in the order of documentation. The only list of them.
[[nodiscard]] std::span<const TableSchema> derived_tables();
/// nullptr when there is no such table.
[[nodiscard]] const TableSchema* find_derived_table(std::string_view name);

/// CREATE TABLE for a derived table. Beside its own columns each has
/// `document_id` (the document a row was read from, NULL for rows of the second tier), `place` (where in it, see
/// place.h) and `at`, a generated column of both, "12#/0/Name", which rules select as evidence.
[[nodiscard]] std::string create_table_sql(const TableSchema& table);
/// INSERT for a derived table: document_id, place, then its columns in order.
[[nodiscard]] std::string insert_sql(const TableSchema& table);

/// Makes the whole schema in an empty database: the stored tables (`meta`, `collections`, `documents`), the derived
/// ones and the results (`findings`, `finding_evidence`, `evaluations`, `table_coverage`, `analysis_notes`).
void create_schema(Database& database);
/// Empties the derived tables and the results, so that they can be derived again.
void clear_derived(Database& database);

/// The documentation of all tables as Markdown (docs/tables.md).
[[nodiscard]] std::string tables_as_markdown();

}  // namespace kwd::snapshot
