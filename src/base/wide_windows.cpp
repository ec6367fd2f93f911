// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"
#include "base/wide.h"

#include <windows.h>

namespace kwd {

std::wstring wide(std::string_view utf8) {
    const auto bytes = static_cast<int>(utf8.size());
    const int units = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, nullptr, 0);
    std::wstring out(static_cast<std::size_t>(units), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, out.data(), units);
    return out;
}

std::string narrow(std::wstring_view utf16) {
    const auto units = static_cast<int>(utf16.size());
    const int bytes = WideCharToMultiByte(CP_UTF8, 0, utf16.data(), units, nullptr, 0, nullptr, nullptr);
    std::string out(static_cast<std::size_t>(bytes), '\0');
    WideCharToMultiByte(CP_UTF8, 0, utf16.data(), units, out.data(), bytes, nullptr, nullptr);
    return out;
}

std::string from_oem(std::string_view text) {
    if (is_utf8(text)) {
        return std::string(text);
    }
    DWORD page = CP_OEMCP;
    GetLocaleInfoW(LOCALE_SYSTEM_DEFAULT, LOCALE_IDEFAULTCODEPAGE | LOCALE_RETURN_NUMBER,
                   reinterpret_cast<wchar_t*>(&page), sizeof page / sizeof(wchar_t));
    const auto bytes = static_cast<int>(text.size());
    const int units = MultiByteToWideChar(page, 0, text.data(), bytes, nullptr, 0);
    std::wstring out(static_cast<std::size_t>(units), L'\0');
    MultiByteToWideChar(page, 0, text.data(), bytes, out.data(), units);
    return narrow(out);
}

}  // namespace kwd
