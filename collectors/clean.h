// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace kwd::collectors {

/// Takes the secrets out of a document's content and says in its note what was taken. Every text that comes from the
/// node goes through here before it is put. Content that was JSON or XML stays so.
[[nodiscard]] NewDocument without_secrets(NewDocument document);

/// One JSON value without the secrets in it: those of members that are named after one, and those within strings. A
/// text that is no JSON is cleaned as a text.
[[nodiscard]] std::string clean_json(std::string_view text);

/// Adds to a note what else is to be said: "first; second".
void add_note(NewDocument& document, std::string_view text);

/// JSON as the collectors write it, indented by one blank; text that is no UTF-8 is repaired.
[[nodiscard]] std::string to_document(const nlohmann::json& value);

}  // namespace kwd::collectors
