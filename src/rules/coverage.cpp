// SPDX-License-Identifier: Apache-2.0
#include "rules/coverage.h"

#include "snapshot/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kwd::rules {
namespace {

template <class Ask>
std::optional<std::string> joined(std::span<const Need> needs, Ask ask) {
    std::string all;
    for (const Need& need : needs) {
        if (const auto why = ask(need)) {
            all += (all.empty() ? "" : "; ") + *why;
        }
    }
    return all.empty() ? std::nullopt : std::optional(all);
}

}  // namespace

std::span<const std::string_view> always_covered_tables(Scope scope) {
    static constexpr std::array<std::string_view, 6> kTables = {"meta",           "collections",    "documents",
                                                                "analysis_notes", "table_coverage", "fleet_nodes"};
    return std::span(kTables).first(scope == Scope::cluster ? kTables.size() : kTables.size() - 1);
}

Coverage::Coverage(const snapshot::Database& database) : database_(database) {
    snapshot::Statement select = database.prepare("SELECT table_name, state, coalesce(reason, '') FROM table_coverage");
    read(select);
}

Coverage::Coverage(const snapshot::Database& fleet, std::string node) : database_(fleet), node_(std::move(node)) {
    snapshot::Statement select =
        fleet.prepare("SELECT table_name, state, coalesce(reason, '') FROM main.table_coverage WHERE node = ?");
    select.bind(1, std::string_view(*node_));
    read(select);
}

void Coverage::read(snapshot::Statement& select) {
    while (select.step()) {
        entries_[select.text(0)] = {select.text(1), select.text(2)};
    }
    for (const std::string_view table : always_covered_tables(node_ ? Scope::cluster : Scope::node)) {
        entries_[std::string(table)] = {"ok", ""};
    }
}

const Coverage::Entry& Coverage::entry(std::string_view table) const {
    static const Entry kMissing{"missing", "no document gave it"};
    const auto found = entries_.find(table);
    return found != entries_.end() && (found->second.state != "missing" || !found->second.reason.empty())
               ? found->second
               : kMissing;
}

std::optional<std::string> Coverage::missing(const Source& source) const {
    const Entry& found = entry(source.table);
    if (found.state == "missing") {
        return fmt::format("{} is missing: {}", source.table, found.reason);
    }
    if (source.column.empty()) {
        return std::nullopt;
    }
    // Names from rule files are not trusted to be names: they are looked up, not pasted.
    const snapshot::TableSchema* schema = snapshot::find_derived_table(source.table);
    if (schema == nullptr ||
        std::ranges::find(schema->columns, source.column, &snapshot::ColumnSchema::name) == schema->columns.end()) {
        return fmt::format("{} is no column", source.text());
    }
    std::vector<snapshot::Value> values;
    std::string of_node;
    if (node_) {
        of_node = " AND node = ?";
        values.emplace_back(*node_);
    }
    const bool known = database_
                           .integer(fmt::format("SELECT 1 FROM main.\"{}\" WHERE \"{}\" IS NOT NULL{} LIMIT 1",
                                                source.table, source.column, of_node),
                                    values)
                           .has_value();
    return known ? std::nullopt : std::optional(fmt::format("{} is not known", source.text()));
}

std::optional<std::string> Coverage::missing(const Need& need) const {
    std::string all;
    for (const Source& source : need.any_of) {
        const auto why = missing(source);
        if (!why) {
            return std::nullopt;
        }
        all += (all.empty() ? "" : ", and ") + *why;
    }
    return all;
}

std::optional<std::string> Coverage::partial(const Need& need) const {
    std::optional<std::string> why;
    for (const Source& source : need.any_of) {
        const Entry& found = entry(source.table);
        if (missing(source)) {
            continue;
        }
        if (found.state == "ok") {
            return std::nullopt;
        }
        if (!why) {
            why = found.reason.empty() ? fmt::format("{} is known only in part", source.table)
                                       : fmt::format("{} is known only in part: {}", source.table, found.reason);
        }
    }
    return why;
}

std::optional<std::string> Coverage::missing(std::span<const Need> needs) const {
    return joined(needs, [&](const Need& need) { return missing(need); });
}

std::optional<std::string> Coverage::partial(std::span<const Need> needs) const {
    return joined(needs, [&](const Need& need) { return partial(need); });
}

std::optional<std::string> Coverage::partial(std::span<const std::string> tables) const {
    std::vector<Need> needs;
    for (const std::string& table : tables) {
        needs.push_back({.any_of = {{table, {}}}});
    }
    return partial(needs);
}

std::string Coverage::state(std::string_view table) const {
    const Entry& found = entry(table);
    if (found.state == "ok") {
        return "whole";
    }
    const std::string_view state = found.state == "missing" ? "missing" : "in part";
    return found.reason.empty() ? std::string(state) : fmt::format("{}: {}", state, found.reason);
}

}  // namespace kwd::rules
