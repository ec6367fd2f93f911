// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <string>

namespace kwd::collectors {

/// Whether a program may be run with our privileges: ok when its access list lets no group that everybody belongs to
/// (Everyone, Users, Authenticated Users, Interactive, Guests) write to it, delete it or take it over. What single
/// accounts may do is not looked at, nor who may put other files beside it: on the system drive every user may, by
/// Windows' default. Errors: access_denied when one may; else what Windows says of the list.
[[nodiscard]] Result<void> only_administrators_change(const std::string& path);

}  // namespace kwd::collectors
