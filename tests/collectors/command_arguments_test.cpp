// SPDX-License-Identifier: Apache-2.0
#include "collectors/command_arguments.h"

#include <catch2/catch_test_macros.hpp>

using namespace kwd::collectors;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("a command line of Windows is taken apart as Microsoft's runtime does it", "[collectors][arguments]") {
    // The table of "Parsing C command-line arguments", behind the name of a program.
    CHECK(arguments_of(R"(p "abc" d e)") == Words{"p", "abc", "d", "e"});
    CHECK(arguments_of(R"(p a\\b d"e f"g h)") == Words{"p", R"(a\\b)", "de fg", "h"});
    CHECK(arguments_of(R"(p a\\\"b c d)") == Words{"p", R"(a\"b)", "c", "d"});
    CHECK(arguments_of(R"(p a\\\\"b c" d e)") == Words{"p", R"(a\\b c)", "d", "e"});
    CHECK(arguments_of(R"(p a"b"" c d)") == Words{"p", R"(ab" c d)"});
    // In the program's name a backslash escapes nothing.
    CHECK(arguments_of(R"("C:\Program Files\nssm\" --x)") == Words{R"(C:\Program Files\nssm\)", "--x"});
    CHECK(arguments_of(R"(C:\k\kubelet.exe --resolv-conf="" --v=2)") ==
          Words{R"(C:\k\kubelet.exe)", "--resolv-conf=", "--v=2"});
    CHECK(arguments_of("").empty());
    CHECK(arguments_of("  \t ").empty());
    CHECK(arguments_of("p \"never closed") == Words{"p", "never closed"});
}

TEST_CASE("a command line without secrets stays byte for byte, and one with them is whole but for those",
          "[collectors][arguments]") {
    const std::string plain = R"("C:\Program Files\x.exe"   --a="b  c"  \\host\share\ )";
    CHECK(clean_command_line(plain).line == plain);
    CHECK(clean_command_line(plain).removed.empty());

    const auto clean = clean_command_line(
        R"("C:\Program Files\kubelet.exe" --token abcdef.0123456789abcdef --path "C:\a b\\" --say "\"hi\"")");
    CHECK(clean.line ==
          R"("C:\Program Files\kubelet.exe" --token "[removed: token]" --path "C:\a b\\" --say "\"hi\"")");
    CHECK(clean.arguments == Words{R"(C:\Program Files\kubelet.exe)", "--token", "[removed: token]", "--path",
                                   R"(C:\a b\)", "--say", R"("hi")"});
    CHECK(clean.removed == kwd::RemovedSecrets{{"token", 1}});
}

TEST_CASE("a command line is cleaned as a whole too, for what no argument shows alone", "[collectors][arguments]") {
    const auto clean = clean_command_line(R"("C:\w\schtasks.exe" /create /ru me /rp Passw0rd1 /tn "a b")");
    CHECK(clean.line == R"(C:\w\schtasks.exe /create /ru me /rp "[removed: password]" /tn "a b")");
    CHECK(clean.arguments ==
          Words{R"(C:\w\schtasks.exe)", "/create", "/ru", "me", "/rp", "[removed: password]", "/tn", "a b"});
    CHECK(clean.removed == kwd::RemovedSecrets{{"password", 1}});
}

TEST_CASE("no secret of a Windows command line is left", "[collectors][arguments]") {
    for (const char* line : {
             R"(C:\w\curl.exe -u admin:Passw0rd1 https://x)",
             R"("C:\w x\CURL.EXE" "-uadmin:Passw0rd1")",
             R"(powershell -Command "& x.ps1 -ClientSecret Passw0rd1 -Password 'Passw0rd1'")",
             R"(powershell -Command "& \"x.ps1\" -Password \"Passw0rd1 Passw0rd1\"")",
             R"(powershell -File x.ps1 -AADClientSecret Passw0rd1)",
             R"(x.exe /password Passw0rd1 /token Passw0rd1)",
             R"(x.exe -Password:Passw0rd1 /password:Passw0rd1)",
             R"(pwsh.exe -e Passw0rd1AAAAAAA=)",
             R"(cmd /c "pwsh -ec Passw0rd1AAAAAAA=")",
             R"(sc.exe config x password= "Passw0rd1 Passw0rd1")",
             R"(cmd /c net use \\srv\share Passw0rd1 /user:x)",
             R"(net user name Passw0rd1)",
             R"(cmdkey /add:x /user:y /pass:Passw0rd1)",
             R"(powershell ConvertTo-SecureString Passw0rd1 -AsPlainText)",
         }) {
        CAPTURE(line);
        const auto clean = clean_command_line(line);
        CAPTURE(clean.line);
        CHECK(clean.line.find("Passw0rd1") == std::string::npos);
        for (const std::string& each : clean.arguments) {
            CHECK(each.find("Passw0rd1") == std::string::npos);
        }
        CHECK(arguments_of(clean.line) == clean.arguments);
    }
}
