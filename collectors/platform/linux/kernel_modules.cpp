// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/linux/kernel_modules.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMaxList = 8 << 20;

// The names in a list of which each line begins with a name, or with the path of a module: "kernel/net/x/vxlan.ko.xz:
// …".
std::optional<std::set<std::string>> names_in(const NodeTree& tree, const std::string& path) {
    const auto file = tree.read(path, kMaxList);
    if (!file) {
        return std::nullopt;
    }
    std::set<std::string> names;
    std::string_view text = file->text;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line = line.substr(0, line.find_first_of(": "));
        line = line.substr(line.find_last_of('/') + 1);
        std::string name(line.substr(0, line.find(".ko")));
        std::replace(name.begin(), name.end(), '-', '_');
        names.insert(std::move(name));
    }
    return names;
}

}  // namespace

std::vector<KernelModule> ask_kernel_modules(const NodeTree& tree, const std::string& kernel_release,
                                             std::span<const std::string_view> names) {
    const NodeTree live("/");
    const std::string folder = fmt::format("/lib/modules/{}", kernel_release);
    const auto loaded = names_in(live, "/proc/modules");
    const auto built_in = names_in(tree, folder + "/modules.builtin");
    const auto available = names_in(tree, folder + "/modules.dep");
    const auto is_in = [](const auto& list, const std::string& name) { return list && list->contains(name); };

    std::vector<KernelModule> modules;
    for (const std::string_view each : names) {
        const std::string name(each);
        // A module that is built in has a folder in /sys when it has parameters or a version.
        const bool in_sys = live.look("/sys/module/" + name).value_or(std::nullopt).has_value();
        if (is_in(loaded, name)) {
            modules.push_back({name, "loaded", false});
        } else if (is_in(built_in, name) || in_sys) {
            modules.push_back({name, "loaded", true});
        } else if (is_in(available, name)) {
            modules.push_back({name, "available"});
        } else if (available) {
            modules.push_back({name, "absent"});
        }
    }
    return modules;
}

bool nf_tables_is_there(const NodeTree& tree) {
    utsname kernel{};
    (void)::uname(&kernel);
    constexpr std::array<std::string_view, 1> name{"nf_tables"};
    const auto modules = ask_kernel_modules(tree, kernel.release, name);
    const bool can_load = NodeTree("/").look("/proc/modules").value_or(std::nullopt).has_value();
    return !can_load || (!modules.empty() && modules[0].state == "loaded");
}

}  // namespace kwd::collectors
