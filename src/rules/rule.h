// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwd::rules {

/// How much it matters. In this order findings are shown.
enum class Severity : std::uint8_t {
    critical,  ///< traffic or the start of pods is broken or will break
    warning,   ///< degraded, fragile, or broken under conditions
    info,      ///< a limitation, hygiene, or context
};
/// How sure the evidence makes us.
enum class Confidence : std::uint8_t {
    definite,  ///< the evidence is the cause
    likely,    ///< with its context it usually is
    hint,      ///< needs confirmation; such a finding is never more than a warning
};
enum class Status : std::uint8_t { experimental, stable, retired };
/// What a rule is about.
enum class Scope : std::uint8_t {
    node,     ///< what one snapshot shows
    cluster,  ///< what snapshots of several nodes of one cluster show together
};

/// What a rule says of a snapshot (rules/README.md has the order in which they are considered).
enum class Verdict : std::uint8_t { finding, clear, not_applicable, not_evaluated, suppressed, error };

[[nodiscard]] const char* name_of(Severity severity) noexcept;
[[nodiscard]] const char* name_of(Confidence confidence) noexcept;
[[nodiscard]] const char* name_of(Status status) noexcept;
[[nodiscard]] const char* name_of(Scope scope) noexcept;
[[nodiscard]] const char* name_of(Verdict verdict) noexcept;

/// The areas that rules belong to: the folders of rules/.
[[nodiscard]] std::span<const std::string_view> areas();

/// A table, or with `column` a value in it that is not NULL.
struct Source {
    std::string table;
    std::string column = {};

    [[nodiscard]] std::string text() const { return column.empty() ? table : table + "." + column; }
};

/// Of which nodes a rule of cluster scope needs something. Each that lacks it is left out of the comparison.
enum class Tellers : std::uint8_t {
    all,      ///< each node that is compared
    windows,  ///< "windows:a": each Windows node that is compared
    linux,    ///< "linux:a"
    one,      ///< "one:a": any node of the cluster, for all of them: objects of the Kubernetes API
};

/// One entry of `needs`: one of these is enough.
struct Need {
    std::vector<Source> any_of;
    Tellers tellers = Tellers::all;

    [[nodiscard]] std::string text() const;  ///< as the rule file writes it: "a|b.c", "windows:a"
};

/// When a rule has a say at all.
struct Applies {
    std::vector<Need> needs;
    std::string query;      ///< it applies when this gives a row
    std::string otherwise;  ///< why it does not, in words
};

/// A rule whose findings another rule explains.
struct Suppression {
    std::string rule;
    /// A column of both queries: a finding explains only those that have the same value there, letter case aside.
    /// Empty: it explains all.
    std::string on = {};
};

struct Command {
    std::string run;
    std::string on;  ///< node, cluster, linux-node, cloud or hypervisor
};

struct Remedy {
    std::string text;
    std::string risk;
    std::vector<Command> commands;
    std::string verify;
};

/// A value as a test writes it. NULL is `~`.
struct TestValue {
    std::optional<std::string> text;
    bool plain = true;  ///< without quotes

    bool operator==(const TestValue&) const = default;
};
using TestRow = std::vector<std::pair<std::string, TestValue>>;  ///< column and value, in the order of the file

struct RuleTest {
    std::string name;
    int line = 0;
    std::vector<std::pair<std::string, std::vector<TestRow>>> given;  ///< by table
    std::vector<std::string> missing;                                 ///< tables; in cluster scope also "NODE/TABLE"
    std::vector<std::pair<std::string, std::string>> partial;         ///< the same, and why
    Verdict expect = Verdict::clear;
    std::vector<TestRow> rows;  ///< what the query gives when a finding is expected
};

/// A rule as its file says it. Never executed as anything but SQL that reads.
struct Rule {
    std::string path;  ///< of its file, for messages
    std::string id;
    std::string title;
    std::string area;
    Status status = Status::experimental;
    Severity severity = Severity::info;
    Confidence confidence = Confidence::hint;
    Scope scope = Scope::node;
    std::string within;         ///< cluster scope: how far apart in time what is compared may be; empty for any
    double within_seconds = 0;  ///< the same
    std::optional<Applies> applies;
    std::vector<Need> needs;
    std::vector<std::string> whole;  ///< tables in which what is absent is blamed: no say while they are known in part
    std::vector<std::string> uses;   ///< tables the query looks at, and does without when they were not collected
    std::string query;
    std::string unknown;  ///< empty where the rule has none; so is `near`
    std::string near;
    std::string message;
    std::string impact;
    Remedy remedy;
    std::vector<Suppression> suppresses;  ///< rules whose findings this one explains
    std::string false_positives;
    std::vector<std::string> references;
    std::vector<RuleTest> tests;

    /// The derived tables that it names; those of `near` are not among them.
    [[nodiscard]] std::vector<std::string> tables() const;
    /// The severity of its findings: a hint is at most a warning.
    [[nodiscard]] Severity effective_severity() const noexcept {
        return confidence == Confidence::hint && severity == Severity::critical ? Severity::warning : severity;
    }
};

}  // namespace kwd::rules
