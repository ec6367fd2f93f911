// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/tool.h"

#include "collectors/platform/elevation.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

using namespace kwd;
using namespace kwd::collectors;
using namespace std::chrono_literals;

namespace {

Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

}  // namespace

TEST_CASE("a tool's output and complaints are told apart from its exit status", "[collectors][tool]") {
    const auto answer = run_tool({"sh", "-c", "echo out; echo err >&2; exit 3"}, in(20s), 1000);
    REQUIRE(answer);
    CHECK(answer->exit_status == 3);
    CHECK(answer->output == "out\n");
    CHECK(answer->complaints == "err");
    CHECK_FALSE(answer->cut);

    const auto asked = ask_tool({"sh", "-c", "echo out; echo err >&2; exit 3"}, in(20s), 1000);
    REQUIRE_FALSE(asked);
    CHECK(asked.error().code == Errc::io);
    CHECK(asked.error().doing == "run sh -c echo out; echo err >&2; exit 3: exit status 3: err");
}

TEST_CASE("a tool that says that it was denied is understood in every language of Windows", "[collectors][tool]") {
    const auto asked = ask_tool({"sh", "-c", "echo 'Zugriff verweigert (0x80070005)'; exit 1"}, in(20s), 1000);
    REQUIRE_FALSE(asked);
    CHECK(asked.error().code == Errc::access_denied);
}

TEST_CASE("a tool is found in fixed folders, never in the caller's PATH", "[collectors][tool]") {
    CHECK(find_tool("no-such-program-anywhere").error().code == Errc::not_found);
    CHECK(find_tool("../../bin/sh").has_value() == false);
    const auto found = find_tool("sh");
    REQUIRE(found);
    CHECK((*found == "/usr/bin/sh" || *found == "/bin/sh"));
}

TEST_CASE("a tool gets a fixed environment and no input", "[collectors][tool]") {
    ::setenv("KWD_TEST_LEAKS", "yes", 1);
    const auto answer = run_tool({"env"}, in(20s), 10'000);
    ::unsetenv("KWD_TEST_LEAKS");
    REQUIRE(answer);
    CHECK(answer->output.find("KWD_TEST_LEAKS") == std::string::npos);
    CHECK(answer->output.find("LC_ALL=C.UTF-8\n") != std::string::npos);
    CHECK(answer->output.find("PATH=/usr/sbin:/usr/bin:/sbin:/bin\n") != std::string::npos);

    const auto read = run_tool({"cat"}, in(20s), 1000);
    REQUIRE(read);
    CHECK(read->output.empty());
}

TEST_CASE("a tool that hangs is killed with what it started, at the deadline", "[collectors][tool]") {
    const auto begin = std::chrono::steady_clock::now();
    // The shell's child holds the output open; both ignore the polite signals.
    const auto answer = run_tool({"sh", "-c", "trap '' TERM INT; sleep 600 & wait"}, in(200ms), 1000);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Errc::timed_out);
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
}

TEST_CASE("a tool that closes its output and then hangs is killed too", "[collectors][tool]") {
    const auto answer = run_tool({"sh", "-c", "exec >&- 2>&-; sleep 600"}, in(200ms), 1000);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Errc::timed_out);
}

TEST_CASE("a tool that floods is cut", "[collectors][tool]") {
    const auto answer = run_tool({"yes"}, in(20s), 100'001);
    REQUIRE(answer);
    CHECK(answer->cut);
    CHECK(answer->output.size() == 100'001);

    CHECK(ask_tool({"yes"}, in(20s), 1000).error().code == Errc::too_large);
}

TEST_CASE("a tool that complains endlessly is not cut, its complaints are", "[collectors][tool]") {
    const auto answer =
        run_tool({"sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo xxxxxxxxx; i=$((i+1)); done >&2"}, in(60s), 1000);
    REQUIRE(answer);
    CHECK(answer->exit_status == 0);
    CHECK(answer->complaints.starts_with("xxxxxxxxx; xxxxxxxxx; "));
    CHECK(answer->complaints.size() < 5000);
}

TEST_CASE("a tool that dies of a signal says which", "[collectors][tool]") {
    const auto answer = run_tool({"sh", "-c", "kill -SEGV $$"}, in(20s), 1000);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().doing == "run sh -c kill -SEGV $$: died of signal 11");
}

TEST_CASE("a tool that says it may not is an access problem", "[collectors][tool]") {
    const auto asked = ask_tool({"sh", "-c", "echo 'Operation not permitted' >&2; exit 1"}, in(20s), 1000);
    REQUIRE_FALSE(asked);
    CHECK(asked.error().code == Errc::access_denied);
    CHECK(asked.error().doing ==
          "run sh -c echo 'Operation not permitted' >&2; exit 1: exit status 1: Operation not "
          "permitted" +
              std::string(::geteuid() == 0 ? " (refused to root too)" : " (needs root)"));
}

TEST_CASE("an error of denied access says what that needs", "[collectors][tool]") {
    CHECK(with_what_it_needs({Errc::access_denied, "look"}, false).doing == "look (needs root)");
    CHECK(with_what_it_needs({Errc::access_denied, "look"}, true).doing == "look (refused to root too)");
    CHECK(with_what_it_needs({Errc::io, "look"}, false).doing == "look");
}
