// SPDX-License-Identifier: Apache-2.0
#include "rules/validate.h"

#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

using test::sample_rule;
using Problems = std::vector<std::string>;

Problems problems(std::string_view piece, std::string_view replacement) {
    static const Schemas schemas;
    return validate(sample_rule(piece, replacement), schemas);
}

TEST_CASE("a rule that fits the tables is valid", "[rules][validate]") {
    CHECK(problems("", "") == Problems{});
    CHECK(problems("ORDER BY name", "AND EXISTS (SELECT 1 FROM collections WHERE outcome = 'ok')") == Problems{});
}

TEST_CASE("a misspelt column or table is found before the rule ever runs", "[rules][validate]") {
    CHECK(problems("mtu_bytes < 1280", "mtu_byts < 1280") ==
          Problems{"rules/mtu/mtu-small.yaml: query: prepare SQL: no such column: mtu_byts"});
    CHECK(problems("needs: [interfaces]", "needs: [interfaces, routs, interfaces.mtu]") ==
          Problems{"rules/mtu/mtu-small.yaml: needs: there is no table routs",
                   "rules/mtu/mtu-small.yaml: needs: interfaces has no column mtu"});
    CHECK(problems("needs: [interfaces]", "needs: [interfaces]\nwhole: [routes]") ==
          Problems{"rules/mtu/mtu-small.yaml: whole: routes does not stand in 'needs'"});
    CHECK(problems("needs: [interfaces]", "needs: [interfaces]\nuses: [routs]") ==
          Problems{"rules/mtu/mtu-small.yaml: uses: there is no table routs"});
    CHECK(problems("message:", "near: SELECT * FROM routs\nmessage:") ==
          Problems{"rules/mtu/mtu-small.yaml: near: prepare SQL: no such table: routs"});
}

TEST_CASE("a table that is read must be needed or used, so that its absence is not taken for health",
          "[rules][validate]") {
    CHECK(problems("needs: [interfaces]", "needs: [routes]") ==
          Problems{"rules/mtu/mtu-small.yaml: query: reads interfaces, which stands neither in 'needs' nor in 'uses'"});
    CHECK(problems("needs: [interfaces]", "needs: [routes]\nuses: [interfaces]") == Problems{});
    CHECK(problems("needs: [interfaces]", "needs: [routes|interfaces]") == Problems{});
    CHECK(problems("message:", "unknown: SELECT 'x' AS reason FROM routes\nmessage:") ==
          Problems{"rules/mtu/mtu-small.yaml: unknown: reads routes, which stands neither in 'needs' nor in 'uses'"});
    CHECK(problems("message:", "near: SELECT * FROM routes\nmessage:") == Problems{});
}

TEST_CASE("SQL that does more than read is refused", "[rules][validate]") {
    CHECK(problems("message:", "near: DELETE FROM interfaces\nmessage:").size() == 1);
    CHECK(problems("message:", "near: PRAGMA user_version\nmessage:").size() == 1);
    CHECK(problems("message:", "near: ATTACH 'x' AS y\nmessage:").size() == 1);
    CHECK(problems("message:", "near: SELECT 1; SELECT 2\nmessage:").size() == 1);
    CHECK(problems("message:", "near: SELECT * FROM findings\nmessage:") ==
          Problems{"rules/mtu/mtu-small.yaml: near: reads findings, which rules only write"});
}

TEST_CASE("a malformed pattern, which would match nothing for ever, is found", "[rules][validate]") {
    const auto patterns = [](std::string_view condition) {
        return problems("message:",
                        "near: |\n  SELECT 1 FROM interfaces WHERE " + std::string(condition) + "\nmessage:");
    };

    CHECK(patterns("name REGEXP 'eth[0-9'") ==
          Problems{"rules/mtu/mtu-small.yaml: near: the pattern 'eth[0-9' is malformed (RE2 syntax)"});
    CHECK(patterns("name regexp\n    'it''s (' OR regexp( '(?<=x)', name)").size() == 2);
    CHECK(patterns("regexp_capture(name, '(x', 1) = 'y'").size() == 1);
    CHECK(
        patterns("name REGEXP '^it''s eth[0-9]+$' OR regexp('a|b', name) OR regexp_capture(name, '(\\d)', 1) = '('") ==
        Problems{});
    CHECK(patterns("name REGEXP description") == Problems{});
    CHECK(patterns("name REGEXP '(?i)^(?:' || description || ')'") == Problems{});
}

TEST_CASE("the query names its culprit and its evidence, and gives what the words ask for", "[rules][validate]") {
    CHECK(problems("name AS subject", "name AS what").size() == 4);  // and three times asked for
    CHECK(problems("at AS evidence", "at AS proof") ==
          Problems{"rules/mtu/mtu-small.yaml: query: no column's name begins with evidence"});
    CHECK(problems("at AS evidence", "at AS evidence_interface") == Problems{});
    CHECK(problems("mtu_bytes AS mtu,", "mtu_bytes AS mtu, name AS mtu,") ==
          Problems{"rules/mtu/mtu-small.yaml: query: gives column mtu twice"});
    CHECK(
        problems("MTU of {mtu} bytes", "MTU of {mtu_bytes} bytes") ==
        Problems{"rules/mtu/mtu-small.yaml: message: {mtu_bytes} is no column of the query; {{mtu_bytes}} is the text "
                 "in braces"});
    CHECK(problems("\"{subject}\" mtu=", "\"{name}\" mtu=").size() == 1);
    CHECK(problems("false_positives", "suppresses: [{rule: a, on: server}]\nfalse_positives") ==
          Problems{"rules/mtu/mtu-small.yaml: suppresses: server is no column of the query"});
    CHECK(problems("false_positives", "suppresses: [{rule: a, on: mtu}]\nfalse_positives") == Problems{});
    CHECK(problems("message:", "unknown: SELECT name FROM interfaces\nmessage:") ==
          Problems{"rules/mtu/mtu-small.yaml: unknown: must give one column, named reason"});
}

}  // namespace
}  // namespace kwd::rules
