// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"

#include "base/json.h"
#include "base/secrets.h"
#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);

    const auto clean = kwd::remove_secrets(text);
    check(!clean.removed.empty() || clean.text == text);
    const auto document = kwd::collectors::without_secrets({.kind = "other", .name = "x", .content = text});
    const bool structured = text.find_first_of("{[") == text.find_first_not_of(" \t\r\n");
    check(!structured || !kwd::parse_json(text) || kwd::parse_json(document.content));
    return 0;
}
