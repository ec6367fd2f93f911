// SPDX-License-Identifier: Apache-2.0
#include "sample_rule.h"

#include "rules/rule_file.h"
#include "rules/validate.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <utility>

namespace kwd::rules::test {

std::string sample_with(std::string_view piece, std::string_view replacement) {
    std::string text(kSample);
    const std::size_t at = text.find(piece);
    REQUIRE(at != std::string::npos);
    return text.replace(at, piece.size(), replacement);
}

Rule sample_rule(std::string_view piece, std::string_view replacement) {
    auto rule = parse_rule(sample_with(piece, replacement), kSamplePath);
    REQUIRE(rule);
    return *std::move(rule);
}

Rule rule_named(std::string id, std::string query, std::vector<std::string> suppresses) {
    Rule rule = sample_rule();
    rule.id = std::move(id);
    rule.query = std::move(query);
    rule.suppresses.clear();
    for (std::string& each : suppresses) {
        rule.suppresses.push_back({std::move(each)});
    }
    return rule;
}

void RuleFolder::put(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = folder_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

snapshot::Database covered(const std::vector<std::string>& tables) {
    snapshot::Database database = empty_schema();
    for (const std::string& table : tables) {
        snapshot::Statement insert =
            database.prepare("INSERT INTO table_coverage (table_name, state) VALUES (?, 'ok')");
        insert.bind(1, std::string_view(table));
        insert.run();
    }
    return database;
}

}  // namespace kwd::rules::test
