// SPDX-License-Identifier: Apache-2.0
#include "snapshot/lines/pattern_set.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>

namespace kwd::snapshot {
namespace {

// Shorter ones are found in most lines.
constexpr int kShortestLiteral = 3;
constexpr std::size_t kLiteralBytes = 32UL << 20;
// For each pattern, which is a quarter of what it may take by itself: there are hundreds of them at a time.
constexpr std::int64_t kPatternBytes = 2L << 20;
constexpr std::size_t kKnownAtMost = 4096;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The letters beyond ASCII that are an ASCII letter in lower case, or in another case match one.
bool holds_letter_of_ascii(std::string_view text) {
    return text.find("\xe2\x84\xaa") != std::string_view::npos ||  // U+212A, the sign of kelvin
           text.find("\xc4\xb0") != std::string_view::npos ||      // U+0130, I with a dot
           text.find("\xc4\xb1") != std::string_view::npos ||      // U+0131, i without one
           text.find("\xc5\xbf") != std::string_view::npos;        // U+017F, the long s
}

void set_all(LiteralSet::Bits& bits, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        bits[i / 64] |= std::uint64_t{1} << (i % 64);
    }
}

}  // namespace

PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

PatternSet::PatternSet(std::span<const std::string> patterns)
    : patterns_(std::make_unique<re2::FilteredRE2>(kShortestLiteral)), held_(patterns.size(), false) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kPatternBytes);
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        int number = 0;
        held_[i] =
            patterns_->Add(re2::StringPiece(patterns[i].data(), patterns[i].size()), options, &number) == RE2::NoError;
        if (held_[i]) {
            position_.push_back(i);
        }
    }
    if (position_.empty()) {
        return;
    }
    std::vector<std::string> literals;
    patterns_->Compile(&literals);
    literals_ = LiteralSet::of(literals, kLiteralBytes);
    if (!literals_) {
        held_.assign(held_.size(), false);
        return;
    }
    literal_count_ = literals.size();
    always_ = literals_->no_bits();
    for (std::size_t i = 0; i < literals.size(); ++i) {
        if (!is_ascii(literals[i])) {
            always_[i / 64] |= std::uint64_t{1} << (i % 64);
        }
    }
}

std::size_t PatternSet::Hash::operator()(const LiteralSet::Bits& bits) const noexcept {
    std::uint64_t hash = 0;
    for (const std::uint64_t word : bits) {
        hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 29;
    }
    return static_cast<std::size_t>(hash);
}

const std::vector<int>& PatternSet::candidates(const LiteralSet::Bits& found) {
    const auto known = known_.find(found);
    if (known != known_.end()) {
        return known->second;
    }
    if (known_.size() >= kKnownAtMost) {
        known_.clear();
    }
    std::vector<int> numbers;
    for (std::size_t i = 0; i < literal_count_; ++i) {
        if ((found[i / 64] >> (i % 64) & 1) != 0) {
            numbers.push_back(static_cast<int>(i));
        }
    }
    std::vector<int> may_match;
    patterns_->AllPotentials(numbers, &may_match);
    return known_.emplace(found, std::move(may_match)).first->second;
}

std::span<const std::size_t> PatternSet::match(std::string_view text) {
    matching_.clear();
    if (!literals_) {
        return matching_;
    }
    found_ = always_;
    literals_->find(text, found_);
    if (!is_ascii(text) && holds_letter_of_ascii(text)) {
        set_all(found_, literal_count_);
    }
    const re2::StringPiece piece(text.data(), text.size());
    for (const int number : candidates(found_)) {
        if (RE2::PartialMatch(piece, patterns_->GetRE2(number))) {
            matching_.push_back(position_[static_cast<std::size_t>(number)]);
        }
    }
    return matching_;
}

}  // namespace kwd::snapshot
