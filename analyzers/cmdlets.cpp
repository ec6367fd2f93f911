// SPDX-License-Identifier: Apache-2.0
#include "analyzers/cmdlets.h"

#include "analyzers/windows_text.h"

#include <algorithm>

namespace kwd::analyzers {
namespace {

const Cmdlet* cmdlet_of(const PowerShellObject& object) {
    for (const auto cmdlets : {network_cmdlets(), process_cmdlets(), system_cmdlets()}) {
        const auto found = std::ranges::find_if(cmdlets, [&](const Cmdlet& each) {
            return std::ranges::all_of(each.properties,
                                       [&](std::string_view name) { return name.empty() || object.has(name); });
        });
        if (found != cmdlets.end()) {
            return &*found;
        }
    }
    return nullptr;
}

}  // namespace

bool add_cmdlet_object(const PowerShellObject& object, Analysis& out) {
    const Cmdlet* cmdlet = cmdlet_of(object);
    if (cmdlet != nullptr) {
        cmdlet->add(object, out);
    }
    return cmdlet != nullptr;
}

std::size_t read_cmdlet(WindowsText& text, std::size_t at) {
    auto read = read_powershell_table(text.lines, at);
    if (!read) {
        read = read_powershell_list(text.lines, at);
    }
    if (!read) {
        return at;
    }
    for (const PowerShellObject& object : read->objects) {
        add_cmdlet_object(object, text.out);
    }
    return read->end;
}

}  // namespace kwd::analyzers
