// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/tool.h"

#include "base/wide.h"
#include "collectors/platform/elevation.h"
#include "collectors/platform/windows/child.h"

#include <windows.h>
#include <shellapi.h>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using namespace std::chrono_literals;

namespace {

Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

bool is_running(DWORD process) {
    const Handle handle(OpenProcess(SYNCHRONIZE, FALSE, process));
    return handle && WaitForSingleObject(handle.get(), 0) == WAIT_TIMEOUT;
}

}  // namespace

TEST_CASE("a tool's output and complaints are told apart from its exit status", "[windows][tool]") {
    const auto answer = run_tool({"cmd", "/c", "echo out& echo err>&2& exit 3"}, in(60s), 1000);
    REQUIRE(answer);
    CHECK(answer->exit_status == 3);
    CHECK(answer->output == "out\r\n");
    CHECK(answer->complaints == "err");
    CHECK_FALSE(answer->cut);

    const auto asked = ask_tool({"cmd", "/c", "echo sorry& exit 5"}, in(60s), 1000);
    REQUIRE_FALSE(asked);
    CHECK(asked.error().code == Errc::access_denied);
    CHECK(asked.error().doing ==
          "run cmd /c echo sorry& exit 5: exit status 5: sorry (refused to an elevated process too)");
}

TEST_CASE("a tool that was denied is known by its exit status, a code of Windows or the HRESULT of one",
          "[windows][tool]") {
    // 0x80070005, 0x800702E4
    for (const char* status : {"5", "740", "-2147024891", "-2147024156"}) {
        CAPTURE(status);
        CHECK(ask_tool({"cmd", "/c", std::string("exit ") + status}, in(60s), 1000).error().code ==
              Errc::access_denied);
    }
    for (const char* status : {"1", "-5", "65541", "-2147024890"}) {
        CAPTURE(status);
        CHECK(ask_tool({"cmd", "/c", std::string("exit ") + status}, in(60s), 1000).error().code == Errc::io);
    }
}

TEST_CASE("an error of denied access says what that needs", "[windows][tool]") {
    CHECK(with_what_it_needs({Errc::access_denied, "look"}, false).doing == "look (needs an elevated process)");
    CHECK(with_what_it_needs({Errc::access_denied, "look"}, true).doing == "look (refused to an elevated process too)");
    CHECK(with_what_it_needs({Errc::not_found, "look"}, false).doing == "look");
}

TEST_CASE("a tool is found in the system folder, never in the caller's PATH", "[windows][tool]") {
    CHECK(find_tool("no-such-program-anywhere").error().code == Errc::not_found);
    CHECK_FALSE(find_tool("..\\system32\\cmd").has_value());
    CHECK_FALSE(find_tool("C:cmd").has_value());
    const auto found = find_tool("netsh");
    REQUIRE(found);
    CHECK(*found == "C:\\windows\\system32\\netsh.exe");
    // regedit.exe lies in the Windows folder, which is in every PATH.
    CHECK(find_tool("regedit").error().code == Errc::not_found);
    const std::string_view windows = "C:\\windows";
    CHECK(find_tool("regedit", {&windows, 1}).value() == "C:\\windows\\regedit.exe");
}

TEST_CASE("a tool gets nothing of the caller's environment and no input", "[windows][tool]") {
    SetEnvironmentVariableW(L"KWD_TEST_LEAKS", L"yes");
    const auto answer = run_tool({"cmd", "/c", "set"}, in(60s), 10'000);
    SetEnvironmentVariableW(L"KWD_TEST_LEAKS", nullptr);
    REQUIRE(answer);
    CHECK(answer->output.find("KWD_TEST_LEAKS") == std::string::npos);
    CHECK(answer->output.find("SystemRoot=C:\\windows\r\n") != std::string::npos);

    const auto read = run_tool({"cmd", "/c", "set /p X="}, in(60s), 1000);
    REQUIRE(read);
    CHECK(read->output.empty());
}

TEST_CASE("a tool that hangs is ended with what it started, at the deadline", "[windows][tool]") {
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = run_tool({"cmd", "/c", "cmd /c pause"}, in(3s), 1000);
    // Without input a pause may end by itself; what counts is that nobody waits beyond the deadline.
    CHECK(std::chrono::steady_clock::now() - begin < 20s);
    if (!answer) {
        CHECK(answer.error().code == Errc::timed_out);
    }
}

TEST_CASE("what a child started ends with its job", "[windows][tool]") {
    auto pipe = make_pipe();
    REQUIRE(pipe);
    DWORD process = 0;
    {
        const auto child = start_child({.program = L"C:\\windows\\system32\\cmd.exe",
                                        .arguments = {L"/k"},
                                        .standard_input = pipe->read_end.get()});
        REQUIRE(child);
        process = GetProcessId(child->process.get());
        CHECK(is_running(process));
        CHECK_FALSE(wait_for_end(*child, in(500ms)));
    }
    for (int i = 0; i < 100 && is_running(process); ++i) {
        Sleep(50);
    }
    CHECK_FALSE(is_running(process));
}

TEST_CASE("a tool that floods is cut", "[windows][tool]") {
    const auto answer = run_tool({"cmd", "/c", "for /l %i in (1,1,100000) do @echo yes"}, in(60s), 10'001);
    REQUIRE(answer);
    CHECK(answer->cut);
    CHECK(answer->output.size() == 10'001);
}

TEST_CASE("a program that is not there says so", "[windows][tool]") {
    CHECK(run_tool({"C:\\nowhere\\tool.exe"}, in(60s), 1000).error().code == Errc::not_found);
}

TEST_CASE("arguments arrive as they were given", "[windows][tool]") {
    // What CommandLineToArgvW makes of a line is what a program gets; the shapes are those of Microsoft's page.
    const std::vector<std::wstring> given{L"",      L"plain", L"two words", L"quote\"inside",
                                          L"end\\", L"a b\\", L"a\\\\\"b",  L"C:\\Program Files\\x"};
    int count = 0;
    const std::wstring line = command_line_of(L"C:\\a folder\\tool.exe", given);
    LPWSTR* words = CommandLineToArgvW(line.c_str(), &count);
    REQUIRE(count == static_cast<int>(given.size()) + 1);
    CHECK(std::wstring(words[0]) == L"C:\\a folder\\tool.exe");
    for (std::size_t i = 0; i < given.size(); ++i) {
        CHECK(narrow(words[i + 1]) == narrow(given[i]));
    }
    LocalFree(words);
}
