// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/evaluation.h"
#include "rules/rule_set.h"
#include "snapshot/database.h"
#include "snapshot/document.h"
#include "snapshot/place.h"

namespace kwd::rules {

/// Evaluates all active rules of node scope over the derived tables and writes `findings`, `finding_evidence` and
/// `evaluations`, in one transaction, in place of what an earlier evaluation wrote. The same tables and documents give
/// the same rows in the same order (severity, area, rule id, row of the query), whatever the order of the rules; only
/// `duration_us` differs. rules/README.md says what the verdicts mean. A rule that fails costs no other rule its
/// verdict.
///
/// findings.columns is a JSON object of the query's columns without `subject` and evidence; findings.remedy is
/// {text, risk, impact, verify, commands: [{run, on}]}, its placeholders filled in. Beyond
/// EngineLimits::findings_per_rule one more finding, without subject and evidence, says how many there are.
/// `open_quotes` tells what stands at the places of evidence.
/// Asked to stop by `limits`, it writes nothing and returns soon: what an earlier evaluation wrote stays.
/// evaluations.findings counts the rows of the query, of a suppressed rule too.
/// findings.cause is the rule that explains the finding, findings.cause_id the finding of it (suppression.h); a rule
/// all of whose findings are explained is `suppressed`.
void evaluate(const RuleSet& rules, snapshot::Database& database, const snapshot::DocumentSource& documents,
              const EngineLimits& limits = {}, const snapshot::OpenQuotes& open_quotes = &snapshot::open_excerpts);

/// The same for rules of cluster scope over a fleet database. A finding's columns hold `nodes`, and where snapshots of
/// several clusters were compared, `cluster`.
void evaluate_fleet(const RuleSet& rules, snapshot::Database& fleet, const snapshot::DocumentSource& documents,
                    const EngineLimits& limits = {},
                    const snapshot::OpenQuotes& open_quotes = &snapshot::open_excerpts);

}  // namespace kwd::rules
