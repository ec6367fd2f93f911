// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// A path on a disk: a drive and names. Texts are UTF-8; a lone surrogate, which NTFS takes in a name, stands in three
/// bytes as if it were a character, so that such a file is found again.
struct DiskPath {
    char drive = 'C';
    std::vector<std::string> names;

    /// `C:\k\config`; of no names `C:\`.
    [[nodiscard]] std::string text() const;
};

/// Reads `C:\k\config`, or `\k\config` on the default drive; slashes are as good as backslashes, `.` and `..` are
/// resolved, and above the top is the top. nullopt for everything that is no file of a disk: shares, devices and pipes,
/// streams of files, what is relative, names that no file can have.
[[nodiscard]] std::optional<DiskPath> parse_disk_path(std::string_view text, char default_drive);

/// A symbolic link or junction, as the file system keeps it.
struct DiskLink {
    std::string target;      ///< `\??\C:\x`, or relative to the folder that the link lies in
    bool relative = false;   ///< or from the top of the drive: `\x`
    std::string shown = {};  ///< as people see it: `C:\x`

    /// Whether it leads to a volume without a name: a disk that is mounted in a folder.
    [[nodiscard]] bool leads_to_volume() const;
};

/// Reads a reparse point (REPARSE_DATA_BUFFER). nullopt when it is none that leads elsewhere: deduplicated files and
/// their like are read as if they were none.
[[nodiscard]] std::optional<DiskLink> read_reparse_point(std::span<const std::byte> data);

/// Whether a path is itself a link. Errors: not_found and what else the file system says.
using AskLink = std::function<Result<std::optional<DiskLink>>(const DiskPath&)>;

/// Where a path leads once all links on it are followed, with `also_last` its last name too. Errors: those of `ask`;
/// access_denied when a link leads to a share or a device, which must not be touched (Windows would tell it who we
/// are); io when links go in circles.
[[nodiscard]] Result<DiskPath> follow_links(const DiskPath& path, bool also_last, const AskLink& ask);

/// The two ways between UTF-16 and the texts of a DiskPath.
[[nodiscard]] std::wstring wide_name(std::string_view name);
[[nodiscard]] std::string narrow_name(std::wstring_view name);

}  // namespace kwd::collectors
