// SPDX-License-Identifier: Apache-2.0
#include "snapshot/lines/line_matches.h"

#include "snapshot/lines/pattern_set.h"

#include <sqlite3.h>

#include <algorithm>

namespace kwd::snapshot {
namespace {

constexpr int kComponent = 1;
constexpr int kMessage = 2;
constexpr int kCode = 3;

// The column's text where it is: copying each line would cost as much as looking through it.
std::string_view text_of(const Statement& statement, int column) {
    const void* bytes = sqlite3_column_blob(statement.handle(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement.handle(), column));
    return bytes != nullptr ? std::string_view(static_cast<const char*>(bytes), size) : std::string_view();
}

void widen(LineMatches::Span& span, std::int64_t rowid) {
    if (span.lines == 0) {
        span.first = rowid;
    }
    span.last = rowid;
    ++span.lines;
}

/// Lists of lines, one for each pattern, that give up the longest when together they are too long.
class PatternLists {
  public:
    PatternLists(std::size_t patterns, std::size_t most) : lists_(patterns), given_up_(patterns, false), left_(most) {}

    void add(std::size_t pattern, std::int64_t line) {
        if (given_up_[pattern]) {
            return;
        }
        while (left_ == 0) {
            give_up_longest();
            if (given_up_[pattern]) {
                return;
            }
        }
        lists_[pattern].push_back(line);
        --left_;
    }
    [[nodiscard]] bool has(std::size_t pattern) const { return !given_up_[pattern]; }
    [[nodiscard]] std::vector<std::int64_t> take(std::size_t pattern) { return std::move(lists_[pattern]); }

  private:
    void give_up_longest() {
        const auto longest = std::ranges::max_element(lists_, {}, &std::vector<std::int64_t>::size);
        const auto pattern = static_cast<std::size_t>(longest - lists_.begin());
        left_ += longest->size();
        if (longest->empty()) {
            std::fill(given_up_.begin(), given_up_.end(), true);
        }
        given_up_[pattern] = true;
        *longest = {};
    }

    std::vector<std::vector<std::int64_t>> lists_;
    std::vector<bool> given_up_;
    std::size_t left_;
};

}  // namespace

LineMatches::LineMatches(const Database& database, std::span<const std::string> patterns, std::size_t most_matches,
                         const std::stop_token& stop) {
    PatternSet set(patterns);
    PatternLists lists(patterns.size(), most_matches);
    auto line = database.prepare("SELECT rowid, component, message, code FROM main.log_lines ORDER BY rowid");
    Span* component = nullptr;
    std::string component_name;
    while (line.step()) {
        if (stop.stop_requested()) {
            return;
        }
        const std::int64_t rowid = line.integer(0);
        widen(all_, rowid);
        if (!line.is_null(kComponent)) {
            if (const std::string_view name = text_of(line, kComponent);
                component == nullptr || name != component_name) {
                component_name = name;
                component = &components_[component_name];
            }
            widen(*component, rowid);
        }
        if (!line.is_null(kCode) && coded_lines_++ < most_matches) {
            by_code_[line.text(kCode)].push_back(rowid);
        }
        for (const std::size_t pattern : set.match(text_of(line, kMessage))) {
            lists.add(pattern, rowid);
        }
    }
    codes_are_known_ = coded_lines_ <= most_matches;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        if (set.holds(i) && lists.has(i)) {
            matches_.insert_or_assign(patterns[i], lists.take(i));
        }
    }
}

const std::vector<std::int64_t>* LineMatches::lines_of(std::string_view pattern) const {
    const auto found = matches_.find(pattern);
    return found != matches_.end() ? &found->second : nullptr;
}

const std::vector<std::int64_t>& LineMatches::lines_with_code(std::string_view code) const {
    static const std::vector<std::int64_t> none;
    const auto found = by_code_.find(code);
    return found != by_code_.end() ? found->second : none;
}

const LineMatches::Span* LineMatches::lines_of_component(std::string_view component) const {
    const auto found = components_.find(component);
    return found != components_.end() ? &found->second : nullptr;
}

}  // namespace kwd::snapshot
