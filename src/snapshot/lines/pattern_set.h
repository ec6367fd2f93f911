// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/lines/literal_set.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace re2 {
class FilteredRE2;
}

namespace kwd::snapshot {

/// Tells which of many regular expressions match a text, in one pass over it and as the SQL function `regexp` says.
///
/// The pass looks for the literals that the patterns cannot match without (RE2 works them out); only patterns whose
/// literals are there are then tried. One automaton of all patterns (RE2::Set) was not taken: bounded repetitions, of
/// which rules have many (".{0,200}"), multiply its states.
class PatternSet {
  public:
    explicit PatternSet(std::span<const std::string> patterns);
    ~PatternSet();
    PatternSet(PatternSet&&) noexcept;
    PatternSet& operator=(PatternSet&&) noexcept;

    /// Whether match() speaks of this pattern: false for those that are malformed or too large, and for all when their
    /// literals take too much memory.
    [[nodiscard]] bool holds(std::size_t pattern) const { return held_[pattern]; }

    /// The patterns that match, by their position among those given. Valid until the next call.
    [[nodiscard]] std::span<const std::size_t> match(std::string_view text);

  private:
    struct Hash {
        std::size_t operator()(const LiteralSet::Bits& bits) const noexcept;
    };

    /// Those that may match a text with these literals.
    const std::vector<int>& candidates(const LiteralSet::Bits& found);

    std::unique_ptr<re2::FilteredRE2> patterns_;
    std::vector<bool> held_;
    std::vector<std::size_t> position_;  ///< by number within patterns_
    std::optional<LiteralSet> literals_;
    std::size_t literal_count_ = 0;
    LiteralSet::Bits always_;  ///< literals that are taken as found
    LiteralSet::Bits found_;
    std::unordered_map<LiteralSet::Bits, std::vector<int>, Hash> known_;  ///< lines that are alike ask the same again
    std::vector<std::size_t> matching_;
};

}  // namespace kwd::snapshot
