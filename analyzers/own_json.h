// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/values.h"

#include <functional>
#include <string>
#include <string_view>

namespace kwd::analyzers {

using ReadObject = std::function<void(const nlohmann::json& object, const std::string& place)>;

/// Calls `read` with each object of an array and its place, and says that the document answers for `table`; only in
/// part where it breaks off or `array` is none. What is no object becomes a note; empty objects, which iproute2 prints
/// for what it filtered, are passed over. `pointer` names the array in the document.
void each_object(const DocumentValue& document, const nlohmann::json* array, const std::string& pointer,
                 std::string_view table, Analysis& out, const ReadObject& read);

/// The same for a member of a document that is one object, as kwdiag words them (docs/documents.md).
void each_of_list(const DocumentValue& document, std::string_view list, std::string_view table, Analysis& out,
                  const ReadObject& read);
void each_of_list(const snapshot::Document& document, std::string_view list, std::string_view table, Analysis& out,
                  const ReadObject& read);

/// The first JSON value of the document; a note, and an empty value, when there is none.
[[nodiscard]] DocumentValue first_value(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
