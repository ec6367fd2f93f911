// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// One object: property to value as a text; a property that is NULL is not there.
using WmiObject = std::map<std::string, std::string, std::less<>>;

/// Where WMI is asked, and what the provider is told beside the query.
struct WmiScope {
    std::string name_space = "ROOT\\CIMV2";
    /// Named values of the context; Get-NetRoute gives `PolicyStore` so.
    std::map<std::string, std::string> context = {};
};

/// Asks WMI a WQL query: only the properties that it selects are read.
///
/// A WMI that hangs is left after `limit`; the thread that asked it stays until the process ends, which a worker soon
/// does.
/// Errors: unsupported where WMI has no such class; access_denied; timed_out; io with the HRESULT.
[[nodiscard]] Result<std::vector<WmiObject>> ask_wmi(std::string_view query, std::chrono::milliseconds limit,
                                                     const WmiScope& scope = {});

}  // namespace kwd::collectors
