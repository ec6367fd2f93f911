// SPDX-License-Identifier: Apache-2.0
// Every node under tests/fixtures/nodes and every case under tests/fixtures/cases is imported and judged, and what is
// found is held against the file beside it.
#include "analyzers/analyze.h"
#include "collectors/import/import.h"
#include "reports/report.h"
#include "rules/engine.h"
#include "rules/rule_set.h"
#include "snapshot/snapshot.h"
#include "snapshot/store.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

using namespace kwd;

namespace {

using Names = std::set<std::string>;

const std::filesystem::path kNodes = std::filesystem::path(KWD_FIXTURES) / "nodes";
const std::filesystem::path kCases = std::filesystem::path(KWD_FIXTURES) / "cases";

snapshot::Store judged(const std::filesystem::path& node, const std::string& path) {
    auto store = snapshot::Store::create(path, "test");
    REQUIRE(store);
    REQUIRE(collectors::import_paths({node.string()}, *store));
    // When a checkout wrote its files says nothing of when the node was read.
    store->database().execute("UPDATE documents SET collected_at_utc = NULL WHERE kind = 'capture'");
    const snapshot::StoredDocuments documents(store->database());
    analyzers::analyze(documents, store->database());
    static const rules::RuleSet ours = rules::RuleSet::embedded();
    rules::evaluate(ours, store->database(), documents);
    return std::move(*store);
}

Names rules_with_serious_findings(const snapshot::Database& database) {
    Names names;
    auto select = database.prepare("SELECT DISTINCT rule_id FROM findings WHERE severity IN ('critical', 'warning')");
    while (select.step()) {
        names.insert(select.text(0));
    }
    return names;
}

Names strings(const YAML::Node& list) {
    Names names;
    for (const YAML::Node& each : list) {
        names.insert(each.as<std::string>());
    }
    return names;
}

std::set<std::filesystem::path> expectations(const std::filesystem::path& folder) {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().filename().string().ends_with(".expected.yaml")) {
            files.insert(entry.path());
        }
    }
    return files;
}

std::string name_of(const std::filesystem::path& expected_file) {
    std::string name = expected_file.filename().string();
    name.resize(name.size() - std::string_view(".expected.yaml").size());
    return name;
}

std::string listed(const Names& names) {
    return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", "));
}

void check_node(const std::filesystem::path& expected_file) {
    const YAML::Node expected = YAML::LoadFile(expected_file.string());
    const std::string name = name_of(expected_file);
    const test::TemporaryFolder folder;
    snapshot::Store store = judged(kNodes / name, folder.file("node.kwsnap"));
    const Names found = rules_with_serious_findings(store.database());

    Names faults;
    for (const YAML::Node& fault : expected["faults"]) {
        for (const std::string& rule : strings(fault["rules"])) {
            faults.insert(rule);
            INFO(fmt::format("{}: the fault '{}' is not found by {}", name, fault["fault"].as<std::string>(), rule));
            CHECK(found.contains(rule));
        }
    }
    const Names consequences = strings(expected["consequences"]);
    for (const std::string& rule : found) {
        INFO(fmt::format("{}: {} has a finding that nobody expects", name, rule));
        CHECK((faults.contains(rule) || consequences.contains(rule)));
    }
    CHECK(expected["healthy"].as<bool>() == faults.empty());
    CHECK(store.database().integer("SELECT count(*) FROM evaluations WHERE verdict = 'error'") == 0);
    // A healthy node is one of which enough is known to say so.
    CHECK(store.database().integer("SELECT count(*) FROM evaluations WHERE verdict = 'clear'").value_or(0) >= 20);
}

struct Outcome {
    Names expected;
    Names found;   ///< of those expected, and of those that are known to be missed
    Names missed;  ///< marked so
};

Outcome check_case(const std::filesystem::path& expected_file) {
    const YAML::Node expected = YAML::LoadFile(expected_file.string());
    const std::string name = name_of(expected_file);
    const test::TemporaryFolder folder;
    snapshot::Store store = judged(kCases / name, folder.file("case.kwsnap"));
    const Names found = rules_with_serious_findings(store.database());

    Outcome outcome;
    for (const YAML::Node& fault : expected["faults"]) {
        const bool missed = fault["missed"].IsDefined();
        for (const std::string& rule : strings(fault["rules"])) {
            (missed ? outcome.missed : outcome.expected).insert(rule);
            INFO(fmt::format("{}: the fault '{}' is {} by {}", name, fault["fault"].as<std::string>(),
                             missed ? "marked as missed, and found" : "not found", rule));
            CHECK(found.contains(rule) != missed);
            if (found.contains(rule)) {
                outcome.found.insert(rule);
            }
        }
    }
    const Names consequences = strings(expected["consequences"]);
    for (const std::string& rule : found) {
        INFO(fmt::format("{}: {} has a finding that nobody expects", name, rule));
        CHECK((outcome.expected.contains(rule) || outcome.missed.contains(rule) || consequences.contains(rule)));
    }
    if (expected["healthy"].as<bool>()) {
        INFO(fmt::format("{} is healthy: {}", name, listed(found)));
        CHECK((found.empty() && outcome.expected.empty() && outcome.missed.empty()));
    }
    CHECK(store.database().integer("SELECT count(*) FROM evaluations WHERE verdict = 'error'") == 0);
    return outcome;
}

}  // namespace

TEST_CASE("each whole node has exactly the findings that it should have", "[end_to_end][nodes]") {
    const std::set<std::filesystem::path> files = expectations(kNodes);
    REQUIRE(files.size() >= 2);
    for (const std::filesystem::path& each : files) {
        DYNAMIC_SECTION(each.filename().string()) {
            check_node(each);
        }
    }
}

TEST_CASE("what was reported of a node is found in what such a node shows", "[end_to_end][cases]") {
    const std::set<std::filesystem::path> files = expectations(kCases);
    REQUIRE(files.size() >= 2);
    constexpr std::string_view row = "{:<40} | {:<60} | {:<60} | {}\n";
    fmt::print(row, "case", "expected", "found", "missed");
    for (const std::filesystem::path& each : files) {
        const Outcome outcome = check_case(each);
        fmt::print(row, name_of(each), listed(outcome.expected), listed(outcome.found), listed(outcome.missed));
    }
}

TEST_CASE("judging the same snapshot twice gives the same bytes", "[end_to_end][determinism]") {
    const test::TemporaryFolder folder;
    { const snapshot::Store store = judged(kNodes / "overlay-broken-sample", folder.file("node.kwsnap")); }
    const auto report = [&] {
        auto opened = snapshot::Snapshot::open(folder.file("node.kwsnap"));
        REQUIRE(opened);
        snapshot::Database copy = (*opened)->working_copy();
        analyzers::analyze(**opened, copy);
        rules::evaluate(rules::RuleSet::embedded(), copy, **opened);
        return reports::render_json(copy);
    };
    const std::string first = report();
    CHECK(first.size() > 1000);
    CHECK(first == report());
}
