// SPDX-License-Identifier: Apache-2.0
#include "rules/suppression.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <variant>

namespace kwd::rules {
namespace {

using Rules = std::vector<const Rule*>;

bool comes_first(const Rule* a, const Rule* b) {
    return std::tuple(a->effective_severity(), std::string_view(a->id)) <
           std::tuple(b->effective_severity(), std::string_view(b->id));
}

Rules in_order(std::span<const Rule* const> rules) {
    Rules sorted(rules.begin(), rules.end());
    std::ranges::sort(sorted, comes_first);
    return sorted;
}

const Suppression* find_suppression(const Rule& rule, std::string_view id) {
    const auto found = std::ranges::find(rule.suppresses, id, &Suppression::rule);
    return rule.id != id && found != rule.suppresses.end() ? &*found : nullptr;
}

class CircleSearch {
  public:
    explicit CircleSearch(Rules rules) : rules_(std::move(rules)) {}

    std::vector<std::string> run() {
        for (const Rule* rule : rules_) {
            visit(rule);
        }
        return circles_;
    }

  private:
    void visit(const Rule* rule) {
        if (done_.contains(rule)) {
            return;
        }
        if (const auto begin = std::ranges::find(path_, rule); begin != path_.end()) {
            std::string text;
            for (auto each = begin; each != path_.end(); ++each) {
                text += (*each)->id + " suppresses ";
            }
            circles_.push_back(text + rule->id);
            return;
        }
        path_.push_back(rule);
        for (const Rule* other : rules_) {
            if (suppresses(*rule, other->id)) {
                visit(other);
            }
        }
        path_.pop_back();
        done_.insert(rule);
    }

    Rules rules_;
    Rules path_;
    std::set<const Rule*> done_;
    std::vector<std::string> circles_;
};

// What a row has in a column, in small letters; nullopt where it is not known.
std::optional<std::string> value_in(const QueryResult& result, std::size_t row, const std::string& column) {
    const auto found = std::ranges::find(result.columns, column);
    if (row >= result.rows.size() || found == result.columns.end()) {
        return std::nullopt;
    }
    const snapshot::Value& value = result.rows[row].at(static_cast<std::size_t>(found - result.columns.begin()));
    if (std::holds_alternative<std::nullptr_t>(value)) {
        return std::nullopt;
    }
    std::string text = snapshot::to_text(value);
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

class Explanations {
  public:
    explicit Explanations(std::span<const Found> found) : found_(found.begin(), found.end()) {
        std::ranges::sort(found_, [](const Found& a, const Found& b) { return comes_first(a.rule, b.rule); });
    }

    std::map<FindingOf, FindingOf> run() {
        // The last first: where a circle has to be broken, its first rule comes last and finds it closed.
        for (auto each = found_.rbegin(); each != found_.rend(); ++each) {
            const QueryResult& result = *each->result;
            const std::size_t findings = result.rows.size() + (result.row_count > result.rows.size() ? 1 : 0);
            for (std::size_t row = 0; row < findings; ++row) {
                if (auto cause = cause_of(*each, row)) {
                    causes_.emplace(FindingOf{each->rule->id, row}, *std::move(cause));
                }
            }
        }
        return std::move(causes_);
    }

  private:
    struct Candidate {
        const Rule* rule;
        std::size_t row;
    };

    // The row of `cause` that explains a row of `effect`.
    static std::optional<std::size_t> explaining_row(const Found& cause, const Found& effect, std::size_t row) {
        const Suppression* how = find_suppression(*cause.rule, effect.rule->id);
        if (how == nullptr) {
            return std::nullopt;
        }
        if (how->on.empty()) {
            return 0;
        }
        const auto wanted = value_in(*effect.result, row, how->on);
        for (std::size_t i = 0; wanted && i < cause.result->rows.size(); ++i) {
            if (value_in(*cause.result, i, how->on) == wanted) {
                return i;
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] bool leads_to(FindingOf at, const std::string& rule) const {
        for (auto found = causes_.find(at); at.rule != rule && found != causes_.end(); found = causes_.find(at)) {
            at = found->second;
        }
        return at.rule == rule;
    }

    [[nodiscard]] std::optional<FindingOf> cause_of(const Found& effect, std::size_t row) const {
        std::vector<Candidate> candidates;
        for (const Found& other : found_) {
            const auto at = explaining_row(other, effect, row);
            if (at && !leads_to({other.rule->id, *at}, effect.rule->id)) {
                candidates.push_back({other.rule, *at});
            }
        }
        if (candidates.empty()) {
            return std::nullopt;
        }
        auto nearest = std::ranges::find_if(candidates, [&](const Candidate& cause) {
            return std::ranges::none_of(
                candidates, [&](const Candidate& other) { return suppresses(*cause.rule, other.rule->id); });
        });
        nearest = nearest == candidates.end() ? candidates.begin() : nearest;
        return FindingOf{nearest->rule->id, nearest->row};
    }

    std::vector<Found> found_;
    std::map<FindingOf, FindingOf> causes_;
};

}  // namespace

bool suppresses(const Rule& rule, std::string_view id) {
    return find_suppression(rule, id) != nullptr;
}

std::map<FindingOf, FindingOf> explained_findings(std::span<const Found> found) {
    return Explanations(found).run();
}

std::vector<std::string> suppression_circles(std::span<const Rule* const> rules) {
    return CircleSearch(in_order(rules)).run();
}

}  // namespace kwd::rules
