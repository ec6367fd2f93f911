// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <optional>

namespace kwd::collectors {

/// Whether this process may look everywhere: on Windows it has the rights of an administrator, rather than a token that
/// could get them; on Linux it is root. nullopt where the system does not say. Source: GetTokenInformation,
/// TokenElevation; geteuid(2).
[[nodiscard]] std::optional<bool> elevation() noexcept;

/// As far as is known.
[[nodiscard]] bool is_elevated() noexcept;

/// The error; where access was denied it says what that needs, or that to be elevated is not enough. The same for a
/// process of which it is known whether it is elevated.
[[nodiscard]] Error with_what_it_needs(Error error);
[[nodiscard]] Error with_what_it_needs(Error error, bool elevated);

}  // namespace kwd::collectors
