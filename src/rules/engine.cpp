// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.h"

#include "rules/comparison.h"
#include "rules/evidence.h"
#include "rules/message.h"
#include "rules/patterns.h"
#include "rules/suppression.h"
#include "snapshot/lines/matched_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
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

// Which findings explain others, under the ids that they get: those of a rule follow each other.
class Causes {
  public:
    // `all` in the order in which they are written.
    explicit Causes(const std::vector<Evaluated>& all) {
        std::vector<Found> found;
        std::int64_t next = 1;
        for (const Evaluated& each : all) {
            if (each.evaluation.verdict == Verdict::finding) {
                found.push_back({each.rule, &each.evaluation.result});
                first_ids_[each.rule->id] = next;
                next += static_cast<std::int64_t>(findings_of(each.evaluation.result));
            }
        }
        causes_ = explained_findings(found);
    }

    // With the one that counts those which are not kept.
    [[nodiscard]] static std::size_t findings_of(const QueryResult& result) {
        return result.rows.size() + (result.row_count > result.rows.size() ? 1 : 0);
    }
    [[nodiscard]] const FindingOf* of(const FindingOf& finding) const {
        const auto found = causes_.find(finding);
        return found != causes_.end() ? &found->second : nullptr;
    }
    [[nodiscard]] std::int64_t id_of(const FindingOf& finding) const {
        return first_ids_.at(finding.rule) + static_cast<std::int64_t>(finding.row);
    }

    // The rules that explain all findings of a rule, in the order of those; empty where one is not explained.
    [[nodiscard]] std::vector<std::string> explaining(const Evaluated& evaluated) const {
        std::vector<std::string> rules;
        for (std::size_t row = 0; row < findings_of(evaluated.evaluation.result); ++row) {
            const FindingOf* cause = of({evaluated.rule->id, row});
            if (cause == nullptr) {
                return {};
            }
            if (std::ranges::find(rules, cause->rule) == rules.end()) {
                rules.push_back(cause->rule);
            }
        }
        return rules;
    }

  private:
    std::map<std::string, std::int64_t> first_ids_;
    std::map<FindingOf, FindingOf> causes_;
};

class ResultWriter {
  public:
    ResultWriter(const Causes& causes, snapshot::Database& database, const snapshot::DocumentSource& documents,
                 const EngineLimits& limits, const snapshot::OpenQuotes& open_quotes)
        : causes_(causes),
          quotes_(documents, limits, open_quotes),
          finding_(database.prepare(
              "INSERT INTO findings (id, rule_id, area, severity, confidence, subject, title, message, "
              "columns, remedy, cause, cause_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
          evidence_(
              database.prepare("INSERT INTO finding_evidence (finding_id, position, document_id, document, place, "
                               "text) VALUES (?, ?, ?, ?, ?, ?)")),
          evaluation_(database.prepare("INSERT INTO evaluations (rule_id, area, title, severity, verdict, reason, "
                                       "findings, duration_us) VALUES (?, ?, ?, ?, ?, nullif(?, ''), ?, ?)")) {}

    void write(const Evaluated& evaluated) {
        const Evaluation& evaluation = evaluated.evaluation;
        const std::vector<std::string> causes = causes_.explaining(evaluated);
        std::string reason = evaluation.reason;
        if (!causes.empty()) {
            const std::string why =
                fmt::format("{} {} that explain{} this one", fmt::join(causes, " and "),
                            causes.size() == 1 ? "has a finding" : "have findings", causes.size() == 1 ? "s" : "");
            reason = reason.empty() ? why : fmt::format("{}; {}", why, reason);
        }
        write_evaluation(evaluated, causes.empty() ? evaluation.verdict : Verdict::suppressed, reason,
                         evaluation.result.row_count);
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
        for (std::size_t i = 0; i < result.rows.size(); ++i) {
            const auto& row = result.rows[i];
            write_finding(rule, i, subject_of(result.columns, row), fill(rule.message, result.columns, row),
                          columns_json(result.columns, row), remedy_json(rule, result.columns, row));
            write_evidence(causes_.id_of({rule.id, i}),
                           quotes_.of(result.columns, row, values_of(told, result.columns, row)));
        }
        if (result.row_count > result.rows.size()) {
            write_finding(rule, result.rows.size(), nullptr,
                          fmt::format("{}: {} more findings of this rule are not listed.", rule.title,
                                      result.row_count - result.rows.size()),
                          Json::object(), remedy_json(rule, {}, {}));
        }
    }

    void write_finding(const Rule& rule, std::size_t row, const snapshot::Value& subject, const std::string& message,
                       const Json& columns, const Json& remedy) {
        const FindingOf* cause = causes_.of({rule.id, row});
        finding_.bind(1, causes_.id_of({rule.id, row}));
        finding_.bind(2, std::string_view(rule.id));
        finding_.bind(3, std::string_view(rule.area));
        finding_.bind(4, std::string_view(name_of(rule.effective_severity())));
        finding_.bind(5, std::string_view(name_of(rule.confidence)));
        finding_.bind_value(6, subject);
        finding_.bind(7, std::string_view(rule.title));
        finding_.bind(8, std::string_view(message));
        finding_.bind(9, std::string_view(dumped(columns)));
        finding_.bind(10, std::string_view(dumped(remedy)));
        finding_.bind_value(11, cause != nullptr ? snapshot::Value(cause->rule) : snapshot::Value(nullptr));
        finding_.bind_value(12, cause != nullptr ? snapshot::Value(causes_.id_of(*cause)) : snapshot::Value(nullptr));
        finding_.run();
    }

    void write_evidence(std::int64_t finding, const std::vector<Evidence>& evidence) {
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

    const Causes& causes_;
    EvidenceQuotes quotes_;
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
    std::ranges::sort(all, [](const Evaluated& a, const Evaluated& b) {
        const auto key = [](const Rule& rule) {
            return std::tuple(rule.effective_severity(), std::string_view(rule.area), std::string_view(rule.id));
        };
        return key(*a.rule) < key(*b.rule);
    });

    snapshot::Transaction transaction(database);
    database.execute("DELETE FROM findings; DELETE FROM finding_evidence; DELETE FROM evaluations");
    {
        const Causes causes(all);
        ResultWriter writer(causes, database, documents, limits, open_quotes);
        for (const Evaluated& each : all) {
            writer.write(each);
        }
    }
    transaction.commit();
}

}  // namespace

void evaluate(const RuleSet& rules, snapshot::Database& database, const snapshot::DocumentSource& documents,
              const EngineLimits& limits, const snapshot::OpenQuotes& open_quotes) {
    std::vector<Evaluated> all;
    {
        const Coverage coverage(database);
        const auto active = rules.active(Scope::node);
        const snapshot::MatchedLines lines(database, line_patterns(active), limits.stop);
        const auto one = [&](const Rule& rule) { return evaluate_rule(rule, database, coverage, limits); };
        all = evaluate_each(active, limits, one);
    }
    write_results(std::move(all), database, documents, limits, open_quotes);
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

}  // namespace kwd::rules
