// SPDX-License-Identifier: Apache-2.0
#include "rules/explain.h"

#include "rules/listing.h"
#include "sample_rule.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::rules {
namespace {

using test::covered;
using test::sample_rule;

snapshot::Database with_links() {
    auto database = covered({"interfaces"});
    database.execute(
        "INSERT INTO documents (id, collector, kind, name, size_bytes, sha256) VALUES (4, 'links', 'other', "
        "'links.json', 0, '');"
        "INSERT INTO interfaces (document_id, place, name, mtu_bytes) VALUES (4, '/0', 'eth0', 1300), (4, '/1', 'lo', "
        "65536)");
    return database;
}

TEST_CASE("explain shows the tables a rule had, who gave them, and what came near", "[rules][explain]") {
    const Rule rule =
        sample_rule("message:", "near: SELECT name, mtu_bytes FROM interfaces WHERE mtu_bytes < 1400\nmessage:");

    CHECK(to_text(explain(rule, with_links())) == R"(mtu-small: An interface has a small MTU
verdict: clear

tables
  interfaces: whole, 2 rows; from links.json (2)

what came near
  - name=eth0 mtu_bytes=1300
)");
}

TEST_CASE("without `near`, explain shows the first rows of what the rule needs", "[rules][explain]") {
    const std::string text = to_text(explain(sample_rule(), with_links()));

    CHECK(text.find("first rows of interfaces\n  - document_id=4 place=/0 name=eth0 mtu_bytes=1300") !=
          std::string::npos);
}

TEST_CASE("explain says which input was missing, for which need", "[rules][explain]") {
    const Rule rule = sample_rule("needs: [interfaces]", "needs: [interfaces|routes, sockets]\nuses: [neighbors]");

    CHECK(to_text(explain(rule, with_links())).starts_with(R"(mtu-small: An interface has a small MTU
verdict: not_evaluated, sockets is missing: no document gave it

tables
  interfaces: whole, 2 rows, for interfaces|routes; from links.json (2)
  routes: missing: no document gave it, 0 rows, for interfaces|routes
  sockets: missing: no document gave it, 0 rows
  neighbors: missing: no document gave it, 0 rows, used when it is there
)"));
}

TEST_CASE("explain shows findings with their rows, and what is not known", "[rules][explain]") {
    auto database = with_links();
    database.execute(
        "INSERT INTO interfaces (name, mtu_bytes) VALUES ('bad' || char(27) || '[2J', 100), ('dim', NULL)");
    const Rule rule = sample_rule(
        "message:",
        "unknown: SELECT name || ' has no MTU' AS reason FROM interfaces WHERE mtu_bytes IS NULL\nmessage:");

    const std::string text = to_text(explain(rule, database));

    CHECK(text.find("verdict: finding\n") != std::string::npos);
    CHECK(text.find("findings (1)\n  Interface bad\\x1b[2J has an MTU of 100 bytes.\n") != std::string::npos);
    CHECK(text.find("their rows\n  - subject=bad\\x1b[2J mtu=100\n") != std::string::npos);
    CHECK(text.find("what is not known (1)\n  - reason=dim has no MTU\n") != std::string::npos);
}

TEST_CASE("explain knows of a suppression when the rules were evaluated", "[rules][explain]") {
    auto database = with_links();
    database.execute(
        "INSERT INTO evaluations (rule_id, area, title, severity, verdict, reason) VALUES ('mtu-small', 'mtu', '', "
        "'warning', 'suppressed', 'link-down has a finding that explains this one')");

    CHECK(explain(sample_rule(), database).verdict == Verdict::suppressed);
    CHECK(explain(sample_rule(), database).reason == "link-down has a finding that explains this one");
}

TEST_CASE("a list of rules is by area, and a shown rule says all that its file says", "[rules][listing]") {
    RuleSet set;
    set.add(sample_rule());
    CHECK(list_text(set) ==
          "mtu (1)\n  mtu-small  warning   likely    node     experimental  An interface has a small MTU\n\n1 rules, 0 "
          "of "
          "them compare nodes of a cluster\n");

    const std::string text = show_text(sample_rule());
    CHECK(text.starts_with(
        "mtu-small: An interface has a small MTU\nwarning, likely, experimental; scope node; area mtu; "));
    for (const char* part : {"\nremedy\n  Raise the MTU of {subject}.\n", "\nneeds\n  interfaces\n",
                             "\nreferences\n  RFC 8200 section 5\n", "  1280 is clear (clear)\n",
                             "(node) netsh interface ipv4 set subinterface"}) {
        CAPTURE(part);
        CHECK(text.find(part) != std::string::npos);
    }
}

}  // namespace
}  // namespace kwd::rules
