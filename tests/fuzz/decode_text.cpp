// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "base/utf8.h"
#include "tests/fuzz/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

/// The lines of a text do not overlap, follow one another and hold everything but their ends.
void check_lines(std::string_view text, std::size_t max_line_bytes) {
    kwd::LineReader lines(text, max_line_bytes);
    std::size_t number = 0;
    std::size_t end = 0;
    while (const auto line = lines.next()) {
        check(line->number == ++number);
        check(line->offset >= end && line->text.size() <= max_line_bytes);
        check(text.substr(end, line->offset - end).find_first_not_of("\r\n") == std::string_view::npos);
        check(text.substr(line->offset).starts_with(line->text));
        end = line->offset + line->text.size() + line->cut_bytes;
        check(text.substr(line->offset, end - line->offset).find_first_of("\r\n") == std::string_view::npos);
    }
    check(text.substr(end).find_first_not_of("\r\n") == std::string_view::npos);
}

std::string utf16le(std::string_view ascii) {
    std::string bytes;
    for (const char c : ascii) {
        bytes += c;
        bytes += '\0';
    }
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};

    const auto decoded = kwd::decode_text(bytes);
    check(kwd::is_utf8(decoded.utf8));
    check(decoded.utf8.size() <= 3 * size);
    check(!decoded.encoding.empty());
    check_lines(decoded.utf8, size / 2 + 1);

    std::string ascii(bytes);
    std::replace_if(
        ascii.begin(), ascii.end(), [](char c) { return c <= 0 || c == 0x7f; }, '\n');
    check(kwd::decode_text(ascii).utf8 == ascii);
    check(kwd::decode_text("\xff\xfe" + utf16le(ascii)).utf8 == ascii);
    return 0;
}
