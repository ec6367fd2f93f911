// SPDX-License-Identifier: Apache-2.0
// A table that nothing reads is work for nothing, and what it would tell is lost.
#include "rules/rule_set.h"
#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace kwd::rules {
namespace {

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool has_word(std::string_view text, std::string_view word) {
    const auto is_part = [&](std::size_t at) {
        return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
    };
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        if (!is_part(at + word.size()) && (at == 0 || !is_part(at - 1))) {
            return true;
        }
    }
    return false;
}

// Tables that a derived table of rules or reports is made of, and where.
struct Part {
    std::string_view table;
    std::string_view made_in;
};
constexpr auto kParts = std::to_array<Part>({{"hns_extensions", "analyzers/facts_reconcile.cpp"},
                                             {"kubelet_config", "analyzers/facts_settings.cpp"},
                                             {"routing_rules", "analyzers/vxlan_state_linux.cpp"},
                                             {"vfp_counters", "analyzers/facts_reconcile.cpp"},
                                             {"vfp_groups", "analyzers/facts_reconcile.cpp"},
                                             {"vfp_layers", "analyzers/facts_reconcile.cpp"},
                                             {"vxlan_sizes", "analyzers/facts_vxlan.cpp"}});

TEST_CASE("each derived table is read by a rule or a report", "[rules][tables]") {
    std::string readers;
    const RuleSet set = RuleSet::embedded();
    for (const Rule* rule : set.active()) {
        readers += rule->query + '\n' + rule->unknown + '\n' + (rule->applies ? rule->applies->query : "") + '\n';
    }
    for (const auto& entry : std::filesystem::directory_iterator("reports")) {
        readers += entry.path().extension() == ".cpp" ? content_of(entry.path()) : "";
    }
    for (const snapshot::TableSchema& table : snapshot::derived_tables()) {
        CAPTURE(table.name);
        const auto* const part = std::ranges::find(kParts, table.name, &Part::table);
        if (part == kParts.end()) {
            CHECK(has_word(readers, table.name));
        } else {
            // What a rule reads itself needs no such word for it.
            CHECK_FALSE(has_word(readers, table.name));
            CHECK(has_word(content_of(part->made_in), table.name));
        }
    }
}

}  // namespace
}  // namespace kwd::rules
