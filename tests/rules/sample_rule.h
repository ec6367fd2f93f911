// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule.h"
#include "snapshot/database.h"
#include "tests/support/temporary_folder.h"

#include <string>
#include <string_view>
#include <vector>

// A small whole rule that tests change in one place.
namespace kwd::rules::test {

inline constexpr std::string_view kSamplePath = "rules/mtu/mtu-small.yaml";
inline constexpr std::string_view kSample = R"(id: mtu-small
title: An interface has a small MTU
area: mtu
status: experimental
severity: warning
confidence: likely
needs: [interfaces]
query: |
  SELECT name AS subject, mtu_bytes AS mtu, at AS evidence FROM interfaces WHERE mtu_bytes < 1280 ORDER BY name
message: "Interface {subject} has an MTU of {mtu} bytes."
impact: Large packets are dropped.
remedy:
  text: Raise the MTU of {subject}.
  risk: none
  commands:
    - {run: 'netsh interface ipv4 set subinterface "{subject}" mtu=1500', on: node}
  verify: Get-NetIPInterface shows 1500.
false_positives: none known
references: [RFC 8200 section 5]
tests:
  - name: 1000 is reported
    given: {interfaces: [{name: eth0, mtu_bytes: 1000}]}
    expect: [{subject: eth0, mtu: 1000}]
  - name: 1280 is clear
    given: {interfaces: [{name: eth0, mtu_bytes: 1280}]}
    expect: clear
  - name: without interfaces it is not evaluated
    missing: [interfaces]
    expect: not_evaluated
)";

/// The sample with one piece of its text replaced; fails the test when the piece is not in it.
[[nodiscard]] std::string sample_with(std::string_view piece, std::string_view replacement);
/// The same, parsed; fails the test when it cannot be.
[[nodiscard]] Rule sample_rule(std::string_view piece = "", std::string_view replacement = "");
/// The sample as another rule: only its query and what it suppresses differ.
[[nodiscard]] Rule rule_named(std::string id, std::string query, std::vector<std::string> suppresses = {});

/// A folder of rule files, gone when the test ends.
class RuleFolder {
  public:
    void put(const std::string& name, std::string_view text) const;
    [[nodiscard]] std::string path() const { return folder_.path().generic_string(); }

  private:
    kwd::test::TemporaryFolder folder_;
};

/// An empty snapshot database in which tables are covered.
[[nodiscard]] snapshot::Database covered(const std::vector<std::string>& tables);

}  // namespace kwd::rules::test
