// SPDX-License-Identifier: Apache-2.0
#include "snapshot/lines/literal_set.h"

#include <algorithm>

namespace kwd::snapshot {
namespace {

std::size_t byte_of(char c) {
    return static_cast<unsigned char>(c);
}

}  // namespace

std::optional<LiteralSet> LiteralSet::of(std::span<const std::string> literals, std::size_t most_bytes) {
    LiteralSet set;
    set.literals_ = literals.size();
    set.number_bytes(literals);
    std::size_t most_states = 1;
    for (const std::string& literal : literals) {
        most_states += literal.size();
    }
    constexpr std::size_t other_bytes_of_a_state = sizeof(std::vector<std::uint32_t>) + 2 * sizeof(std::uint32_t);
    if (most_states > most_bytes / (set.classes_ * sizeof(std::uint32_t) + other_bytes_of_a_state)) {
        return std::nullopt;
    }
    set.next_.assign(set.classes_, 0);
    set.ends_.resize(1);
    for (std::size_t i = 0; i < literals.size(); ++i) {
        set.add(literals[i], static_cast<std::uint32_t>(i));
    }
    set.connect();
    return set;
}

void LiteralSet::number_bytes(std::span<const std::string> literals) {
    for (const std::string& literal : literals) {
        for (const char c : literal) {
            if (class_of_[byte_of(c)] == 0 && classes_ < 256) {
                class_of_[byte_of(c)] = static_cast<std::uint8_t>(classes_++);
            }
        }
    }
    for (char upper = 'A'; upper <= 'Z'; ++upper) {
        class_of_[byte_of(upper)] = class_of_[byte_of(static_cast<char>(upper - 'A' + 'a'))];
    }
}

void LiteralSet::add(std::string_view literal, std::uint32_t number) {
    std::uint32_t state = 0;
    for (const char c : literal) {
        const std::size_t byte_class = class_of_[byte_of(c)];
        if (next(state, byte_class) == 0) {
            const auto made = static_cast<std::uint32_t>(ends_.size());
            next(state, byte_class) = made;
            next_.resize(next_.size() + classes_, 0);
            ends_.emplace_back();
        }
        state = next(state, byte_class);
    }
    ends_[state].push_back(number);
}

// Breadth first: a state's fallback, the longest of its ends that another literal begins with, is nearer to the root.
void LiteralSet::connect() {
    std::vector<std::uint32_t> fallback(ends_.size(), 0);
    std::vector<std::uint32_t> queue{0};
    for (std::size_t done = 0; done < queue.size(); ++done) {
        const std::uint32_t state = queue[done];
        const std::uint32_t back = fallback[state];
        if (state != 0) {
            ends_[state].insert(ends_[state].end(), ends_[back].begin(), ends_[back].end());
        }
        for (std::size_t byte_class = 0; byte_class < classes_; ++byte_class) {
            const std::uint32_t further = next(state, byte_class);
            const std::uint32_t after_falling_back = state == 0 ? 0 : next(back, byte_class);
            if (further == 0) {
                next(state, byte_class) = after_falling_back;
            } else {
                fallback[further] = after_falling_back;
                queue.push_back(further);
            }
        }
    }
    for (std::uint32_t& target : next_) {
        target |= ends_[target].empty() ? 0 : kEnds;
    }
}

void LiteralSet::find(std::string_view text, Bits& found) const {
    std::uint32_t state = 0;
    for (const char c : text) {
        state = next_[(state & ~kEnds) * classes_ + class_of_[byte_of(c)]];
        if ((state & kEnds) != 0) {
            for (const std::uint32_t literal : ends_[state & ~kEnds]) {
                found[literal / 64] |= std::uint64_t{1} << (literal % 64);
            }
        }
    }
}

}  // namespace kwd::snapshot
