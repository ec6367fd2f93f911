// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/database.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::snapshot {

/// What one pass over `log_lines` found: which lines match which patterns or hold which code, and where the lines of
/// each component are.
class LineMatches {
  public:
    struct Span {
        std::int64_t first = 0;  ///< rowid
        std::int64_t last = 0;
        std::int64_t lines = 0;  ///< at most as many as there are rowids between
    };

    /// Reads all lines once. Patterns that match too often for all to be kept (`most_matches`, over all patterns and as
    /// many over all codes), or that are not to be compiled, are not known afterwards. Asked to `stop` it ends at once
    /// and knows neither pattern nor code. Throws DatabaseError.
    LineMatches(const Database& database, std::span<const std::string> patterns, std::size_t most_matches,
                const std::stop_token& stop);

    /// The rowids of the lines that match, ascending; nullptr when the pattern is not known.
    [[nodiscard]] const std::vector<std::int64_t>* lines_of(std::string_view pattern) const;
    [[nodiscard]] bool codes_are_known() const { return codes_are_known_; }
    /// The rowids of the lines whose `code` is this, ascending, if codes are known.
    [[nodiscard]] const std::vector<std::int64_t>& lines_with_code(std::string_view code) const;
    using Lists = std::map<std::string, std::vector<std::int64_t>, std::less<>>;
    [[nodiscard]] const Lists& by_code() const { return by_code_; }
    /// How many lines have any code.
    [[nodiscard]] std::size_t lines_with_codes() const { return coded_lines_; }
    /// All lines.
    [[nodiscard]] const Span& all() const { return all_; }
    /// Those of one component; nullptr when it has none.
    [[nodiscard]] const Span* lines_of_component(std::string_view component) const;
    [[nodiscard]] std::int64_t component_count() const { return static_cast<std::int64_t>(components_.size()); }

  private:
    Span all_;
    std::map<std::string, Span, std::less<>> components_;
    Lists matches_;  ///< by pattern
    Lists by_code_;
    std::size_t coded_lines_ = 0;
    bool codes_are_known_ = false;
};

}  // namespace kwd::snapshot
