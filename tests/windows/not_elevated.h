// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/windows_handle.h"

namespace kwd::test {

/// A token as User Account Control gives it to an administrator's ordinary programs: it is not elevated, and that its
/// user is an administrator counts only where that denies something.
/// Source: TokenLinkedToken and CreateRestrictedToken, learn.microsoft.com.
[[nodiscard]] Handle token_without_elevation();

}  // namespace kwd::test
