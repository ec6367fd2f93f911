// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "snapshot/document.h"

#include <string>
#include <string_view>

namespace kwd::analyzers {

/// The document's content as UTF-8. What could not be decoded becomes a note `encoding`.
[[nodiscard]] std::string text_of_document(const snapshot::Document& document, Analysis& out);

/// Where the document lay: its original path, else its name.
[[nodiscard]] const std::string& path_of(const snapshot::DocumentInfo& info) noexcept;

/// Notes a byte order mark or UTF-16 in a file that a Go program reads as JSON: encoding/json refuses both, so that
/// the file is as good as broken on the node although it reads well here. Source: Go issue 12254.
void note_byte_order_mark(const snapshot::Document& document, Analysis& out);

}  // namespace kwd::analyzers
