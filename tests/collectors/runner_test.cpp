// SPDX-License-Identifier: Apache-2.0
#include "collectors/runner.h"

#include "snapshot/snapshot.h"
#include "tests/collectors/misbehaving.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using snapshot::Outcome;
using test::TemporaryFolder;

namespace {

struct RunOf {
    std::map<std::string, snapshot::Collection> collections;
    std::vector<snapshot::Document> documents;

    [[nodiscard]] std::string content(std::string_view collector) const {
        std::string all;
        for (const auto& document : documents) {
            if (document.info.collector == collector) {
                all += document.content;
            }
        }
        return all;
    }
    [[nodiscard]] const snapshot::Collection& at(const std::string& collector) const {
        return collections.at(collector);
    }
    [[nodiscard]] std::string reason(const std::string& collector) const {
        const auto& error = collections.at(collector).error;
        return error ? error->doing : "";
    }
};

// Runs them together with one that does well, and reads back what a stranger would read.
RunOf run(std::vector<std::string_view> names, const CollectOptions& options = {},
          const RunnerSettings& settings = {}) {
    const TemporaryFolder folder;
    const std::string path = folder.file("node.kwsnap");
    RunOf result;
    {
        auto store = snapshot::Store::create(path, "test");
        REQUIRE(store);
        names.push_back("well");
        std::vector<Collector> collectors;
        std::transform(names.begin(), names.end(), std::back_inserter(collectors), &test::named);
        for (auto& collection : run_collectors(collectors, options, *store, {}, settings)) {
            result.collections[collection.collector] = collection;
        }
    }
    const auto opened = snapshot::Snapshot::open(path);
    REQUIRE(opened);
    for (const auto& info : (*opened)->documents()) {
        auto document = (*opened)->document(info.id);
        REQUIRE(document);
        result.documents.push_back(std::move(*document));
    }
    CHECK(result.at("well").outcome == Outcome::ok);
    CHECK(result.content("well") == "root is " + options.root);
    return result;
}

bool runs(pid_t process) {
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(stat, text);
    return !text.empty() && text.find(") Z ") == std::string::npos;
}

}  // namespace

TEST_CASE("a collector that does well gives its documents and gets the options", "[collectors][runner]") {
    CollectOptions options;
    options.root = "/some/where";
    const auto result = run({}, options);

    REQUIRE(result.documents.size() == 1);
    const auto& info = result.documents[0].info;
    CHECK(info.collector == "well");
    CHECK(info.kind == "other");
    CHECK(info.name == "well.txt");
    CHECK_FALSE(info.original_path);
    CHECK(info.collected_at_utc.value_or("").size() == 20);
    CHECK(result.at("well").documents == 1);
    CHECK(result.at("well").bytes == 19);
    CHECK_FALSE(result.at("well").error);
}

TEST_CASE("a worker yields to everything else on the node", "[collectors][runner]") {
    const int before = ::getpriority(PRIO_PROCESS, 0);
    CHECK(run({"tells_its_manners"}).content("tells_its_manners") ==
          "nice " + std::to_string(std::min(before + 10, 19)) + ", core 0, oom 800, own session");
}

TEST_CASE("a collector that hangs is ended after its budget, and what it gave before is kept", "[collectors][runner]") {
    const auto result = run({"hangs"});

    CHECK(result.at("hangs").outcome == Outcome::timed_out);
    CHECK(result.at("hangs").error->code == Errc::timed_out);
    CHECK(result.reason("hangs") == "ended after 300 ms, its budget");
    CHECK(result.content("hangs") == "before it hung");
    CHECK(result.at("hangs").duration_ms >= 300);
}

TEST_CASE("a collector that hangs and ignores signals is ended all the same", "[collectors][runner]") {
    CHECK(run({"hangs_and_ignores_signals"}).at("hangs_and_ignores_signals").outcome == Outcome::timed_out);
}

TEST_CASE("what a hung collector started is ended with it", "[collectors][runner]") {
    const auto result = run({"hangs_with_a_child"});

    CHECK(result.at("hangs_with_a_child").outcome == Outcome::timed_out);
    const pid_t child = std::stoi(result.content("hangs_with_a_child"));
    REQUIRE(child > 1);
    CHECK_FALSE(runs(child));
}

TEST_CASE("what a collector left behind is ended, and does not hold it up", "[collectors][runner]") {
    const auto result = run({"leaves_a_child"});

    CHECK(result.at("leaves_a_child").outcome == Outcome::ok);
    CHECK_FALSE(runs(std::stoi(result.content("leaves_a_child"))));
}

TEST_CASE("a collector whose tool hangs says which tool", "[collectors][runner]") {
    const auto result = run({"waits_for_a_hung_tool"});

    CHECK(result.at("waits_for_a_hung_tool").outcome == Outcome::timed_out);
    CHECK(result.reason("waits_for_a_hung_tool") == "run sleep 600: it did not answer in time");
}

TEST_CASE("a collector that crashes has failed with its signal, and what it gave before is kept",
          "[collectors][runner]") {
    const auto result = run({"crashes", "aborts"});

    CHECK(result.at("crashes").outcome == Outcome::failed);
    CHECK(result.reason("crashes") == "the worker died of signal 11 (SIGSEGV) before it was through");
    CHECK(result.content("crashes") == "before it crashed");
    CHECK(result.at("aborts").outcome == Outcome::failed);
    CHECK(result.reason("aborts") ==
          "the worker died of signal 6 (SIGABRT) before it was through: what it said before the end\n");
}

TEST_CASE("a collector that throws or exits has failed", "[collectors][runner]") {
    const auto result = run({"throws", "exits"});

    CHECK(result.at("throws").outcome == Outcome::failed);
    CHECK(result.reason("throws") == "collect throws: exception: thrown in a collector");
    CHECK(result.at("exits").outcome == Outcome::failed);
    CHECK(result.reason("exits") == "the worker exited with status 7 before it was through");
}

TEST_CASE("a collector that floods is ended at its byte budget, and what fitted is kept", "[collectors][runner]") {
    const auto result = run({"floods", "floods_past_the_sink"});

    for (const std::string name : {"floods", "floods_past_the_sink"}) {
        CAPTURE(name);
        CHECK(result.at(name).outcome == Outcome::partial);
        CHECK(result.at(name).error->code == Errc::too_large);
        CHECK(result.at(name).documents == 10);
        CHECK(result.content(name).size() == 1'000'000);
    }
    CHECK(result.reason("floods") == "put flood.txt of 100000 bytes: the budget of 1000000 bytes is used up");
    CHECK(result.reason("floods_past_the_sink") == "ended when it gave more than its budget of 1000000 bytes");
}

TEST_CASE("a collector that floods with complaints is ended", "[collectors][runner]") {
    const auto result = run({"floods_with_complaints", "floods_its_error_output"});

    CHECK(result.at("floods_with_complaints").outcome == Outcome::partial);
    CHECK(result.reason("floods_with_complaints").size() < 5000);
    CHECK(result.at("floods_its_error_output").outcome == Outcome::failed);
    CHECK_THAT(result.reason("floods_its_error_output"), EndsWith("noise\nthe last line\n"));
    CHECK(result.reason("floods_its_error_output").size() < 2200);
}

TEST_CASE("a worker that writes anything but messages has failed", "[collectors][runner]") {
    const auto result = run({"writes_garbage", "announces_too_much", "invents_a_kind"});

    CHECK(result.at("writes_garbage").outcome == Outcome::failed);
    CHECK(result.at("writes_garbage").error->code == Errc::malformed);
    CHECK(result.content("writes_garbage") == "before the garbage");
    CHECK(result.at("announces_too_much").outcome == Outcome::failed);
    CHECK(result.reason("announces_too_much") == "read a frame of 2147483647 bytes");
    CHECK(result.at("invents_a_kind").outcome == Outcome::failed);
}

TEST_CASE("a worker that ends in the middle of a message has failed", "[collectors][runner]") {
    const auto result = run({"ends_in_the_middle"});

    CHECK(result.at("ends_in_the_middle").outcome == Outcome::failed);
    CHECK(result.reason("ends_in_the_middle") ==
          "the worker exited with status 0 before it was through, in the middle of a message");
    CHECK(result.content("ends_in_the_middle") == "before the end");
}

TEST_CASE("what was missed makes a collection partial and is told", "[collectors][runner]") {
    const auto result = run({"misses_parts"});

    CHECK(result.at("misses_parts").outcome == Outcome::partial);
    CHECK(result.reason("misses_parts") == "read /etc/one; read /etc/two");
    CHECK(result.at("misses_parts").error->code == Errc::access_denied);
    CHECK(result.at("misses_parts").error->native->value == 13);
    CHECK(result.content("misses_parts") == "the rest");
}

TEST_CASE("what this platform does not have is skipped, what may not be seen has failed", "[collectors][runner]") {
    const auto result = run({"unsupported", "denied"});

    CHECK(result.at("unsupported").outcome == Outcome::skipped);
    CHECK(result.reason("unsupported") == "ask systemd: it does not run here");
    CHECK(result.at("denied").outcome == Outcome::failed);
    CHECK(result.at("denied").error->code == Errc::access_denied);
}

TEST_CASE("a collector that listens gets the packet budgets beside its own", "[collectors][runner]") {
    CollectOptions options;
    options.packet_seconds = 1s;
    options.packet_bytes = 1000;
    const auto result = run({"listens"}, options);

    CHECK(result.at("listens").outcome == Outcome::ok);
    CHECK(result.content("listens").size() == 1500);
}

TEST_CASE("a run that is asked to stop ends its workers and keeps what they gave", "[collectors][runner]") {
    std::stop_source stop;
    RunnerSettings settings;
    settings.stop = stop.get_token();
    const TemporaryFolder folder;
    auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
    REQUIRE(store);
    auto hangs = test::named("hangs");
    hangs.budget = 1h;
    const std::array collectors{test::named("well"), hangs};
    const auto stop_when_well = [&](const Progress& progress) {
        if (progress.collection != nullptr && progress.collection->collector == "well") {
            stop.request_stop();
        }
    };

    const auto collections = run_collectors(collectors, {}, *store, stop_when_well, settings);

    REQUIRE(collections.size() == 2);
    CHECK(collections[0].outcome == Outcome::ok);
    CHECK((collections[1].outcome == Outcome::failed || collections[1].outcome == Outcome::skipped));
    CHECK(store->database().integer("SELECT count(*) FROM collections") == 2);
    CHECK(store->database().integer("SELECT count(*) FROM documents WHERE collector = 'well'") == 1);
}

TEST_CASE("a collector that listens comes to its end when the run is asked to stop", "[collectors][runner]") {
    std::stop_source stop;
    RunnerSettings settings;
    settings.stop = stop.get_token();
    const TemporaryFolder folder;
    auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
    REQUIRE(store);
    const std::array collectors{test::named("listens_until_asked"), test::named("well")};
    const auto stop_when_well = [&](const Progress& progress) {
        if (progress.collection != nullptr && progress.collection->collector == "well") {
            stop.request_stop();
        }
    };

    const auto collections = run_collectors(collectors, {}, *store, stop_when_well, settings);

    CHECK(collections[0].outcome == Outcome::ok);
    const snapshot::StoredDocuments stored(store->database());
    REQUIRE(stored.documents().size() == 2);
    // At the priority of whoever started it: it has to keep up.
    CHECK(stored.document(stored.documents()[1].id)->content ==
          "until then, nice " + std::to_string(::getpriority(PRIO_PROCESS, 0)));
}

TEST_CASE("who is asked to finish listening is, and all others come to their own end", "[collectors][runner]") {
    std::stop_source finish;
    RunnerSettings settings;
    settings.finish = finish.get_token();
    settings.parallel = 1;
    const TemporaryFolder folder;
    auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
    REQUIRE(store);
    const std::array collectors{test::named("listens_until_asked"), test::named("well"), test::named("misses_parts")};
    const auto finish_when_well = [&](const Progress& progress) {
        if (progress.collection != nullptr && progress.collection->collector == "well") {
            finish.request_stop();
        }
    };

    const auto collections = run_collectors(collectors, {}, *store, finish_when_well, settings);

    REQUIRE(collections.size() == 3);
    CHECK(collections[0].outcome == Outcome::ok);
    CHECK(collections[2].outcome == Outcome::partial);
    CHECK(collections[2].documents == 1);
}

TEST_CASE("after long listening what changes is asked again, and has a second row", "[collectors][runner]") {
    const auto run_for = [](std::chrono::milliseconds long_listening) {
        const TemporaryFolder folder;
        auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
        REQUIRE(store);
        auto well = test::named("well");
        well.changes = true;
        const std::array collectors{test::named("listens"), well, test::named("misses_parts")};
        CollectOptions options;
        options.packet_seconds = 1s;
        RunnerSettings settings;
        settings.long_listening = long_listening;
        std::size_t finished = 0;
        std::size_t total = 0;
        const auto collections = run_collectors(
            collectors, options, *store,
            [&](const Progress& progress) {
                finished = progress.finished;
                total = progress.total;
            },
            settings);
        CHECK(finished == collections.size());
        CHECK(total == collections.size());
        CHECK(store->database().integer("SELECT count(*) FROM collections") ==
              static_cast<std::int64_t>(collections.size()));
        std::string names;
        for (const auto& each : collections) {
            names += each.collector + " ";
        }
        return names + std::to_string(
                           store->database().integer("SELECT count(*) FROM documents WHERE name = 'well.txt'").value());
    };
    CHECK(run_for(500ms) == "listens well misses_parts well 2");
    CHECK(run_for(1h) == "listens well misses_parts 1");
}

TEST_CASE("what changes is asked again as often as somebody wants to know while others listen",
          "[collectors][runner]") {
    const TemporaryFolder folder;
    auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
    REQUIRE(store);
    auto well = test::named("well");
    well.changes = true;
    const std::array collectors{test::named("listens_until_asked"), well, test::named("misses_parts")};
    std::stop_source finish;
    AskingAgain asking;
    RunnerSettings settings;
    settings.finish = finish.get_token();
    settings.asking_again = &asking;
    int answers = 0;
    std::jthread somebody([&] {
        answers += asking.ask({}) ? 1 : 0;
        answers += asking.ask({}) ? 1 : 0;
        finish.request_stop();
    });

    const auto collections = run_collectors(collectors, {}, *store, {}, settings);

    somebody.join();
    CHECK(answers == 2);
    REQUIRE(collections.size() == 5);
    CHECK(collections[0].outcome == Outcome::ok);
    CHECK(collections[3].collector == "well");
    CHECK(collections[4].collector == "well");
    CHECK(store->database().integer("SELECT count(*) FROM collections WHERE collector = 'well'") == 3);
    CHECK(store->database().integer("SELECT count(*) FROM documents WHERE name = 'well.txt'") == 3);
    CHECK_FALSE(asking.ask({}));  // nobody listens any more
}

TEST_CASE("who wants to know is not kept waiting where nobody listens", "[collectors][runner]") {
    AskingAgain asking;
    std::stop_source stop;
    stop.request_stop();
    CHECK_FALSE(asking.ask(stop.get_token()));
    RunnerSettings settings;
    settings.asking_again = &asking;
    CHECK(run({}, {}, settings).documents.size() == 1);
    CHECK_FALSE(asking.ask({}));
}

TEST_CASE("a document goes when one comes in its place, and counts no more", "[collectors][runner]") {
    const auto result = run({"puts_in_place_of"});

    CHECK(result.at("puts_in_place_of").outcome == Outcome::ok);
    CHECK(result.at("puts_in_place_of").documents == 1);
    CHECK(result.at("puts_in_place_of").bytes == 900'000);
    CHECK(result.content("puts_in_place_of") == std::string(900'000, 'b'));
}

TEST_CASE("progress tells each start and each end", "[collectors][runner]") {
    const TemporaryFolder folder;
    auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
    REQUIRE(store);
    const std::array collectors{test::named("well"), test::named("denied")};
    int starts = 0;
    std::vector<std::size_t> ends;

    run_collectors(collectors, {}, *store, [&](const Progress& progress) {
        CHECK(progress.total == 2);
        if (progress.collection == nullptr) {
            ++starts;
        } else {
            CHECK(progress.collection->collector == progress.collector);
            ends.push_back(progress.finished);
        }
    });

    CHECK(starts == 2);
    CHECK(ends == std::vector<std::size_t>{1, 2});
}

TEST_CASE("a store that cannot be written ends the run with its error", "[collectors][runner]") {
    const TemporaryFolder folder;
    auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
    REQUIRE(store);
    store->database().execute("DROP TABLE documents");
    const std::array collectors{test::named("well"), test::named("hangs")};

    CHECK_THROWS_AS(run_collectors(collectors, {}, *store), snapshot::DatabaseError);
}

TEST_CASE("workers end when their parent is killed", "[collectors][runner]") {
    const TemporaryFolder folder;  // whoever is killed does not tidy up
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        // The child's own run is what gets killed.
        auto store = snapshot::Store::create(folder.file("node.kwsnap"), "test");
        auto hangs = test::named("hangs");
        hangs.budget = 1h;
        const std::array collectors{hangs};
        std::jthread watch([&] {
            // The worker's number: the only child of ours.
            std::string children;
            while (children.empty()) {
                for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
                    std::string one;
                    std::getline(std::ifstream(task.path() / "children"), one);
                    children += one;
                }
                std::this_thread::sleep_for(1ms);
            }
            (void)!::write(pipe[1], children.data(), children.size());
        });
        run_collectors(collectors, {}, *store);
        std::_Exit(0);
    }
    std::array<char, 32> text{};
    REQUIRE(::read(pipe[0], text.data(), text.size() - 1) > 0);
    const pid_t worker = std::stoi(text.data());
    CHECK(runs(worker));

    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    for (int i = 0; i < 1000 && runs(worker); ++i) {
        std::this_thread::sleep_for(5ms);
    }
    CHECK_FALSE(runs(worker));
    ::close(pipe[0]);
    ::close(pipe[1]);
}
