// SPDX-License-Identifier: Apache-2.0
#include "rules/evaluation.h"

#include <sqlite3.h>

#include <fmt/format.h>

#include <algorithm>

namespace kwd::rules {
namespace {

// How many reasons of `unknown` are told.
constexpr std::size_t kReasonsTold = 5;

QueryResult run_named(const char* key, const snapshot::Database& database, std::string_view sql, std::size_t keep,
                      const EngineLimits& limits) {
    try {
        return run_query(database, sql, keep, limits.steps, limits.stop);
    } catch (const snapshot::DatabaseError& error) {
        if ((error.code() & 0xff) == SQLITE_INTERRUPT) {
            throw QueryFailed(fmt::format("'{}' was stopped: it took more than {} steps", key, limits.steps));
        }
        throw QueryFailed(fmt::format("'{}' failed: {}", key, error.what()));
    }
}

std::string told(const QueryResult& unknown) {
    std::string all;
    for (std::size_t i = 0; i < std::min(unknown.rows.size(), kReasonsTold); ++i) {
        all += (i == 0 ? "" : "; ") + snapshot::to_text(unknown.rows[i].at(0));
    }
    return unknown.row_count > kReasonsTold ? fmt::format("{}; and {} more", all, unknown.row_count - kReasonsTold)
                                            : all;
}

Evaluation evaluate_unguarded(const Rule& rule, const snapshot::Database& database, const Coverage& coverage,
                              const EngineLimits& limits) {
    if (rule.applies) {
        if (const auto why = coverage.missing(rule.applies->needs)) {
            return without_rows(Verdict::not_evaluated, *why);
        }
        if (!has_a_say(*rule.applies, database, limits)) {
            const auto part = coverage.partial(rule.applies->needs);
            return without_rows(Verdict::not_applicable, part ? fmt::format("{} ({})", rule.applies->otherwise, *part)
                                                              : rule.applies->otherwise);
        }
    }
    if (const auto why = coverage.missing(rule.needs)) {
        return without_rows(Verdict::not_evaluated, *why);
    }
    if (const auto why = coverage.partial(rule.whole)) {
        return without_rows(Verdict::not_evaluated, *why);
    }
    return ask(rule, database, limits, coverage.partial(rule.needs).value_or(""));
}

}  // namespace

QueryResult run_query(const snapshot::Database& database, std::string_view sql, std::size_t keep, std::uint64_t steps,
                      const std::stop_token& stop) {
    const snapshot::ReadOnlyGuard guard(database, steps, stop);
    snapshot::Statement select = database.prepare(sql);
    QueryResult result;
    const int columns = select.column_count();
    for (int column = 0; column < columns; ++column) {
        result.columns.push_back(select.column_name(column));
    }
    while (select.step()) {
        if (++result.row_count > keep) {
            continue;
        }
        auto& row = result.rows.emplace_back();
        for (int column = 0; column < columns; ++column) {
            row.push_back(select.value(column));
        }
    }
    return result;
}

Evaluation without_rows(Verdict verdict, std::string reason) {
    return Evaluation{verdict, std::move(reason), {}};
}

bool has_a_say(const Applies& applies, const snapshot::Database& database, const EngineLimits& limits) {
    return !run_named("applies.query", database, applies.query, 1, limits).rows.empty();
}

Evaluation ask(const Rule& rule, const snapshot::Database& database, const EngineLimits& limits, std::string doubts) {
    Evaluation evaluation;
    evaluation.result = run_named("query", database, rule.query, limits.findings_per_rule, limits);
    if (evaluation.result.row_count > 0) {
        evaluation.verdict = Verdict::finding;
        return evaluation;
    }
    if (!rule.unknown.empty()) {
        const QueryResult unknown = run_named("unknown", database, rule.unknown, kReasonsTold, limits);
        if (unknown.row_count > 0) {
            doubts += (doubts.empty() ? "" : "; ") + told(unknown);
        }
    }
    evaluation.verdict = doubts.empty() ? Verdict::clear : Verdict::not_evaluated;
    evaluation.reason = std::move(doubts);
    return evaluation;
}

Evaluation evaluate_rule(const Rule& rule, const snapshot::Database& database, const Coverage& coverage,
                         const EngineLimits& limits) {
    try {
        return evaluate_unguarded(rule, database, coverage, limits);
    } catch (const QueryFailed& failed) {
        return without_rows(Verdict::error, failed.what());
    }
}

}  // namespace kwd::rules
