// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// Where a runtime looks for CNI.
struct CniFolders {
    std::vector<std::string> configuration;
    std::vector<std::string> binaries;
};

/// The folders that a config.toml of containerd names: `conf_dir`, `bin_dir` and, since 2.1, `bin_dirs`, in whatever
/// table they stand. Only one-line values are understood; the analyzer of the document reads all of TOML, this only
/// decides where else to look.
[[nodiscard]] CniFolders cni_folders_of_containerd(std::string_view toml);

}  // namespace kwd::collectors
