// SPDX-License-Identifier: Apache-2.0
#include "base/double_byte.h"
#include "base/utf8.h"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <memory>
#include <type_traits>

namespace kwd {
namespace {

struct CloseIconv {
    void operator()(iconv_t converter) const noexcept { iconv_close(converter); }
};
using Converter = std::unique_ptr<std::remove_pointer_t<iconv_t>, CloseIconv>;

}  // namespace

std::optional<std::size_t> append_double_byte(std::string& out, std::string_view text, CodePage page) {
    const iconv_t opened = iconv_open("UTF-8", name_of(page));
    if (opened == reinterpret_cast<iconv_t>(-1)) {
        return std::nullopt;
    }
    const Converter converter(opened);
    std::size_t broken = 0;
    std::array<char, 16384> buffer;
    auto* in = const_cast<char*>(text.data());
    std::size_t in_left = text.size();
    while (in_left > 0) {
        char* to = buffer.data();
        std::size_t to_left = buffer.size();
        const bool stopped = iconv(converter.get(), &in, &in_left, &to, &to_left) == static_cast<std::size_t>(-1);
        const int reason = errno;
        out.append(buffer.data(), buffer.size() - to_left);
        if (stopped && reason != E2BIG) {
            append_utf8(out, kReplacementCharacter);
            ++broken;
            ++in;
            --in_left;
        }
    }
    return broken;
}

}  // namespace kwd
