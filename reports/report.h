// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <cstdint>
#include <string>

namespace kwd::reports {

// Renderers read the results (`findings`, `finding_evidence`, `evaluations`, `table_coverage`, `analysis_notes`), the
// stored tables and the derived ones of an analyzed snapshot, and nothing else. They are deterministic: the same
// database gives the same bytes.

/// JSON for machines; docs/report-json.md is its schema. UTF-8, indented, ends with a newline. Text that is not valid
/// UTF-8 has U+FFFD in its place.
[[nodiscard]] std::string render_json(const snapshot::Database& database);

/// One self-contained HTML page: readable with scripts off, loading nothing, safe whatever the data holds (all of it is
/// escaped, and a Content-Security-Policy lets only the page's own script run).
[[nodiscard]] std::string render_html(const snapshot::Database& database);

/// The same of a fleet database (snapshot/fleet.h): the snapshots and clusters, what rules say of nodes together, then
/// the report of each node. docs/report-json.md has its schema.
[[nodiscard]] std::string render_fleet_json(snapshot::Database& fleet);

struct TextOptions {
    bool color = false;        ///< ANSI colours
    bool evaluations = false;  ///< also list what was clear and what did not apply
    int width = 100;           ///< columns to wrap at
};

/// Text for a terminal: the verdict, findings by severity with evidence and remedy, what could not be judged and why.
/// Control characters of the data are shown as their escapes, so that a log line cannot drive the terminal.
[[nodiscard]] std::string render_text(const snapshot::Database& database, const TextOptions& options);

/// The same of a fleet database: its nodes and how far apart they were collected, findings about several nodes, then
/// what render_text() says of each node.
[[nodiscard]] std::string render_fleet_text(snapshot::Database& fleet, const TextOptions& options);

}  // namespace kwd::reports
