// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kwd::collectors {

/// How a platform spells paths, and which of them it takes for the same.
struct PathStyle {
    char separator;
    bool ignores_case;  ///< of ASCII letters
};

inline constexpr PathStyle kUnixPaths{'/', false};
inline constexpr PathStyle kWindowsPaths{'\\', true};

/// That of the platform that this program is built for.
extern const PathStyle kPaths;

/// Whether a name is one of those that a pattern means: `*` stands for any characters, `?` for one; neither for a dot
/// at the beginning.
[[nodiscard]] bool matches_name(std::string_view name, std::string_view pattern, PathStyle style = kPaths);

/// Whether both are the same path, as far as their letters tell.
[[nodiscard]] bool same_path(std::string_view a, std::string_view b, PathStyle style = kPaths);

/// The same text for paths that are the same.
[[nodiscard]] std::string path_key(std::string_view path, PathStyle style = kPaths);

/// Whether a path leads to something in a folder or below it. `folder` may end in a separator.
[[nodiscard]] bool lies_below(std::string_view path, std::string_view folder, PathStyle style = kPaths);

[[nodiscard]] std::string join_path(std::string_view folder, std::string_view name, PathStyle style = kPaths);

}  // namespace kwd::collectors
