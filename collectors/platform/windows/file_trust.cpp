// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/file_trust.h"

#include "base/windows_error.h"
#include "collectors/platform/windows/disk_path.h"

#include <windows.h>

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <vector>

namespace kwd::collectors {
namespace {

constexpr ACCESS_MASK kChange =
    FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;

bool is_everybody(PSID sid) {
    constexpr auto groups =
        std::to_array<WELL_KNOWN_SID_TYPE>({WinWorldSid, WinBuiltinUsersSid, WinAuthenticatedUserSid, WinInteractiveSid,
                                            WinBuiltinGuestsSid, WinAnonymousSid});
    for (const WELL_KNOWN_SID_TYPE each : groups) {
        if (IsWellKnownSid(sid, each) != 0) {
            return true;
        }
    }
    return false;
}

bool lets_everybody_change(PACL list) {
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (GetAce(list, i, &entry) == 0) {
            return true;
        }
        const auto* header = static_cast<const ACE_HEADER*>(entry);
        if (header->AceType != ACCESS_ALLOWED_ACE_TYPE || (header->AceFlags & INHERIT_ONLY_ACE) != 0) {
            continue;
        }
        auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        if ((allowed->Mask & kChange) != 0 && is_everybody(&allowed->SidStart)) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<void> only_administrators_change(const std::string& path) {
    const std::string doing = fmt::format("look who may change {}", path);
    const std::wstring wide_path = wide_name(path);
    DWORD size = 0;
    (void)GetFileSecurityW(wide_path.c_str(), DACL_SECURITY_INFORMATION, nullptr, 0, &size);
    std::vector<std::byte> descriptor(size);
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL list = nullptr;
    if (size == 0 ||
        GetFileSecurityW(wide_path.c_str(), DACL_SECURITY_INFORMATION, descriptor.data(), size, &size) == 0 ||
        GetSecurityDescriptorDacl(descriptor.data(), &present, &list, &defaulted) == 0) {
        return last_error(doing);
    }
    // No list lets everybody do everything.
    if (present == 0 || list == nullptr || lets_everybody_change(list)) {
        return Error{Errc::access_denied, fmt::format("run {}: everybody may change it", path)};
    }
    return {};
}

}  // namespace kwd::collectors
