// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "collectors/collector.h"

#include <string>
#include <string_view>

namespace kwd::collectors {

/// The options as a JSON object, for a worker process to read.
[[nodiscard]] std::string encode(const CollectOptions& options);

/// Reads what encode() wrote; a member that is absent keeps its default. Errors: malformed.
[[nodiscard]] Result<CollectOptions> decode_options(std::string_view text);

}  // namespace kwd::collectors
