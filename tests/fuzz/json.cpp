// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};

    const auto prefix = kwd::parse_json_prefix(text);
    if (prefix) {
        check(prefix->bytes <= size);
        const auto again = kwd::parse_json(text.substr(0, prefix->bytes));
        check(again && *again == prefix->value);
    }
    check(!kwd::parse_json(text) || prefix);
    return 0;
}
