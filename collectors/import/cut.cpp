// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/cut.h"

#include "snapshot/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kwd::collectors {
namespace {

// `\n` in 8-bit text and in both byte orders of UTF-16; the answer is where the next line begins.
std::size_t line_begin_at_or_after(std::string_view bytes, std::size_t from) {
    const auto newline = bytes.find('\n', from);
    if (newline == std::string_view::npos) {
        return from;
    }
    const bool utf16_little = newline % 2 == 0 && newline + 1 < bytes.size() && bytes[newline + 1] == '\0';
    return newline + (utf16_little ? 2 : 1);
}

std::string_view byte_order_mark(std::string_view bytes) {
    for (const std::string_view mark : {"\xff\xfe", "\xfe\xff"}) {
        if (bytes.substr(0, mark.size()) == mark) {
            return mark;
        }
    }
    return {};
}

}  // namespace

CutContent cut_to_size(ArchiveEntry&& entry, std::string_view kind, std::size_t max_bytes) {
    auto bytes = std::move(entry.bytes);
    if (entry.cut_bytes == 0 && bytes.size() <= max_bytes) {
        return {std::move(bytes), {}};
    }
    if (kind == snapshot::kind::log || kind == snapshot::kind::journal) {
        const std::string mark(byte_order_mark(bytes));
        const auto behind_gap = entry.cut_bytes == 0 ? 0 : static_cast<std::size_t>(entry.cut_at);
        const auto last_part = bytes.size() > max_bytes ? bytes.size() - max_bytes : 0;
        const auto begin = std::min(bytes.size(), std::max(behind_gap, last_part + last_part % 2));
        auto content = mark + bytes.substr(line_begin_at_or_after(bytes, begin));
        auto note = fmt::format("the last {} of {} bytes", content.size() - mark.size(), entry.size);
        return {std::move(content), std::move(note)};
    }
    const auto before_gap = entry.cut_bytes == 0 ? bytes.size() : static_cast<std::size_t>(entry.cut_at);
    bytes.resize(std::min({bytes.size(), before_gap, max_bytes}));
    auto note = fmt::format("the first {} of {} bytes", bytes.size(), entry.size);
    return {std::move(bytes), std::move(note)};
}

}  // namespace kwd::collectors
