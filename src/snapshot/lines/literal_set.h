// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::snapshot {

/// Finds which of many literals occur in a text, in one pass over it (Aho and Corasick: Efficient string matching,
/// 1975). ASCII letters match in either case; other bytes match themselves.
class LiteralSet {
  public:
    /// One bit for each literal, in the order they were given.
    using Bits = std::vector<std::uint64_t>;

    /// nullopt when the automaton would take more than `most_bytes`. Literals are in lower case and not empty.
    [[nodiscard]] static std::optional<LiteralSet> of(std::span<const std::string> literals, std::size_t most_bytes);

    /// All bits clear.
    [[nodiscard]] Bits no_bits() const { return Bits((literals_ + 63) / 64); }
    /// Sets the bits of the literals that occur in `text`.
    void find(std::string_view text, Bits& found) const;

  private:
    static constexpr std::uint32_t kEnds = 1U << 31;  ///< in a state's number: at least one literal ends there

    LiteralSet() = default;
    void number_bytes(std::span<const std::string> literals);
    void add(std::string_view literal, std::uint32_t number);
    void connect();
    [[nodiscard]] std::uint32_t& next(std::uint32_t state, std::size_t byte_class) {
        return next_[state * classes_ + byte_class];
    }

    std::size_t literals_ = 0;
    std::array<std::uint8_t, 256> class_of_{};  ///< 0: in no literal
    std::size_t classes_ = 1;
    std::vector<std::uint32_t> next_;               ///< by state and class of the byte
    std::vector<std::vector<std::uint32_t>> ends_;  ///< by state: the literals that end there
};

}  // namespace kwd::snapshot
