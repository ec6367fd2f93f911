// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

// Paths are UTF-8 here, as all text is. std::filesystem::path takes a std::string for text of the process's locale,
// which on Windows has not every name: no std::string becomes a path, or a path a std::string, but by these.

namespace kwd {

/// The path that this text names. On Windows what is no UTF-8 becomes U+FFFD; elsewhere a path is bytes, and these are.
[[nodiscard]] std::filesystem::path path_of(std::string_view utf8);

/// A path as text, with the separators that it has. On Windows a lone surrogate becomes U+FFFD; elsewhere the text is
/// the path's own bytes, and need not be UTF-8.
[[nodiscard]] std::string utf8_of(const std::filesystem::path& path);

/// The same with `/` between its parts.
[[nodiscard]] std::string generic_utf8_of(const std::filesystem::path& path);

}  // namespace kwd
