// SPDX-License-Identifier: Apache-2.0
// Every node under tests/fixtures/nodes is imported and judged, and what is found is held against the file beside it.
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
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>
#include <string>

using namespace kwd;

namespace {

using Names = std::set<std::string>;

const std::filesystem::path kNodes = std::filesystem::path(KWD_FIXTURES) / "nodes";

snapshot::Store judged(const std::filesystem::path& node, const std::string& path) {
    auto store = snapshot::Store::create(path, "test");
    REQUIRE(store);
    REQUIRE(collectors::import_paths({node.string()}, *store));
    // When a checkout wrote its files says nothing of when the node was read.
    store->database().execute("UPDATE documents SET collected_at_utc = NULL WHERE kind = 'capture'");
    const snapshot::StoredDocuments documents(store->database());
    analyzers::analyze(documents, store->database());
    rules::evaluate(rules::RuleSet::embedded(), store->database(), documents);
    return std::move(*store);
}

Names rules_with_serious_findings(const snapshot::Database& database) {
    Names names;
    auto select = database.prepare(
        "SELECT DISTINCT rule_id FROM findings WHERE cause IS NULL AND severity IN ('critical', 'warning')");
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

void check_node(const std::filesystem::path& expected_file) {
    const YAML::Node expected = YAML::LoadFile(expected_file.string());
    std::string name = expected_file.filename().string();
    name.resize(name.size() - std::string_view(".expected.yaml").size());
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

}  // namespace

TEST_CASE("each whole node has exactly the findings that it should have", "[end_to_end][nodes]") {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(kNodes)) {
        if (entry.path().filename().string().ends_with(".expected.yaml")) {
            files.insert(entry.path());
        }
    }
    REQUIRE(files.size() >= 2);
    for (const std::filesystem::path& each : files) {
        DYNAMIC_SECTION(each.filename().string()) {
            check_node(each);
        }
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
