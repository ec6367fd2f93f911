// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"
#include "collectors/message.h"
#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};

    // Whole, and in two parts: the same messages, and the same end.
    kwd::collectors::MessageReader whole(4096);
    kwd::collectors::MessageReader parts(4096);
    whole.feed(bytes);
    parts.feed(bytes.substr(0, size / 2));
    bool fed = false;
    while (true) {
        auto message = whole.next();
        auto same = parts.next();
        if (same && !*same && !fed) {
            parts.feed(bytes.substr(size / 2));
            fed = true;
            same = parts.next();
        }
        check(message.has_value() == same.has_value());
        if (!message || !*message) {
            return 0;
        }
        check((*message)->index() == (*same)->index());
        if (const auto* packed = std::get_if<kwd::collectors::PackedDocument>(&**message)) {
            check(packed->content.frame == std::get<kwd::collectors::PackedDocument>(**same).content.frame);
            check(kwd::is_utf8(packed->document.name) && kwd::is_utf8(packed->document.note));
        }
    }
}
