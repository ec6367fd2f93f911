// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace kwd::collectors {

/// Captures by the system's own packet monitor, which is a loan: it is taken only where it is free, and given back as
/// it was found, also when we are ended in the middle (PktmonGuard).
///
/// Errors: not_found when this system has no pktmon; access_denied when we are not elevated; unsupported when it is in
/// use, or an older one that cannot do it; those of running it.
Result<void> capture_by_pktmon(const CollectOptions& options, DocumentSink& out, Deadline deadline);

}  // namespace kwd::collectors
