// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/not_elevated.h"

#include <catch2/catch_test_macros.hpp>

#include <array>

namespace kwd::test {

Handle token_without_elevation() {
    HANDLE own = nullptr;
    REQUIRE(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own) != 0);
    const Handle token(own);
    TOKEN_LINKED_TOKEN linked{};
    DWORD size = 0;
    REQUIRE(GetTokenInformation(token.get(), TokenLinkedToken, &linked, sizeof linked, &size) != 0);
    const Handle limited(linked.LinkedToken);
    HANDLE primary = nullptr;
    REQUIRE(DuplicateTokenEx(limited.get(), TOKEN_ALL_ACCESS, nullptr, SecurityImpersonation, TokenPrimary, &primary) !=
            0);
    const Handle of_user(primary);
    // Wine leaves the group in the linked token as it is.
    std::array<BYTE, SECURITY_MAX_SID_SIZE> administrators{};
    size = administrators.size();
    REQUIRE(CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, administrators.data(), &size) != 0);
    SID_AND_ATTRIBUTES only_denies{administrators.data(), 0};
    HANDLE restricted = nullptr;
    REQUIRE(CreateRestrictedToken(of_user.get(), DISABLE_MAX_PRIVILEGE, 1, &only_denies, 0, nullptr, 0, nullptr,
                                  &restricted) != 0);
    return Handle(restricted);
}

}  // namespace kwd::test
