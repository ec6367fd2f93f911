// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace kwd::collectors {

/// The profiles of Windows Firewall that are in use now: `domain`, `private`, `public`; more than one where the node is
/// in networks of several kinds. Asked of the firewall's service, which is not started for it and may hang: ask last.
/// Errors: unsupported where there are no such objects; io with the HRESULT, as when the service does not run.
/// Source: INetFwPolicy2::get_CurrentProfileTypes, learn.microsoft.com.
[[nodiscard]] Result<std::vector<std::string>> active_firewall_profiles();

}  // namespace kwd::collectors
