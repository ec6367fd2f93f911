// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "base/windows_error.h"
#include "base/windows_handle.h"
#include "snapshot/owner_only_file.h"

#include <windows.h>
#include <sddl.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace kwd::snapshot {
namespace {

// Full control for whoever owns the file, for SYSTEM and for administrators, who could take it anyway; nothing
// inherited. Source: Security Descriptor Definition Language, learn.microsoft.com.
constexpr const wchar_t* kOwnerOnly = L"D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FA;;;BA)";

struct LocalFreed {
    void operator()(void* memory) const noexcept { LocalFree(memory); }
};

Result<Handle> create_new(const std::string& path) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(kOwnerOnly, SDDL_REVISION_1, &descriptor, nullptr) == 0) {
        return last_error("make a security descriptor");
    }
    const std::unique_ptr<void, LocalFreed> freed(descriptor);
    SECURITY_ATTRIBUTES attributes{sizeof(SECURITY_ATTRIBUTES), descriptor, FALSE};
    Handle file(CreateFileW(wide(path).c_str(), GENERIC_WRITE, 0, &attributes, CREATE_NEW,
                            FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
    if (!file) {
        return last_error(fmt::format("create {}", path));
    }
    return file;
}

Result<void> write_all(const Handle& file, const std::string& path, std::string_view bytes) {
    while (!bytes.empty()) {
        DWORD written = 0;
        const auto most = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), 1U << 30U));
        if (WriteFile(file.get(), bytes.data(), most, &written, nullptr) == 0 || written == 0) {
            return last_error(fmt::format("write {}", path));
        }
        bytes.remove_prefix(written);
    }
    return {};
}

}  // namespace

Result<void> create_owner_only_file(const std::string& path) {
    const auto file = create_new(path);
    if (file) {
        return {};
    }
    if (file.error().native && file.error().native->value == ERROR_FILE_EXISTS) {
        return Error{Errc::invalid_input, fmt::format("create {}: something of that name is already there", path)};
    }
    return file.error();
}

Result<void> write_owner_only_file(const std::string& path, std::string_view bytes) {
    const std::string temporary = fmt::format("{}.{}-{}", path, GetCurrentProcessId(), GetTickCount64());
    auto file = create_new(temporary);
    if (!file) {
        return file.error();
    }
    auto written = write_all(*file, path, bytes);
    file->close();
    if (written && MoveFileExW(wide(temporary).c_str(), wide(path).c_str(),
                               MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) == 0) {
        written = last_error(fmt::format("write {}", path));
    }
    if (!written) {
        DeleteFileW(wide(temporary).c_str());
    }
    return written;
}

}  // namespace kwd::snapshot
