// SPDX-License-Identifier: Apache-2.0
#include "rules/validate.h"

#include "rules/coverage.h"
#include "rules/message.h"
#include "rules/patterns.h"
#include "snapshot/fleet.h"
#include "snapshot/schema.h"

#include <sqlite3.h>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace kwd::rules {
namespace {

constexpr std::uint64_t kPrepareSteps = 1'000'000;

using Problems = std::vector<std::string>;
using Names = std::set<std::string, std::less<>>;

struct Query {
    std::vector<std::string> columns;
    Names tables;  ///< that it reads
};

int note_table(void* tables, int action, const char* table, const char*, const char*, const char*) {
    if (action == SQLITE_READ && table != nullptr) {
        static_cast<Names*>(tables)->insert(table);
    }
    return SQLITE_OK;
}

bool is_known_table(std::string_view name, Scope scope) {
    const auto always = always_covered_tables(scope);
    return snapshot::find_derived_table(name) != nullptr || std::ranges::find(always, name) != always.end();
}

// Prepares the SQL twice: as it will run, under the guard, and then to hear which tables it reads.
std::optional<Query> look_at(const std::string& key, std::string_view sql, const snapshot::Database& schema,
                             Problems& problems) {
    try {
        Query query;
        {
            const snapshot::ReadOnlyGuard guard(schema, kPrepareSteps);
            const snapshot::Statement statement = schema.prepare(sql);
            for (int column = 0; column < statement.column_count(); ++column) {
                query.columns.push_back(statement.column_name(column));
            }
        }
        sqlite3_set_authorizer(schema.handle(), &note_table, &query.tables);
        std::optional<snapshot::Statement> again;
        try {
            again = schema.prepare(sql);
        } catch (...) {
            sqlite3_set_authorizer(schema.handle(), nullptr, nullptr);
            throw;
        }
        sqlite3_set_authorizer(schema.handle(), nullptr, nullptr);
        for (const char* results : {"findings", "finding_evidence", "evaluations", "node_findings",
                                    "node_finding_evidence", "node_evaluations"}) {
            if (query.tables.contains(std::string_view(results))) {
                problems.push_back(fmt::format("{}: reads {}, which rules only write", key, results));
            }
        }
        for (const std::string& pattern : malformed_patterns(sql, schema)) {
            problems.push_back(fmt::format("{}: the pattern '{}' is malformed (RE2 syntax)", key, pattern));
        }
        return query;
    } catch (const snapshot::DatabaseError& error) {
        problems.push_back(fmt::format("{}: {}", key, error.what()));
        return std::nullopt;
    }
}

void check_needs(const char* key, const std::vector<Need>& needs, Scope scope, Problems& problems) {
    for (const Need& need : needs) {
        for (const Source& source : need.any_of) {
            const snapshot::TableSchema* table = snapshot::find_derived_table(source.table);
            if (!is_known_table(source.table, scope)) {
                problems.push_back(fmt::format("{}: there is no table {}", key, source.table));
            } else if (!source.column.empty() &&
                       (table == nullptr || std::ranges::find(table->columns, source.column,
                                                              &snapshot::ColumnSchema::name) == table->columns.end())) {
                problems.push_back(fmt::format("{}: {} has no column {}", key, source.table, source.column));
            }
        }
    }
}

void check_whole(const Rule& rule, Problems& problems) {
    const auto needs = [&](const std::string& table) {
        return std::ranges::any_of(rule.needs, [&](const Need& need) {
            return std::ranges::find(need.any_of, table, &Source::table) != need.any_of.end();
        });
    };
    for (const std::string& table : rule.whole) {
        if (!needs(table)) {
            problems.push_back(fmt::format("whole: {} does not stand in 'needs'", table));
        }
    }
}

void check_declared(const std::string& key, const Query& query, const Names& declared, Problems& problems) {
    for (const std::string& table : query.tables) {
        if (snapshot::find_derived_table(table) != nullptr && !declared.contains(table)) {
            problems.push_back(fmt::format("{}: reads {}, which stands neither in 'needs' nor in 'uses'", key, table));
        }
    }
}

void check_columns(const Query& query, Scope scope, Problems& problems) {
    Names seen;
    for (const std::string& column : query.columns) {
        if (!seen.insert(column).second) {
            problems.push_back(fmt::format("query: gives column {} twice", column));
        }
    }
    if (!seen.contains("subject")) {
        problems.emplace_back("query: no column is named subject");
    }
    if (scope == Scope::cluster && !seen.contains("nodes")) {
        problems.emplace_back("query: no column is named nodes, which names those that a finding is about");
    }
    if (std::ranges::none_of(query.columns, [](const std::string& each) { return each.starts_with("evidence"); })) {
        problems.emplace_back("query: no column's name begins with evidence");
    }
}

void check_suppresses(const Rule& rule, const Query& query, Problems& problems) {
    for (const Suppression& each : rule.suppresses) {
        if (!each.on.empty() && std::ranges::find(query.columns, each.on) == query.columns.end()) {
            problems.push_back(fmt::format("suppresses: {} is no column of the query", each.on));
        }
    }
}

void check_placeholders(const std::string& key, std::string_view text, const Query& query, Problems& problems) {
    for (const std::string& name : placeholders(text)) {
        if (std::ranges::find(query.columns, name) == query.columns.end()) {
            problems.push_back(
                fmt::format("{}: {{{}}} is no column of the query; {{{{{}}}}} is the text in braces", key, name, name));
        }
    }
}

void check_words(const Rule& rule, const Query& query, Problems& problems) {
    check_placeholders("message", rule.message, query, problems);
    check_placeholders("impact", rule.impact, query, problems);
    check_placeholders("remedy.text", rule.remedy.text, query, problems);
    check_placeholders("remedy.risk", rule.remedy.risk, query, problems);
    check_placeholders("remedy.verify", rule.remedy.verify, query, problems);
    for (const Command& command : rule.remedy.commands) {
        check_placeholders("remedy.commands", command.run, query, problems);
    }
}

}  // namespace

snapshot::Database empty_schema() {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    return database;
}

snapshot::Database empty_fleet_schema() {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_fleet_schema(database);
    return database;
}

std::vector<std::string> validate(const Rule& rule, const Schemas& schemas) {
    const snapshot::Database& schema = schemas.of(rule.scope);
    Problems problems;
    check_needs("needs", rule.needs, rule.scope, problems);
    for (const std::string& table : rule.uses) {
        if (!is_known_table(table, rule.scope)) {
            problems.push_back(fmt::format("uses: there is no table {}", table));
        }
    }
    check_whole(rule, problems);
    const std::vector<std::string> tables = rule.tables();
    const Names declared(tables.begin(), tables.end());
    if (rule.applies) {
        check_needs("applies.needs", rule.applies->needs, rule.scope, problems);
        if (const auto query = look_at("applies.query", rule.applies->query, schema, problems)) {
            check_declared("applies.query", *query, declared, problems);
        }
    }
    if (const auto query = look_at("query", rule.query, schema, problems)) {
        check_declared("query", *query, declared, problems);
        check_columns(*query, rule.scope, problems);
        check_suppresses(rule, *query, problems);
        check_words(rule, *query, problems);
    }
    if (!rule.unknown.empty()) {
        if (const auto query = look_at("unknown", rule.unknown, schema, problems)) {
            check_declared("unknown", *query, declared, problems);
            if (query->columns != std::vector<std::string>{"reason"}) {
                problems.emplace_back("unknown: must give one column, named reason");
            }
        }
    }
    if (!rule.near.empty()) {
        (void)look_at("near", rule.near, schema, problems);
    }
    for (std::string& problem : problems) {
        problem = fmt::format("{}: {}", rule.path, problem);
    }
    return problems;
}

}  // namespace kwd::rules
