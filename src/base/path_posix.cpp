// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"

namespace kwd {

std::filesystem::path path_of(std::string_view utf8) {
    return utf8;
}

std::string utf8_of(const std::filesystem::path& path) {
    return path.native();
}

std::string generic_utf8_of(const std::filesystem::path& path) {
    return path.native();
}

}  // namespace kwd
