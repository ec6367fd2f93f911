// SPDX-License-Identifier: Apache-2.0
// What is judged while a capture goes on: a thread of each test's own writes the snapshot, as a capture does.
#include "cli/finding_watch.h"

#include "packet/pcapng_writer.h"
#include "snapshot/kinds.h"
#include "snapshot/store.h"
#include "tests/packet/hex.h"
#include "tests/rules/sample_rule.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace kwd;
using namespace kwd::cli;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// 2024-01-01T00:00:00Z
constexpr std::int64_t kMidnight = 1'704'067'200'000'000'000;

// ARP: who has 10.0.0.2?
std::vector<std::byte> question() {
    return packet::hex(
        "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002");
}

// 10.0.0.5 to 10.0.0.4, UDP 8472, VXLAN with VNI 77; within, 10.244.2.1 to 10.244.1.1, UDP without payload.
std::vector<std::byte> tunnelled() {
    return packet::hex(
        "020000000002 020000000001 0800 4500004e 00010000 40110000 0a000005 0a000004 c3502118 003a0000 08000000 "
        "00004d00 02000000000a 02000000000b 0800 4500001c 00010000 40110000 0af40201 0af40101 13881770 00080000");
}

// Seconds after midnight at which it came.
std::string capture_of(const std::vector<std::byte>& frame, const std::vector<int>& seconds) {
    const std::array interfaces{
        packet::CaptureInterface{.name = "eth0", .description = {}, .link_type = packet::LinkType::ethernet}};
    packet::PcapngWriter writer("test", interfaces);
    for (const int each : seconds) {
        writer.add(0, kMidnight + each * 1'000'000'000LL, frame, static_cast<std::uint32_t>(frame.size()));
    }
    return writer.take();
}

rules::Rule rule_of(std::string id, std::string table, std::string query) {
    rules::Rule rule = rules::test::rule_named(std::move(id), std::move(query));
    rule.needs = {rules::Need{{rules::Source{.table = std::move(table)}}}};
    rule.message = "It is so of {subject}.";
    return rule;
}

// A snapshot that is written, and a watch over it.
class Watching {
  public:
    explicit Watching(std::vector<rules::Rule> rules) {
        auto created = snapshot::Store::create(path_, "test");
        REQUIRE(created);
        store_.emplace(std::move(*created));
        store_->set_meta("os_family", "linux");
        rules::RuleSet set;
        for (rules::Rule& each : rules) {
            set.add(std::move(each));
        }
        watch_.emplace(FindingWatch::Watched{.snapshot = path_,
                                             .rules = std::move(set),
                                             .severities = "'critical', 'warning'",
                                             .collections = 0,
                                             .pause = 10ms,
                                             .between_readings = 1h});
    }

    std::int64_t put(std::string_view collector, std::string_view kind, std::string name, const std::string& content,
                     const char* collected_at_utc = "2024-01-01T00:00:00Z",
                     std::span<const std::int64_t> superseded = {}) {
        const snapshot::DocumentInfo info{.collector = std::string(collector),
                                          .kind = std::string(kind),
                                          .name = std::move(name),
                                          .collected_at_utc = collected_at_utc,
                                          .sha256 = {}};
        return store_->add_document(info, *snapshot::pack(content), superseded);
    }
    void asked(const char* collector, const char* at) {
        store_->add_collection({.collector = collector, .started_at_utc = at});
    }
    void start() { watch_->start(finish_); }
    // Whether the capture is asked to end within some seconds.
    bool ends() const {
        for (int i = 0; i < 1000 && !finish_.stop_requested(); ++i) {
            std::this_thread::sleep_for(10ms);
        }
        return finish_.stop_requested();
    }
    std::string found() {
        watch_->stop();
        CHECK(watch_->problem().empty());
        return watch_->found() ? watch_->found()->rule_id + ": " + watch_->found()->message : "";
    }
    FindingWatch& watch() { return *watch_; }
    std::stop_source& finish() { return finish_; }

  private:
    test::TemporaryFolder folder_;
    std::string path_ = folder_.file("node.kwsnap");
    std::optional<snapshot::Store> store_;
    std::stop_source finish_;
    std::optional<FindingWatch> watch_;
};

std::string recorded(const char* name) {
    std::ifstream file(std::string(KWD_FIXTURES "/linux/") + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The node is 10.0.0.4, its VXLAN device has VNI 1.
void read_state(Watching& watching, const char* at) {
    struct Asked {
        const char* collector;
        std::string_view kind;
        const char* name;
    };
    for (const Asked& each : {Asked{"links", snapshot::kind::linux_links, "links.json"},
                              Asked{"addresses", snapshot::kind::linux_addresses, "addresses.json"},
                              Asked{"routes", snapshot::kind::linux_routes, "routes.json"},
                              Asked{"neighbors", snapshot::kind::linux_neighbors, "neighbors.json"},
                              Asked{"fdb", snapshot::kind::linux_fdb, "fdb.json"}}) {
        watching.asked(each.collector, at);
        watching.put(each.collector, each.kind, each.name, recorded(each.name), at);
    }
}

}  // namespace

TEST_CASE("a rule that looks at packets ends the capture, and no other does", "[cli][finding_watch]") {
    Watching watching(
        {rule_of("of-documents", "documents", "SELECT 'all' AS subject"),
         rule_of("of-five", "captures", "SELECT interface_name AS subject FROM captures WHERE packets >= 5")});
    watching.put("packets", snapshot::kind::capture, "packets-1.pcapng", capture_of(question(), {1, 2, 3}));
    watching.start();
    std::this_thread::sleep_for(300ms);
    CHECK_FALSE(watching.finish().stop_requested());
    watching.put("packets", snapshot::kind::capture, "packets-2.pcapng", capture_of(question(), {4, 5, 6, 7, 8}));
    CHECK(watching.ends());
    CHECK(watching.found() == "of-five: It is so of eth0.");
}

TEST_CASE("a ring that is written all the while is judged", "[cli][finding_watch]") {
    Watching watching(
        {rule_of("of-fifty", "captures", "SELECT interface_name AS subject FROM captures WHERE packets >= 50")});
    // Its documents are one capture, of 20 packets at most.
    const std::string quiet = capture_of(question(), {1});
    std::vector<std::int64_t> kept;
    const auto write = [&](const std::string& content) {
        std::vector<std::int64_t> gone;
        if (kept.size() == 20) {
            gone.push_back(kept.front());
            kept.erase(kept.begin());
        }
        kept.push_back(
            watching.put("packets", snapshot::kind::capture, "packets.pcapng", content, "2024-01-01T00:00:00Z", gone));
    };
    watching.start();
    const auto begin = Clock::now();
    while (Clock::now() - begin < 500ms) {
        write(quiet);
        std::this_thread::sleep_for(5ms);
    }
    CHECK_FALSE(watching.finish().stop_requested());
    write(capture_of(question(), std::vector<int>(60, 4)));
    CHECK(watching.ends());
    CHECK(watching.found() == "of-fifty: It is so of eth0.");
}

TEST_CASE("packets that came after the node's state was read have it read again", "[cli][finding_watch]") {
    Watching watching({rule_of("of-vni", "vxlan_verdicts",
                               "SELECT interface_name AS subject FROM vxlan_verdicts WHERE verdict = 'vni-wrong'")});
    read_state(watching, "2024-01-01T00:00:00Z");
    watching.put("packets", snapshot::kind::capture, "packets-1.pcapng", capture_of(tunnelled(), {10, 14}));
    std::stop_source over;
    int readings = 0;
    std::jthread run([&] {
        collectors::AskingAgain& asking = watching.watch().asking_again();
        while (asking.wait(over.get_token())) {
            ++readings;
            read_state(watching, "2024-01-01T00:00:12Z");
            asking.answer();
        }
        asking.close();
    });
    watching.start();
    CHECK(watching.ends());
    CHECK(watching.found() == "of-vni: It is so of eth0.");
    over.request_stop();
    run.join();
    CHECK(readings == 1);
}

TEST_CASE("the state is not read again for every packet that came after it", "[cli][finding_watch]") {
    Watching watching({rule_of("of-nothing", "vxlan_verdicts", "SELECT 1 AS subject WHERE 0")});
    read_state(watching, "2024-01-01T00:00:00Z");
    watching.put("packets", snapshot::kind::capture, "packets-1.pcapng", capture_of(tunnelled(), {10, 14}));
    std::stop_source over;
    int readings = 0;
    std::jthread run([&] {
        collectors::AskingAgain& asking = watching.watch().asking_again();
        while (asking.wait(over.get_token())) {
            ++readings;
            asking.answer();
        }
        asking.close();
    });
    watching.start();
    std::this_thread::sleep_for(500ms);
    CHECK(watching.found().empty());
    over.request_stop();
    run.join();
    CHECK(readings == 1);
}

TEST_CASE("what is found after somebody else ended the capture did not end it", "[cli][finding_watch]") {
    // A second or so.
    Watching watching({rule_of("of-any", "captures",
                               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000000) "
                               "SELECT count(*) AS subject FROM n")});
    watching.put("packets", snapshot::kind::capture, "packets-1.pcapng", capture_of(question(), {1}));
    watching.start();
    std::this_thread::sleep_for(200ms);
    watching.finish().request_stop();
    CHECK(watching.found().empty());
}

TEST_CASE("what is judged is left when nobody waits for it any more", "[cli][finding_watch]") {
    Watching watching({rule_of("of-none", "captures",
                               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                               "SELECT i AS subject FROM n WHERE i < 0")});
    watching.put("packets", snapshot::kind::capture, "packets-1.pcapng", capture_of(question(), {1}));
    watching.start();
    std::this_thread::sleep_for(300ms);
    const auto begin = Clock::now();
    CHECK(watching.found().empty());
    CHECK(Clock::now() - begin < 1s);
}
