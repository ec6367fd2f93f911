// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

namespace kwd::snapshot {

/// Fills the derived columns of `log_lines` and `events`, `age_s` and `sequence`, where they are NULL: how long before
/// the end of what is known each was written, and in which order. The tables `documents`, `processes`, `services` and
/// `system` are asked where that end is, and which components do not run any more.
///
/// The end is the time at which the youngest document of logs or events was collected. The times of an import's files
/// tell when somebody copied them, and those of a disk that is mounted elsewhere (`root` in `meta`) when it was read;
/// there the end is the newest time of a log whose zone is known, an event, or an object's event; none that is later
/// than the import itself. A line by the log's own clock is at least as old as it is before the newest such line, and
/// as it would be 14 hours later, since no zone is further from UTC.
void derive_log_ages(Database& database);

}  // namespace kwd::snapshot
