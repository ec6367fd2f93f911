// SPDX-License-Identifier: Apache-2.0
#include "rules/explain.h"

#include "base/printable.h"
#include "rules/message.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::rules {
namespace {

constexpr std::size_t kRowsShown = 20;
constexpr std::size_t kNearRows = 5;
constexpr std::size_t kValueBytes = 200;

std::vector<std::string> documents_of(std::string_view table, const snapshot::Database& database) {
    std::vector<std::string> documents;
    snapshot::Statement select = database.prepare(
        fmt::format("SELECT d.name, count(*) FROM \"{}\" AS t JOIN documents AS d ON d.id = t.document_id "
                    "GROUP BY d.id ORDER BY d.id LIMIT {}",
                    table, kRowsShown));
    while (select.step()) {
        documents.push_back(fmt::format("{} ({})", select.text(0), select.integer(1)));
    }
    return documents;
}

ExplainedTable explained(const std::string& table, std::string need, const snapshot::Database& database,
                         const Coverage& coverage) {
    ExplainedTable result{table, std::move(need), coverage.state(table), 0, {}};
    try {
        result.rows = database.integer(fmt::format("SELECT count(*) FROM \"{}\"", table)).value_or(0);
        result.documents = documents_of(table, database);
    } catch (const snapshot::DatabaseError&) {
        // A stored table has no document_id, and its rows no document.
    }
    return result;
}

std::vector<ExplainedTable> tables_of(const Rule& rule, const snapshot::Database& database, const Coverage& coverage) {
    std::vector<ExplainedTable> tables;
    const auto add = [&](const std::string& table, const std::string& need) {
        if (std::ranges::find(tables, table, &ExplainedTable::table) == tables.end()) {
            tables.push_back(explained(table, need, database, coverage));
        }
    };
    const auto add_needs = [&](const std::vector<Need>& needs) {
        for (const Need& need : needs) {
            for (const Source& source : need.any_of) {
                add(source.table, need.text());
            }
        }
    };
    if (rule.applies) {
        add_needs(rule.applies->needs);
    }
    add_needs(rule.needs);
    for (const std::string& table : rule.uses) {
        add(table, "");
    }
    return tables;
}

void add_near(const Rule& rule, const snapshot::Database& database, const EngineLimits& limits, Explanation& out) {
    try {
        if (!rule.near.empty()) {
            out.near.emplace_back("near", run_query(database, rule.near, kRowsShown, limits.steps));
            return;
        }
        for (const ExplainedTable& each : out.tables) {
            if (each.rows > 0) {
                out.near.emplace_back(each.table, run_query(database, fmt::format("SELECT * FROM \"{}\"", each.table),
                                                            kNearRows, limits.steps));
            }
        }
    } catch (const snapshot::DatabaseError& error) {
        out.near_error = error.what();
    }
}

void append_rows(std::string& text, const QueryResult& result) {
    for (const auto& row : result.rows) {
        text += "  -";
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (!std::holds_alternative<std::nullptr_t>(row[i])) {
                const std::string value = snapshot::to_text(row[i]);
                text += fmt::format(" {}={}{}", result.columns[i], printable(value.substr(0, kValueBytes)),
                                    value.size() > kValueBytes ? "…" : "");
            }
        }
        text += "\n";
    }
    if (result.row_count > result.rows.size()) {
        text += fmt::format("  … and {} more\n", result.row_count - result.rows.size());
    }
}

void append_table(std::string& text, const ExplainedTable& table) {
    text += fmt::format("  {}: {}, {} rows", table.table, printable(table.state), table.rows);
    if (table.need.empty()) {
        text += ", used when it is there";
    } else if (table.need != table.table) {
        text += fmt::format(", for {}", table.need);
    }
    for (std::size_t i = 0; i < table.documents.size(); ++i) {
        text += fmt::format("{}{}", i == 0 ? "; from " : ", ", printable(table.documents[i]));
    }
    text += "\n";
}

}  // namespace

Explanation explain(const Rule& rule, const snapshot::Database& database, const EngineLimits& limits) {
    const Coverage coverage(database);
    Explanation out;
    out.rule_id = rule.id;
    out.title = rule.title;
    out.tables = tables_of(rule, database, coverage);
    Evaluation evaluation = evaluate_rule(rule, database, coverage, limits);
    out.verdict = evaluation.verdict;
    out.reason = std::move(evaluation.reason);
    out.findings = std::move(evaluation.result);
    for (const auto& row : out.findings.rows) {
        out.messages.push_back(fill(rule.message, out.findings.columns, row));
    }
    const snapshot::Value id = rule.id;
    if (const auto why = database.text("SELECT reason FROM evaluations WHERE rule_id = ? AND verdict = 'suppressed'",
                                       std::span(&id, 1))) {
        out.verdict = Verdict::suppressed;
        out.reason = *why;
    }
    try {
        if (!rule.unknown.empty()) {
            out.unknown = run_query(database, rule.unknown, kRowsShown, limits.steps);
        }
    } catch (const snapshot::DatabaseError& error) {
        out.near_error = error.what();
    }
    add_near(rule, database, limits, out);
    return out;
}

std::string to_text(const Explanation& explanation) {
    std::string text = fmt::format("{}: {}\nverdict: {}{}{}\n\ntables\n", explanation.rule_id,
                                   printable(explanation.title), name_of(explanation.verdict),
                                   explanation.reason.empty() ? "" : ", ", printable(explanation.reason));
    for (const ExplainedTable& table : explanation.tables) {
        append_table(text, table);
    }
    if (explanation.findings.row_count > 0) {
        text += fmt::format("\nfindings ({})\n", explanation.findings.row_count);
        for (const std::string& message : explanation.messages) {
            text += fmt::format("  {}\n", printable(message));
        }
        text += "\ntheir rows\n";
        append_rows(text, explanation.findings);
    }
    if (explanation.unknown.row_count > 0) {
        text += fmt::format("\nwhat is not known ({})\n", explanation.unknown.row_count);
        append_rows(text, explanation.unknown);
    }
    for (const auto& [name, result] : explanation.near) {
        text += name == "near" ? "\nwhat came near\n" : fmt::format("\nfirst rows of {}\n", name);
        append_rows(text, result);
        if (result.row_count == 0) {
            text += "  nothing\n";
        }
    }
    if (!explanation.near_error.empty()) {
        text += fmt::format("\ncould not be looked at: {}\n", printable(explanation.near_error));
    }
    return text;
}

}  // namespace kwd::rules
