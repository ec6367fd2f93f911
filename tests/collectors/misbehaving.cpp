// SPDX-License-Identifier: Apache-2.0
#include "tests/collectors/misbehaving.h"

#include "collectors/message.h"
#include "collectors/platform/tool.h"

#include <unistd.h>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace kwd::test {

using namespace collectors;
namespace {

using namespace std::chrono_literals;

constexpr int kFrames = 3;

NewDocument text_document(std::string name, std::string content) {
    return {.kind = "other", .name = std::move(name), .content = std::move(content)};
}

// Not through the sink: what a worker might do when its memory is broken.
void write_raw(std::string_view bytes) {
    if (::write(kFrames, bytes.data(), bytes.size()) < 0) {
        std::_Exit(99);
    }
}

[[noreturn]] void hang() {
    while (true) {
        ::pause();
    }
}

Result<void> well(const CollectOptions& options, DocumentSink& out, Deadline) {
    return out.put(text_document("well.txt", "root is " + options.root));
}

// What a worker is among the processes of a busy node.
Result<void> tells_its_manners(const CollectOptions&, DocumentSink& out, Deadline) {
    rlimit core{};
    (void)::getrlimit(RLIMIT_CORE, &core);
    std::string oom;
    std::getline(std::ifstream("/proc/self/oom_score_adj"), oom);
    const std::string own_session = ::getsid(0) == ::getpid() ? "own session" : "session of another";
    return out.put(text_document("manners.txt", "nice " + std::to_string(::getpriority(PRIO_PROCESS, 0)) + ", core " +
                                                    std::to_string(core.rlim_cur) + ", oom " + oom + ", " +
                                                    own_session));
}

Result<void> hangs(const CollectOptions&, DocumentSink& out, Deadline) {
    (void)out.put(text_document("before.txt", "before it hung"));
    hang();
}

Result<void> hangs_and_ignores_signals(const CollectOptions&, DocumentSink&, Deadline) {
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM}) {
        (void)std::signal(number, SIG_IGN);
    }
    hang();
}

// A child in a process group of its own, as tools are, which holds the worker's pipe open too, and says its number.
Result<void> hangs_with_a_child(const CollectOptions&, DocumentSink& out, Deadline) {
    const pid_t child = ::fork();
    if (child == 0) {
        (void)::setpgid(0, 0);
        (void)std::signal(SIGTERM, SIG_IGN);
        hang();
    }
    (void)out.put(text_document("child.txt", std::to_string(child)));
    hang();
}

Result<void> leaves_a_child(const CollectOptions&, DocumentSink& out, Deadline) {
    const pid_t child = ::fork();
    if (child == 0) {
        (void)::setpgid(0, 0);
        hang();
    }
    return out.put(text_document("child.txt", std::to_string(child)));
}

Result<void> waits_for_a_hung_tool(const CollectOptions&, DocumentSink&, Deadline deadline) {
    const auto answer = run_tool({"sleep", "600"}, deadline, 1000);
    return answer ? Error{Errc::io, "it did not hang"} : answer.error();
}

Result<void> crashes(const CollectOptions&, DocumentSink& out, Deadline) {
    (void)out.put(text_document("before.txt", "before it crashed"));
    (void)std::signal(SIGSEGV, SIG_DFL);  // without a sanitizer's handler
    (void)::raise(SIGSEGV);
    return {};
}

Result<void> aborts(const CollectOptions&, DocumentSink&, Deadline) {
    (void)std::fputs("what it said before the end\n", stderr);
    (void)std::signal(SIGABRT, SIG_DFL);
    std::abort();
}

Result<void> throws(const CollectOptions&, DocumentSink&, Deadline) {
    throw std::runtime_error("thrown in a collector");
}

Result<void> exits(const CollectOptions&, DocumentSink&, Deadline) {
    std::_Exit(7);
}

Result<void> floods(const CollectOptions&, DocumentSink& out, Deadline) {
    const std::string content(100'000, 'x');
    while (true) {
        (void)out.put(text_document("flood.txt", content));
    }
}

Result<void> floods_past_the_sink(const CollectOptions&, DocumentSink&, Deadline) {
    const std::string frame = encode(*packed(text_document("flood.txt", std::string(100'000, 'x'))));
    while (true) {
        write_raw(frame);
    }
}

Result<void> floods_with_complaints(const CollectOptions&, DocumentSink& out, Deadline) {
    while (true) {
        out.missed({Errc::io, "again"});
    }
}

Result<void> floods_its_error_output(const CollectOptions&, DocumentSink&, Deadline) {
    for (int i = 0; i < 100'000; ++i) {
        (void)std::fputs("noise noise noise noise noise noise noise\n", stderr);
    }
    (void)std::fputs("the last line\n", stderr);
    std::_Exit(8);
}

Result<void> writes_garbage(const CollectOptions&, DocumentSink& out, Deadline) {
    (void)out.put(text_document("before.txt", "before the garbage"));
    write_raw("HTTP/1.1 200 OK\r\n\r\n<html>");
    hang();
}

Result<void> announces_too_much(const CollectOptions&, DocumentSink&, Deadline) {
    constexpr std::array<char, 5> header{'D', '\xFF', '\xFF', '\xFF', '\x7F'};
    write_raw({header.data(), header.size()});
    hang();
}

Result<void> invents_a_kind(const CollectOptions&, DocumentSink& out, Deadline) {
    (void)out.put({.kind = "no-such-kind", .name = "x", .content = "x"});
    hang();
}

Result<void> ends_in_the_middle(const CollectOptions&, DocumentSink& out, Deadline) {
    (void)out.put(text_document("before.txt", "before the end"));
    const std::string frame = encode(*packed(text_document("half.txt", "this will never arrive")));
    write_raw(std::string_view(frame).substr(0, frame.size() / 2));
    std::_Exit(0);
}

Result<void> misses_parts(const CollectOptions&, DocumentSink& out, Deadline) {
    out.missed({Errc::access_denied, "read /etc/one", NativeCode{Domain::posix, 13}});
    out.missed({Errc::not_found, "read /etc/two"});
    return out.put(text_document("rest.txt", "the rest"));
}

Result<void> unsupported(const CollectOptions&, DocumentSink&, Deadline) {
    return Error{Errc::unsupported, "ask systemd: it does not run here"};
}

Result<void> denied(const CollectOptions&, DocumentSink&, Deadline) {
    return Error{Errc::access_denied, "open the device", NativeCode{Domain::posix, 1}};
}

Result<void> listens(const CollectOptions& options, DocumentSink& out, Deadline) {
    std::this_thread::sleep_for(options.packet_seconds);
    return out.put(text_document("heard.txt", std::string(1500, 'x')));
}

// The second one holds the first.
Result<void> puts_in_place_of(const CollectOptions&, DocumentSink& out, Deadline) {
    if (auto put = out.put(text_document("a.txt", std::string(600'000, 'a'))); !put) {
        return put;
    }
    NewDocument more = text_document("a.txt", std::string(900'000, 'b'));
    more.in_place_of = {"a.txt", "never put"};
    return out.put(std::move(more));
}

Result<void> listens_until_asked(const CollectOptions&, DocumentSink& out, Deadline deadline) {
    while (!out.asked_to_finish() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }
    return out.put(text_document("heard.txt", "until then, nice " + std::to_string(::getpriority(PRIO_PROCESS, 0))));
}

// 4 s are long for what each does, and short for the whole of the tests.
constexpr Collector misbehaving(std::string_view name, CollectFunction collect,
                                std::chrono::milliseconds budget = 20s) {
    return {name, "a test", collect, budget, 1'000'000, Privilege::none, false, false};
}

constexpr auto kCollectors = std::to_array<Collector>({
    misbehaving("well", &well),
    misbehaving("tells_its_manners", &tells_its_manners),
    misbehaving("hangs", &hangs, 300ms),
    misbehaving("hangs_and_ignores_signals", &hangs_and_ignores_signals, 300ms),
    misbehaving("hangs_with_a_child", &hangs_with_a_child, 300ms),
    misbehaving("leaves_a_child", &leaves_a_child),
    misbehaving("waits_for_a_hung_tool", &waits_for_a_hung_tool, 1s),
    misbehaving("crashes", &crashes),
    misbehaving("aborts", &aborts),
    misbehaving("throws", &throws),
    misbehaving("exits", &exits),
    misbehaving("floods", &floods),
    misbehaving("floods_past_the_sink", &floods_past_the_sink),
    misbehaving("floods_with_complaints", &floods_with_complaints),
    misbehaving("floods_its_error_output", &floods_its_error_output),
    misbehaving("writes_garbage", &writes_garbage),
    misbehaving("announces_too_much", &announces_too_much),
    misbehaving("invents_a_kind", &invents_a_kind),
    misbehaving("ends_in_the_middle", &ends_in_the_middle),
    misbehaving("misses_parts", &misses_parts),
    misbehaving("unsupported", &unsupported),
    misbehaving("denied", &denied),
    misbehaving("puts_in_place_of", &puts_in_place_of),
    {"listens", "a test", &listens, 20s, 1000, Privilege::none, false, true},
    {"listens_until_asked", "a test", &listens_until_asked, 3600s, 1000, Privilege::none, false, true},
});

}  // namespace

std::span<const Collector> misbehaving_collectors() {
    return kCollectors;
}

Collector named(std::string_view name) {
    const auto found = std::find_if(kCollectors.begin(), kCollectors.end(),
                                    [&](const Collector& collector) { return collector.name == name; });
    assert(found != kCollectors.end());
    return *found;
}

}  // namespace kwd::test
