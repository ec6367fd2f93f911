// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/values.h"

#include <functional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// Walks over a list in a document that kwdiag itself words (docs/documents.md): calls `row` with each object of the
/// member `list` and its place. What is no object becomes a note. A document without the list, or one that breaks off,
/// answers for `table` only in part.
void each_of_list(const snapshot::Document& document, std::string_view list, std::string_view table, Analysis& out,
                  const std::function<void(const nlohmann::json& object, const std::string& place)>& row);

/// The same within a value that was read already.
void each_of_list(const DocumentValue& document, std::string_view list, std::string_view table, Analysis& out,
                  const std::function<void(const nlohmann::json& object, const std::string& place)>& row);

}  // namespace kwd::analyzers
