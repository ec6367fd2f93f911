// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kwd {

/// The longest path that an entry is given, in bytes; of a longer one the end is kept.
inline constexpr std::size_t kMaxEntryNameBytes = 1024;

struct EntryName {
    std::string path;
    bool is_changed = false;  ///< it said something that a path within a folder cannot say
};

/// The path of a file within a folder or an archive, from the bytes that stand for it there: `/` between its parts,
/// UTF-8, no empty part, no `.`, no `..`, no root, no drive, no control characters, never empty.
///
/// `\` is a separator like `/` and `.` says nothing, so neither counts as a change.
[[nodiscard]] EntryName safe_entry_name(std::string_view raw);

/// Gives each path once: the second `a/b.log` becomes `a/b (2).log`.
class UniqueNames {
  public:
    [[nodiscard]] std::string add(std::string path);

  private:
    std::unordered_map<std::string, std::size_t> uses_;
};

}  // namespace kwd
