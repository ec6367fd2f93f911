// SPDX-License-Identifier: Apache-2.0
#include "base/code_page.h"

#include "base/double_byte.h"
#include "base/single_byte_tables.h"
#include "base/utf8.h"

namespace kwd {
namespace {

const SingleByteTable* single_byte_table(CodePage page) noexcept {
    switch (page) {
        case CodePage::windows_1252: return &kWindows1252;
        case CodePage::windows_1251: return &kWindows1251;
        case CodePage::cp850: return &kCp850;
        case CodePage::cp866: return &kCp866;
        case CodePage::cp932:
        case CodePage::cp936:
        case CodePage::cp949:
        case CodePage::cp950: return nullptr;
    }
    return nullptr;
}

}  // namespace

const char* name_of(CodePage page) noexcept {
    switch (page) {
        case CodePage::windows_1252: return "windows-1252";
        case CodePage::windows_1251: return "windows-1251";
        case CodePage::cp850: return "cp850";
        case CodePage::cp866: return "cp866";
        case CodePage::cp932: return "cp932";
        case CodePage::cp936: return "cp936";
        case CodePage::cp949: return "cp949";
        case CodePage::cp950: return "cp950";
    }
    return "windows-1252";
}

std::optional<std::size_t> append_code_page(std::string& out, std::string_view text, CodePage page) {
    const SingleByteTable* const table = single_byte_table(page);
    if (table == nullptr) {
        return append_double_byte(out, text, page);
    }
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(out, byte < 0x80 ? byte : (*table)[byte - 0x80U]);
    }
    return 0;
}

}  // namespace kwd
