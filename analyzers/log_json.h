// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/log_formats.h"

#include <optional>
#include <string_view>

namespace kwd::analyzers {

/// A log line that is a JSON object: klog's JSON (`ts` in milliseconds, `caller`, `msg`, `err`), zap's (azure-vnet:
/// `ts` as text), and others with `time`, `level`, `msg` or their like. Fields that have no column follow the message
/// as `name="value"`. nullopt for other JSON.
[[nodiscard]] std::optional<LogEntry> read_json_line(std::string_view line);

/// Docker's json-file: `{"log":"…\n","stream":"stderr","time":"…"}`.
[[nodiscard]] std::optional<LogWrapping> unwrap_docker_line(std::string_view line);

}  // namespace kwd::analyzers
