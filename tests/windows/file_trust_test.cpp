// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/file_trust.h"

#include <windows.h>
#include <sddl.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <optional>
#include <string>

using namespace kwd::collectors;
using Catch::Matchers::ContainsSubstring;

namespace {

// Wine keeps only modes of Unix, so lists are judged that no file has. `type` replaces that of the first entry: Wine
// makes no others of text.
std::optional<std::string> who_else(const wchar_t* text, ACCESS_MASK rights, std::optional<BYTE> type = {}) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &descriptor, nullptr) != 0);
    if (type) {
        BOOL present = FALSE;
        BOOL defaulted = FALSE;
        PACL list = nullptr;
        void* entry = nullptr;
        REQUIRE(GetSecurityDescriptorDacl(descriptor, &present, &list, &defaulted) != 0);
        REQUIRE(GetAce(list, 0, &entry) != 0);
        static_cast<ACE_HEADER*>(entry)->AceType = *type;
    }
    auto answer = who_else_may(descriptor, rights);
    LocalFree(descriptor);
    return answer;
}

constexpr ACCESS_MASK kWrite = FILE_WRITE_DATA | FILE_APPEND_DATA | WRITE_DAC;

}  // namespace

TEST_CASE("what SYSTEM, Administrators and TrustedInstaller may change is trusted", "[windows][k8s]") {
    CHECK(who_else(L"O:BAD:(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)", kWrite) == std::nullopt);
    CHECK(who_else(L"O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:(A;;FA;;;SY)", kWrite) ==
          std::nullopt);
    // What is for things in it alone, and what is denied, lets nobody change the folder.
    CHECK(who_else(L"O:SYD:(A;OICIIO;FA;;;CO)(D;;FA;;;BU)(A;;FA;;;BA)", kWrite) == std::nullopt);
}

TEST_CASE("a file of another owner is not trusted, whatever its list says", "[windows][k8s]") {
    CHECK(who_else(L"O:S-1-5-21-1-2-3-1001D:(A;;FA;;;BA)", kWrite) == "S-1-5-21-1-2-3-1001");
}

TEST_CASE("a right of a single account is found, and one of a group", "[windows][k8s]") {
    CHECK(who_else(L"O:BAD:(A;;FA;;;BA)(A;;FA;;;S-1-5-21-1-2-3-1001)", kWrite) == "S-1-5-21-1-2-3-1001");
    CHECK(who_else(L"O:BAD:(A;;FA;;;BA)(A;;WD;;;BU)", kWrite) == "S-1-5-32-545");
    // As folders made in C:\ inherit it: Users may put folders and files into it.
    const wchar_t* const in_c =
        L"O:BAD:(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)"
        L"(A;CIID;LC;;;BU)(A;CIID;DC;;;BU)(A;OICIIOID;GA;;;CO)";
    CHECK(who_else(in_c, FILE_ADD_FILE) == "S-1-5-32-545");
    CHECK(who_else(in_c, FILE_ADD_SUBDIRECTORY) == "S-1-5-32-545");
    CHECK(who_else(in_c, FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER) == std::nullopt);
}

TEST_CASE("no list, and an entry that is not understood, grant everything", "[windows][k8s]") {
    CHECK(who_else(L"O:BA", kWrite).has_value());
    CHECK(who_else(L"O:BAD:", kWrite) == std::nullopt);
    const wchar_t* const for_users = L"O:BAD:(A;;FA;;;BU)";
    CHECK_THAT(who_else(for_users, kWrite, ACCESS_ALLOWED_OBJECT_ACE_TYPE).value_or(""), ContainsSubstring("type 5"));
    CHECK_THAT(who_else(for_users, kWrite, BYTE{77}).value_or(""), ContainsSubstring("type 77"));
    CHECK(who_else(for_users, kWrite, ACCESS_ALLOWED_CALLBACK_ACE_TYPE) == "S-1-5-32-545");
    CHECK(who_else(for_users, kWrite, ACCESS_DENIED_CALLBACK_ACE_TYPE) == std::nullopt);

    SECURITY_DESCRIPTOR nothing{};
    SID system{SID_REVISION, 1, SECURITY_NT_AUTHORITY, {SECURITY_LOCAL_SYSTEM_RID}};
    REQUIRE(InitializeSecurityDescriptor(&nothing, SECURITY_DESCRIPTOR_REVISION) != 0);
    REQUIRE(SetSecurityDescriptorOwner(&nothing, &system, FALSE) != 0);
    REQUIRE(SetSecurityDescriptorDacl(&nothing, TRUE, nullptr, FALSE) != 0);
    CHECK(who_else_may(&nothing, kWrite).has_value());
}

TEST_CASE("a path that is no file's is not trusted", "[windows][k8s]") {
    CHECK_FALSE(only_administrators_change("\\\\server\\share\\kubectl.exe", Use::program));
    CHECK_FALSE(only_administrators_change("C:\\", Use::program));
    CHECK_FALSE(only_administrators_change("C:\\is not there\\kubectl.exe", Use::program));
    CHECK(only_administrators_change("C:\\windows\\system32\\cmd.exe", Use::program));
}
