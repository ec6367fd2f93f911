// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/file_trust.h"

#include "base/wide.h"
#include "base/windows_error.h"
#include "base/windows_handle.h"
#include "collectors/platform/windows/disk_path.h"
#include "collectors/platform/windows/system_drive.h"
#include "collectors/platform/windows/system_library.h"

#include <sddl.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

// Sources: ACE, SID Components, File Access Rights Constants, learn.microsoft.com. Names of accounts are not asked for:
// a domain's controller might be asked.

namespace kwd::collectors {
namespace {

using Descriptor = std::vector<std::byte>;

// A right to set attributes is one to set a reparse point.
constexpr ACCESS_MASK kReplace =
    DELETE | WRITE_DAC | WRITE_OWNER | FILE_WRITE_ATTRIBUTES | FILE_WRITE_EA | GENERIC_WRITE | GENERIC_ALL;
constexpr ACCESS_MASK kChangeFile = kReplace | FILE_WRITE_DATA | FILE_APPEND_DATA;
constexpr ACCESS_MASK kChangeFolder = kReplace | FILE_DELETE_CHILD;
constexpr ACCESS_MASK kPutIntoFolder = FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY;

std::string text_of(PSID sid) {
    LPWSTR text = nullptr;
    if (sid == nullptr || IsValidSid(sid) == 0 || ConvertSidToStringSidW(sid, &text) == 0) {
        return "an account that has no SID";
    }
    std::string result = narrow(text);
    LocalFree(text);
    return result;
}

Result<Descriptor> descriptor_of(HANDLE file, const std::string& doing) {
    constexpr SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    DWORD size = 0;
    (void)GetKernelObjectSecurity(file, wanted, nullptr, 0, &size);
    Descriptor descriptor(size);
    if (size == 0 || GetKernelObjectSecurity(file, wanted, descriptor.data(), size, &size) == 0) {
        return last_error(doing);
    }
    return descriptor;
}

std::string owner_of(PSECURITY_DESCRIPTOR descriptor) {
    PSID owner = nullptr;
    BOOL defaulted = FALSE;
    return text_of(GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) != 0 ? owner : nullptr);
}

Handle open_itself(const std::wstring& path) {
    return Handle(CreateFileW(path.c_str(), READ_CONTROL | FILE_READ_ATTRIBUTES,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
}

// Who owns Windows may do everything anyway. TrustedInstaller; under Wine its user.
std::string owner_of_windows() {
    const Handle folder = open_itself(system_folder());
    const auto descriptor = folder ? descriptor_of(folder.get(), {}) : Result<Descriptor>(Descriptor());
    return descriptor && !descriptor->empty() ? owner_of(const_cast<std::byte*>(descriptor->data())) : std::string();
}

bool is_administrator(const std::string& sid) {
    constexpr auto known = std::to_array<std::string_view>(
        {"S-1-5-18", "S-1-5-32-544", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"});
    static const std::string of_windows = owner_of_windows();
    return std::find(known.begin(), known.end(), sid) != known.end() || (sid.starts_with("S-") && sid == of_windows);
}

bool denies(BYTE type) {
    return type == ACCESS_DENIED_ACE_TYPE || type == ACCESS_DENIED_OBJECT_ACE_TYPE ||
           type == ACCESS_DENIED_CALLBACK_ACE_TYPE || type == ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE;
}

Result<void> check(const std::string& path, ACCESS_MASK rights) {
    const std::string doing = fmt::format("look who may change {}", path);
    const Handle file = open_itself(wide_name(R"(\\?\)" + path));
    FILE_ATTRIBUTE_TAG_INFO info{};
    if (!file || GetFileInformationByHandleEx(file.get(), FileAttributeTagInfo, &info, sizeof info) == 0) {
        return last_error(doing);
    }
    if ((info.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && IsReparseTagNameSurrogate(info.ReparseTag)) {
        return Error{Errc::access_denied, fmt::format("trust {}: it is a link", path)};
    }
    auto descriptor = descriptor_of(file.get(), doing);
    if (!descriptor) {
        return std::move(descriptor).error();
    }
    if (const auto who = who_else_may(descriptor->data(), rights)) {
        return Error{
            Errc::access_denied,
            fmt::format("trust {}: others than administrators may change it or what lies in it ({})", path, *who)};
    }
    return {};
}

}  // namespace

std::optional<std::string> who_else_may(PSECURITY_DESCRIPTOR descriptor, ACCESS_MASK rights) {
    if (std::string owner = owner_of(descriptor); !is_administrator(owner)) {
        return owner;
    }
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL list = nullptr;
    if (GetSecurityDescriptorDacl(descriptor, &present, &list, &defaulted) == 0 || present == 0 || list == nullptr) {
        return "everybody: it has no access list";
    }
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (GetAce(list, i, &entry) == 0) {
            return "its access list cannot be read";
        }
        const auto* header = static_cast<const ACE_HEADER*>(entry);
        if ((header->AceFlags & INHERIT_ONLY_ACE) != 0 || denies(header->AceType)) {
            continue;
        }
        if (header->AceType != ACCESS_ALLOWED_ACE_TYPE && header->AceType != ACCESS_ALLOWED_CALLBACK_ACE_TYPE) {
            return fmt::format("an entry of type {} in its access list", header->AceType);
        }
        // An entry with a condition begins as one without.
        auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        if (std::string sid = text_of(&allowed->SidStart); (allowed->Mask & rights) != 0 && !is_administrator(sid)) {
            return sid;
        }
    }
    return std::nullopt;
}

Result<void> only_administrators_change(const std::string& path, Use use) {
    const auto whole = parse_disk_path(path, system_drive());
    if (!whole || whole->names.empty()) {
        return Error{Errc::access_denied, fmt::format("trust {}: no file of a disk has such a path", path)};
    }
    DiskPath at{whole->drive, {}};
    for (const std::string& name : whole->names) {
        at.names.push_back(name);
        const std::size_t below = whole->names.size() - at.names.size();
        const bool beside_program = use == Use::program && below == 1;
        const ACCESS_MASK folder = kChangeFolder | (beside_program ? kPutIntoFolder : 0);
        if (auto trusted = check(at.text(), below == 0 ? kChangeFile : folder); !trusted) {
            return trusted;
        }
    }
    return {};
}

}  // namespace kwd::collectors
