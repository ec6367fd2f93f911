// SPDX-License-Identifier: Apache-2.0
#include "base/xml.h"

#include "base/xml_secrets.h"
#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

// Reads to the end; pieces follow one another within the text. Answers whether it is well formed.
bool reads(std::string_view text) {
    kwd::XmlReader reader(text);
    std::size_t at = 0;
    auto piece = reader.next();
    for (; piece && *piece; piece = reader.next()) {
        check((*piece)->begin >= at && (*piece)->end >= (*piece)->begin && (*piece)->end <= text.size());
        at = (*piece)->end;
        for (const kwd::XmlAttribute& each : (*piece)->attributes) {
            check(each.begin <= each.end && each.end <= at);
        }
        check(reader.depth() <= kwd::kMaxXmlDepth);
    }
    return piece.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const bool well_formed = reads(text);
    const auto clean = kwd::remove_secrets_from_xml(text);
    check(!clean.removed.empty() || clean.text == text);
    check(!well_formed || reads(clean.text));
    check(reads("<a b=\"" + kwd::escape_xml(text) + "\">" + kwd::escape_xml(text) + "</a>"));
    return 0;
}
