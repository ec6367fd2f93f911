// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kwd::collectors {

/// Whether this process has the rights of an administrator, rather than a token that could get them.
/// Source: GetTokenInformation, TokenElevation.
[[nodiscard]] bool is_elevated() noexcept;

}  // namespace kwd::collectors
