// SPDX-License-Identifier: Apache-2.0
#include "analyzers/document_text.h"

#include "base/text.h"

namespace kwd::analyzers {

std::string text_of_document(const snapshot::Document& document, Analysis& out) {
    DecodedText decoded = decode_text(document.content);
    if (decoded.lossy) {
        out.note("", "encoding", "some bytes are not valid " + decoded.encoding + "; they are shown as U+FFFD");
    }
    return std::move(decoded.utf8);
}

const std::string& path_of(const snapshot::DocumentInfo& info) noexcept {
    return info.original_path && !info.original_path->empty() ? *info.original_path : info.name;
}

void note_byte_order_mark(const snapshot::Document& document, Analysis& out) {
    const std::string_view content = document.content;
    if (content.starts_with("\xef\xbb\xbf") || content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff")) {
        out.note("line:1", "encoding", "begins with a byte order mark, which a Go program refuses in JSON");
    }
}

}  // namespace kwd::analyzers
