// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/document.h"
#include "snapshot/place.h"

namespace kwd::analyzers {

/// Opens a document for quotes of it: of a capture the packets as packet_text() (packet/packet_text.h) has them, of any
/// other document what Excerpts answers. Reads and decodes the document once for all quotes.
[[nodiscard]] snapshot::Quotes open_quotes(snapshot::Document document);

}  // namespace kwd::analyzers
