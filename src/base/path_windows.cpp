// SPDX-License-Identifier: Apache-2.0
// Not by std::u8string: that throws at broken text.
#include "base/path.h"
#include "base/wide.h"

namespace kwd {

std::filesystem::path path_of(std::string_view utf8) {
    return wide(utf8);
}

std::string utf8_of(const std::filesystem::path& path) {
    return narrow(path.native());
}

std::string generic_utf8_of(const std::filesystem::path& path) {
    return narrow(path.generic_wstring());
}

}  // namespace kwd
