// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"
#include "snapshot/document.h"

#include <cstdint>
#include <vector>

namespace kwd::bench {

/// What a hundred checks cost that ask the documents themselves, each with one statement over their JSON and the lines
/// of the log, with nothing prepared but the documents in one table.
struct RawChecks {
    std::int64_t checks = 0;
    std::int64_t with_rows = 0;  ///< those that gave a row, so that one sees that they were run
    double milliseconds = 0;
    double slowest_ms = 0;
};

[[nodiscard]] RawChecks run_raw_checks(const std::vector<snapshot::Document>& documents);

}  // namespace kwd::bench
