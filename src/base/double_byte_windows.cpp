// SPDX-License-Identifier: Apache-2.0
#include "base/double_byte.h"
#include "base/utf8.h"

#include <windows.h>

namespace kwd {
namespace {

UINT number_of(CodePage page) noexcept {
    switch (page) {
        case CodePage::windows_1252: return 1252;
        case CodePage::windows_1251: return 1251;
        case CodePage::cp850: return 850;
        case CodePage::cp866: return 866;
        case CodePage::cp932: return 932;
        case CodePage::cp936: return 936;
        case CodePage::cp949: return 949;
        case CodePage::cp950: return 950;
    }
    return 1252;
}

/// The character of one byte or pair; false when the code page has none.
bool append_character(std::string& out, std::string_view bytes, UINT page) {
    wchar_t unit = 0;
    if (MultiByteToWideChar(page, MB_ERR_INVALID_CHARS, bytes.data(), static_cast<int>(bytes.size()), &unit, 1) != 1) {
        return false;
    }
    append_utf8(out, unit);
    return true;
}

}  // namespace

// Character by character: what the whole of a text says of a broken pair is that there is one, not where.
std::optional<std::size_t> append_double_byte(std::string& out, std::string_view text, CodePage page) {
    const UINT number = number_of(page);
    if (!IsValidCodePage(number)) {
        return std::nullopt;
    }
    std::size_t broken = 0;
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text.front());
        std::size_t length = lead >= 0x80 && IsDBCSLeadByteEx(number, lead) ? 2 : 1;
        if (lead < 0x80) {
            out += text.front();
        } else if (text.size() < length || !append_character(out, text.substr(0, length), number)) {
            append_utf8(out, kReplacementCharacter);
            ++broken;
            length = 1;
        }
        text.remove_prefix(length);
    }
    return broken;
}

}  // namespace kwd
