// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/node_tree.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// Whether the kernel has a module.
struct KernelModule {
    std::string name;        ///< with underscores, as in /proc/modules
    std::string_view state;  ///< loaded, available, absent
    bool built_in = false;
};

/// The state of modules: from /proc/modules, and modules.builtin and modules.dep of the running kernel below
/// /lib/modules. A module of which that does not tell is left out. Nothing is loaded by asking.
[[nodiscard]] std::vector<KernelModule> ask_kernel_modules(const NodeTree& tree, const std::string& kernel_release,
                                                           std::span<const std::string_view> names);

/// True when nf_tables is there without anything having to be loaded: asking nft for rules would load it.
[[nodiscard]] bool nf_tables_is_there(const NodeTree& tree);

}  // namespace kwd::collectors
