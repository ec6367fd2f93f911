// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "cli/host.h"

#include <windows.h>

#include <array>

namespace kwd::cli {

std::string host_name() {
    std::array<wchar_t, 256> name{};
    auto size = static_cast<DWORD>(name.size());
    if (GetComputerNameExW(ComputerNameDnsHostname, name.data(), &size) == 0 || size == 0) {
        return "this-machine";
    }
    return narrow({name.data(), size});
}

}  // namespace kwd::cli
