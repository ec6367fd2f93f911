// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/made_key.h"

#include "base/wide.h"

#include <windows.h>
#include <sddl.h>

#include <catch2/catch_test_macros.hpp>

namespace kwd::test {
namespace {

constexpr REGSAM kView = KEY_WOW64_64KEY;

bool is_there(const std::wstring& path) {
    HKEY key = nullptr;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, KEY_READ | kView, &key) != ERROR_SUCCESS) {
        return false;
    }
    RegCloseKey(key);
    return true;
}

void set_permissions(HKEY key, const wchar_t* text) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &descriptor, nullptr) != 0) {
        RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, descriptor);
        LocalFree(descriptor);
    }
}

}  // namespace

MadeKey::MadeKey(const std::string& path) : path_(wide(path.substr(path.find('\\') + 1))), made_(!is_there(path_)) {
    for (std::size_t end = path_.find(L'\\'); made_ && topmost_made_.empty(); end = path_.find(L'\\', end + 1)) {
        if (!is_there(path_.substr(0, end))) {
            topmost_made_ = path_.substr(0, end);
        }
    }
    REQUIRE(RegCreateKeyExW(HKEY_LOCAL_MACHINE, path_.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS | kView, nullptr, &key_,
                            nullptr) == ERROR_SUCCESS);
    std::wstring name(16'384, L'\0');
    for (DWORD i = 0; !made_; ++i) {
        auto units = static_cast<DWORD>(name.size());
        Value value{};
        DWORD size = 0;
        if (RegEnumValueW(key_, i, name.data(), &units, nullptr, &value.type, nullptr, &size) != ERROR_SUCCESS) {
            break;
        }
        value.name = name.substr(0, units);
        value.data.resize(size);
        REQUIRE(RegQueryValueExW(key_, value.name.c_str(), nullptr, nullptr, value.data.data(), &size) ==
                ERROR_SUCCESS);
        before_.push_back(std::move(value));
    }
}

MadeKey::~MadeKey() {
    set_permissions(key_, L"D:(A;;KA;;;WD)");
    if (made_) {
        RegCloseKey(key_);
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, topmost_made_.c_str());
        return;
    }
    wchar_t name[256];
    for (DWORD units = 256; RegEnumValueW(key_, 0, name, &units, nullptr, nullptr, nullptr, nullptr) == ERROR_SUCCESS;
         units = 256) {
        RegDeleteValueW(key_, name);
    }
    for (const Value& each : before_) {
        RegSetValueExW(key_, each.name.c_str(), 0, each.type, each.data.data(), static_cast<DWORD>(each.data.size()));
    }
    RegCloseKey(key_);
}

void MadeKey::text(const std::string& name, const std::string& value) const {
    const std::wstring units = wide(value);
    bytes(name, REG_SZ,
          std::string(reinterpret_cast<const char*>(units.c_str()), (units.size() + 1) * sizeof(wchar_t)));
}

void MadeKey::number(const std::string& name, std::uint32_t value) const {
    bytes(name, REG_DWORD, std::string(reinterpret_cast<const char*>(&value), sizeof value));
}

void MadeKey::list(const std::string& name, const std::vector<std::string>& values) const {
    std::wstring units;
    for (const std::string& each : values) {
        units += wide(each) + L'\0';
    }
    units += L'\0';
    bytes(name, REG_MULTI_SZ, std::string(reinterpret_cast<const char*>(units.data()), units.size() * sizeof(wchar_t)));
}

void MadeKey::bytes(const std::string& name, DWORD type, const std::string& value) const {
    REQUIRE(RegSetValueExW(key_, wide(name).c_str(), 0, type, reinterpret_cast<const BYTE*>(value.data()),
                           static_cast<DWORD>(value.size())) == ERROR_SUCCESS);
}

void MadeKey::remove(const std::string& name) const {
    RegDeleteValueW(key_, wide(name).c_str());
}

void MadeKey::deny_reading() const {
    set_permissions(key_, L"D:(D;;KR;;;WD)(A;;WDSD;;;WD)");
}

void MadeKey::only_for_administrators() const {
    set_permissions(key_, L"D:(A;;KA;;;BA)");
}

}  // namespace kwd::test
