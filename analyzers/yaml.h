// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/values.h"

#include <string_view>
#include <vector>

namespace kwd::analyzers {

/// The longest YAML text that is read whole; more is cut at a line and noted.
inline constexpr std::size_t kMostYamlBytes = std::size_t{32} << 20;

/// Reads YAML documents as JSON trees, with YAML 1.2's core schema as far as Kubernetes uses it: null, booleans,
/// numbers and strings; numbers beyond 64 bits and other tags stay text. Merge keys are kept as members `<<`.
///
/// A break becomes a note `malformed`; documents before it are whole, the one with the break holds what came first.
[[nodiscard]] std::vector<DocumentValue> read_yaml(std::string_view utf8, Analysis& out);

}  // namespace kwd::analyzers
