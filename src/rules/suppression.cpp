// SPDX-License-Identifier: Apache-2.0
#include "rules/suppression.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace kwd::rules {
namespace {

using Rules = std::vector<const Rule*>;

Rules in_order(std::span<const Rule* const> rules) {
    Rules sorted(rules.begin(), rules.end());
    std::ranges::sort(sorted, [](const Rule* a, const Rule* b) {
        return std::tuple(a->effective_severity(), std::string_view(a->id)) <
               std::tuple(b->effective_severity(), std::string_view(b->id));
    });
    return sorted;
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

}  // namespace

bool suppresses(const Rule& rule, std::string_view id) {
    return rule.id != id && std::ranges::any_of(rule.suppresses, [&](std::string_view each) {
               return each.ends_with('*') ? id.starts_with(each.substr(0, each.size() - 1)) : id == each;
           });
}

std::map<std::string, std::string> suppressed_by(std::span<const Rule* const> firing) {
    const Rules rules = in_order(firing);
    std::map<std::string, std::string> suppressed;
    const auto leads_to = [&](const std::string& cause, const std::string& id) {
        const std::string* at = &cause;
        for (auto found = suppressed.find(*at); *at != id && found != suppressed.end(); found = suppressed.find(*at)) {
            at = &found->second;
        }
        return *at == id;
    };
    // The last first: where a circle has to be broken, its first rule comes last and finds it closed.
    for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
        Rules causes;
        std::ranges::copy_if(rules, std::back_inserter(causes), [&](const Rule* other) {
            return suppresses(*other, (*rule)->id) && !leads_to(other->id, (*rule)->id);
        });
        const auto nearest = std::ranges::find_if(causes, [&](const Rule* cause) {
            return std::ranges::none_of(causes, [&](const Rule* other) { return suppresses(*cause, other->id); });
        });
        if (!causes.empty()) {
            suppressed[(*rule)->id] = (nearest != causes.end() ? *nearest : causes.front())->id;
        }
    }
    return suppressed;
}

std::vector<std::string> suppression_circles(std::span<const Rule* const> rules) {
    return CircleSearch(in_order(rules)).run();
}

}  // namespace kwd::rules
