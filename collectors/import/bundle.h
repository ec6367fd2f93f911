// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// What is known of a set of files because one of the known programs collected them.
struct Bundle {
    std::string_view type;  ///< for people and for `meta`: "microsoft/SDN collectlogs", "AKS node logs", …, "files"
    std::string host_name;  ///< where the bundle's name tells it; empty otherwise
    std::string taken_at;   ///< local time of the node as its name tells it, `2024-01-31T10:11:12`; empty otherwise
};

/// Says who made a bundle, by the names in it. `name` is that of the archive or folder, `folder` what lies around
/// everything in it (top_folder), `paths` the files without that.
[[nodiscard]] Bundle detect_bundle(std::string_view name, std::string_view folder, std::span<const std::string> paths);

/// What the bundle's maker knows of one of its files, beyond what the file shows.
struct BundleFact {
    bool set_aside = false;  ///< not to be read as what it looks like
    std::string_view note;   ///< why, for people; empty where there is nothing to say
    std::string node_path;   ///< where it lay on the node; empty where that is not known
};

/// `path` is one of `paths`, as in detect_bundle.
[[nodiscard]] BundleFact bundle_fact(const Bundle& bundle, std::string_view path, std::span<const std::string> paths);

/// What all paths begin with: any archives within archives, and one folder, since whoever packs a bundle often packs
/// its folder: `upload.zip/msdbg.WIN/`. With `/` at the end; empty where there is none.
[[nodiscard]] std::string top_folder(std::span<const std::string> paths);

/// `files/C/etc/cni/net.d/x.conf` is `C:\etc\cni\net.d\x.conf`; empty where no part is a drive's letter.
[[nodiscard]] std::string path_below_drive(std::string_view path);

}  // namespace kwd::collectors
