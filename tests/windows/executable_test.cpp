// SPDX-License-Identifier: Apache-2.0
// What Windows reads of kwdiag.exe before it runs it.
#include "base/wide.h"

#include <windows.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::wstring kExecutable = wide("Z:" KWD_KWDIAG);

std::string version_string(const std::vector<std::byte>& resource, const wchar_t* name) {
    const std::wstring path = std::wstring(L"\\StringFileInfo\\040904B0\\") + name;
    void* value = nullptr;
    UINT length = 0;
    INFO(narrow(name));
    REQUIRE(VerQueryValueW(resource.data(), path.c_str(), &value, &length) != 0);
    return narrow(static_cast<const wchar_t*>(value));
}

}  // namespace

TEST_CASE("kwdiag.exe says which version of what it is", "[windows]") {
    DWORD ignored = 0;
    const DWORD size = GetFileVersionInfoSizeW(kExecutable.c_str(), &ignored);
    REQUIRE(size > 0);
    std::vector<std::byte> resource(size);
    REQUIRE(GetFileVersionInfoW(kExecutable.c_str(), 0, size, resource.data()) != 0);

    CHECK(version_string(resource, L"ProductName") == "kwdiag");
    CHECK(version_string(resource, L"OriginalFilename") == "kwdiag.exe");
    CHECK(version_string(resource, L"FileVersion") == KWD_VERSION);
    CHECK(version_string(resource, L"ProductVersion") == KWD_VERSION);
    CHECK_THAT(version_string(resource, L"FileDescription"), ContainsSubstring("Kubernetes nodes on Windows"));
    CHECK_THAT(version_string(resource, L"LegalCopyright"), ContainsSubstring("Apache License 2.0"));

    void* value = nullptr;
    UINT length = 0;
    REQUIRE(VerQueryValueW(resource.data(), L"\\", &value, &length) != 0);
    const auto& fixed = *static_cast<const VS_FIXEDFILEINFO*>(value);
    CHECK(std::to_string(HIWORD(fixed.dwFileVersionMS)) + "." + std::to_string(LOWORD(fixed.dwFileVersionMS)) + "." +
              std::to_string(HIWORD(fixed.dwFileVersionLS)) ==
          KWD_VERSION);
    CHECK(fixed.dwFileType == VFT_APP);
}

TEST_CASE("kwdiag.exe asks for no elevation, and for long paths and UTF-8", "[windows]") {
    struct Free {
        void operator()(HMODULE module) const { FreeLibrary(module); }
    };
    const std::unique_ptr<std::remove_pointer_t<HMODULE>, Free> module(
        LoadLibraryExW(kExecutable.c_str(), nullptr, LOAD_LIBRARY_AS_DATAFILE));
    REQUIRE(module);
    const HRSRC found = FindResourceW(module.get(), MAKEINTRESOURCEW(1), MAKEINTRESOURCEW(24));  // RT_MANIFEST
    REQUIRE(found != nullptr);
    const std::string manifest(static_cast<const char*>(LockResource(LoadResource(module.get(), found))),
                               SizeofResource(module.get(), found));
    CHECK_THAT(manifest, ContainsSubstring(R"(level="asInvoker")"));
    CHECK_THAT(manifest, ContainsSubstring(">true</longPathAware>"));
    CHECK_THAT(manifest, ContainsSubstring(">UTF-8</activeCodePage>"));
    CHECK_THAT(manifest, ContainsSubstring("{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"));  // Windows 10 and its servers
    CHECK_THAT(manifest, ContainsSubstring("version=\"" KWD_VERSION ".0\""));
}
