// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.h"

#include "rules/comparison.h"
#include "rules/evidence.h"
#include "rules/message.h"
#include "rules/suppression.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <tuple>

namespace kwd::rules {
namespace {

using Json = nlohmann::ordered_json;

struct Evaluated {
    const Rule* rule;
    Evaluation evaluation;
    std::int64_t duration_us;
};

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json to_json(const snapshot::Value& value) {
    return std::visit([](const auto& held) { return Json(held); }, value);
}

bool is_extra(std::string_view column) {
    return column != "subject" && !column.starts_with("evidence");
}

Json columns_json(const std::vector<std::string>& columns, const std::vector<snapshot::Value>& row) {
    Json json = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (is_extra(columns[i])) {
            json[columns[i]] = to_json(row[i]);
        }
    }
    return json;
}

// Without a row, for the finding that stands for many, placeholders are gaps like those in commands: <name>.
Json remedy_json(const Rule& rule, const std::vector<std::string>& columns, const std::vector<snapshot::Value>& row) {
    const auto filled = [&](const std::string& text) {
        return row.empty() ? fill_command(text, columns, row) : fill(text, columns, row);
    };
    Json commands = Json::array();
    for (const Command& command : rule.remedy.commands) {
        commands.push_back({{"run", fill_command(command.run, columns, row)}, {"on", command.on}});
    }
    return {{"text", filled(rule.remedy.text)},
            {"risk", filled(rule.remedy.risk)},
            {"impact", filled(rule.impact)},
            {"verify", filled(rule.remedy.verify)},
            {"commands", commands}};
}

snapshot::Value subject_of(const std::vector<std::string>& columns, const std::vector<snapshot::Value>& row) {
    const auto found = std::ranges::find(columns, "subject");
    if (found == columns.end()) {
        return nullptr;
    }
    const snapshot::Value& subject = row[static_cast<std::size_t>(found - columns.begin())];
    return std::holds_alternative<std::nullptr_t>(subject) ? snapshot::Value(nullptr)
                                                           : snapshot::Value(snapshot::to_text(subject));
}

// What the message tells of the row: evidence is shown where it holds these.
std::vector<std::string> values_of(const std::vector<std::string>& told, const std::vector<std::string>& columns,
                                   const std::vector<snapshot::Value>& row) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (std::ranges::find(told, columns[i]) != told.end()) {
            values.push_back(snapshot::to_text(row[i]));
        }
    }
    return values;
}

class ResultWriter {
  public:
    ResultWriter(snapshot::Database& database, const snapshot::DocumentSource& documents, const EngineLimits& limits,
                 const snapshot::OpenQuotes& open_quotes)
        : database_(database),
          quotes_(documents, limits, open_quotes),
          finding_(
              database.prepare("INSERT INTO findings (rule_id, area, severity, confidence, subject, title, message, "
                               "columns, remedy, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
          evidence_(
              database.prepare("INSERT INTO finding_evidence (finding_id, position, document_id, document, place, "
                               "text) VALUES (?, ?, ?, ?, ?, ?)")),
          evaluation_(database.prepare("INSERT INTO evaluations (rule_id, area, title, severity, verdict, reason, "
                                       "findings, duration_us) VALUES (?, ?, ?, ?, ?, nullif(?, ''), ?, ?)")) {}

    // `cause`: the rule that explains this one; null where none does.
    void write(const Evaluated& evaluated, const std::string* cause) {
        const Evaluation& evaluation = evaluated.evaluation;
        const bool suppressed = cause != nullptr;
        write_evaluation(
            evaluated, suppressed ? Verdict::suppressed : evaluation.verdict,
            suppressed ? fmt::format("{} has a finding that explains this one", *cause) : evaluation.reason,
            evaluation.result.row_count);
        cause_ = suppressed ? snapshot::Value(*cause) : snapshot::Value(nullptr);
        write_findings(*evaluated.rule, evaluation.result);
    }

  private:
    void write_evaluation(const Evaluated& evaluated, Verdict verdict, std::string_view reason, std::size_t findings) {
        const Rule& rule = *evaluated.rule;
        evaluation_.bind(1, std::string_view(rule.id));
        evaluation_.bind(2, std::string_view(rule.area));
        evaluation_.bind(3, std::string_view(rule.title));
        evaluation_.bind(4, std::string_view(name_of(rule.effective_severity())));
        evaluation_.bind(5, std::string_view(name_of(verdict)));
        evaluation_.bind(6, reason);
        evaluation_.bind(7, static_cast<std::int64_t>(findings));
        evaluation_.bind(8, evaluated.duration_us);
        evaluation_.run();
    }

    void write_findings(const Rule& rule, const QueryResult& result) {
        const std::vector<std::string> told = placeholders(rule.message);
        for (const auto& row : result.rows) {
            write_finding(rule, subject_of(result.columns, row), fill(rule.message, result.columns, row),
                          columns_json(result.columns, row), remedy_json(rule, result.columns, row));
            write_evidence(quotes_.of(result.columns, row, values_of(told, result.columns, row)));
        }
        if (result.row_count > result.rows.size()) {
            write_finding(rule, nullptr,
                          fmt::format("{}: {} more findings of this rule are not listed.", rule.title,
                                      result.row_count - result.rows.size()),
                          Json::object(), remedy_json(rule, {}, {}));
        }
    }

    void write_finding(const Rule& rule, const snapshot::Value& subject, const std::string& message,
                       const Json& columns, const Json& remedy) {
        finding_.bind(1, std::string_view(rule.id));
        finding_.bind(2, std::string_view(rule.area));
        finding_.bind(3, std::string_view(name_of(rule.effective_severity())));
        finding_.bind(4, std::string_view(name_of(rule.confidence)));
        finding_.bind_value(5, subject);
        finding_.bind(6, std::string_view(rule.title));
        finding_.bind(7, std::string_view(message));
        finding_.bind(8, std::string_view(dumped(columns)));
        finding_.bind(9, std::string_view(dumped(remedy)));
        finding_.bind_value(10, cause_);
        finding_.run();
    }

    void write_evidence(const std::vector<Evidence>& evidence) {
        const std::int64_t finding = database_.last_insert_id();
        std::int64_t position = 0;
        for (const Evidence& each : evidence) {
            evidence_.bind(1, finding);
            evidence_.bind(2, position++);
            evidence_.bind(3, each.document_id);
            evidence_.bind(4, each.document);
            evidence_.bind(5, each.place);
            evidence_.bind(6, each.text);
            evidence_.run();
        }
    }

    snapshot::Database& database_;
    EvidenceQuotes quotes_;
    snapshot::Value cause_;  ///< of the rule that is written
    snapshot::Statement finding_;
    snapshot::Statement evidence_;
    snapshot::Statement evaluation_;
};

template <class Evaluate>
std::vector<Evaluated> evaluate_each(const std::vector<const Rule*>& rules, const EngineLimits& limits,
                                     Evaluate evaluate_one) {
    std::vector<Evaluated> all;
    for (const Rule* rule : rules) {
        if (limits.stop.stop_requested()) {
            break;
        }
        const auto start = std::chrono::steady_clock::now();
        Evaluation evaluation = evaluate_one(*rule);
        const auto took = std::chrono::steady_clock::now() - start;
        all.push_back(
            {rule, std::move(evaluation), std::chrono::duration_cast<std::chrono::microseconds>(took).count()});
    }
    return all;
}

void write_results(std::vector<Evaluated> all, snapshot::Database& database, const snapshot::DocumentSource& documents,
                   const EngineLimits& limits, const snapshot::OpenQuotes& open_quotes) {
    if (limits.stop.stop_requested()) {
        return;
    }
    std::vector<const Rule*> firing;
    for (const Evaluated& each : all) {
        if (each.evaluation.verdict == Verdict::finding) {
            firing.push_back(each.rule);
        }
    }
    const auto suppressed = suppressed_by(firing);
    std::ranges::sort(all, [](const Evaluated& a, const Evaluated& b) {
        const auto key = [](const Rule& rule) {
            return std::tuple(rule.effective_severity(), std::string_view(rule.area), std::string_view(rule.id));
        };
        return key(*a.rule) < key(*b.rule);
    });

    snapshot::Transaction transaction(database);
    database.execute("DELETE FROM findings; DELETE FROM finding_evidence; DELETE FROM evaluations");
    {
        ResultWriter writer(database, documents, limits, open_quotes);
        for (const Evaluated& each : all) {
            const auto by = suppressed.find(each.rule->id);
            writer.write(each, by != suppressed.end() ? &by->second : nullptr);
        }
    }
    transaction.commit();
}

}  // namespace

void evaluate(const RuleSet& rules, snapshot::Database& database, const snapshot::DocumentSource& documents,
              const EngineLimits& limits, const snapshot::OpenQuotes& open_quotes) {
    const Coverage coverage(database);
    const auto one = [&](const Rule& rule) { return evaluate_rule(rule, database, coverage, limits); };
    write_results(evaluate_each(rules.active(Scope::node), limits, one), database, documents, limits, open_quotes);
}

void evaluate_fleet(const RuleSet& rules, snapshot::Database& fleet, const snapshot::DocumentSource& documents,
                    const EngineLimits& limits, const snapshot::OpenQuotes& open_quotes) {
    std::vector<Evaluated> all;
    {
        Comparison comparison(fleet);
        const auto one = [&](const Rule& rule) { return comparison.evaluate(rule, limits); };
        all = evaluate_each(rules.active(Scope::cluster), limits, one);
    }
    write_results(std::move(all), fleet, documents, limits, open_quotes);
}

std::vector<std::string> tables_of(const Rule& rule) {
    std::vector<std::string> tables = rule.uses;
    const auto add = [&](const std::vector<Need>& needs) {
        for (const Need& need : needs) {
            for (const Source& source : need.any_of) {
                tables.push_back(source.table);
            }
        }
    };
    add(rule.needs);
    if (rule.applies) {
        add(rule.applies->needs);
    }
    return tables;
}

}  // namespace kwd::rules
