// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace kwd::packet {

/// Numbers that nobody knows who is not this process. Where packets decide what is looked for in a table, and so
/// strangers do, a hash without them lets these choose what all falls into one place.
struct HashKey {
    static constexpr std::size_t kMostWords = 10;
    std::array<std::uint64_t, 2 * (kMostWords + 1)> numbers{};
};

/// The same for as long as the process runs.
[[nodiscard]] const HashKey& hash_key_of_process() noexcept;

/// Spreads all bits of a number over all bits of the result, no two of which are the same (the finaliser of splitmix64,
/// by Steele, Lea and Flood).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
    return value ^ value >> 31;
}

/// Whatever two keys somebody chooses that does not know the numbers, any two hashes are as likely as any others. Of
/// multilinear functions that is proven (Carter and Wegman 1979; Lemire and Kaser, "Strongly universal string hashing
/// is fast", 2014); mixing leaves it so, and takes away what is linear. A third of the time of SipHash-1-3.
template <class... Words>
[[nodiscard]] constexpr std::uint64_t keyed_hash(const HashKey& key, Words... words) noexcept {
    static_assert(sizeof...(words) <= HashKey::kMostWords && (... && (sizeof(words) == sizeof(std::uint32_t))));
    std::uint64_t high = key.numbers[0];
    std::uint64_t low = key.numbers[1];
    std::size_t i = 2;
    const auto take = [&](std::uint64_t word) {
        high += key.numbers[i] * word;
        low += key.numbers[i + 1] * word;
        i += 2;
    };
    (take(words), ...);
    return mixed((high >> 32) << 32 | low >> 32);
}

}  // namespace kwd::packet
