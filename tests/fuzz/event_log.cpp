// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"
#include "collectors/import/event_log_file.h"
#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMost = 1 << 20;
    // The headers of file and chunk are the same for all, so that each byte tried is one of a record.
    std::string bytes(4096, '\0');
    bytes.replace(0, 7, "ElfFile");
    bytes += "ElfChnk";
    bytes.resize(4096 + 512, '\0');
    if (size % 2 == 0) {  // the chunk's header tells where its free space begins, or nothing does
        bytes[4096 + 48] = static_cast<char>((512 + size) & 0xFF);
        bytes[4096 + 49] = static_cast<char>((512 + size) >> 8U);
    }
    bytes.append(reinterpret_cast<const char*>(data), size);
    const auto text = kwd::collectors::event_log_as_xml(bytes, kMost);
    check(text.xml.size() <= kMost);
    check(kwd::is_utf8(text.xml));
    check(text.xml.find('\0') == std::string::npos);
    return 0;
}
