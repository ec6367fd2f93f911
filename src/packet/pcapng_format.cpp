// SPDX-License-Identifier: Apache-2.0
#include "packet/pcapng_format.h"

namespace kwd::packet::pcapng {

std::string Option::text() const {
    std::string text;
    for (const auto octet : value) {
        if (octet == std::byte{0}) {
            break;
        }
        text += static_cast<char>(octet);
    }
    return text;
}

std::optional<Option> OptionReader::next() noexcept {
    if (in_.rest().empty()) {
        return std::nullopt;
    }
    const auto header = in_.take<4>();
    if (!header) {
        broken_ = true;
        return std::nullopt;
    }
    const auto code = header.number<0, 2>(order_);
    if (code == kEndOfOptions) {
        in_ = Bytes{{}};
        return std::nullopt;
    }
    const std::size_t length = header.number<2, 2>(order_);
    const auto value = in_.take(length);
    if (!value || !in_.skip((4 - length % 4) % 4)) {
        broken_ = true;
        return std::nullopt;
    }
    return Option{code, *value};
}

}  // namespace kwd::packet::pcapng
