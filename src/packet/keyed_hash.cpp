// SPDX-License-Identifier: Apache-2.0
#include "packet/keyed_hash.h"

#include <chrono>
#include <exception>
#include <random>

namespace kwd::packet {

static HashKey random_key() noexcept {
    HashKey key;
    try {
        std::random_device random;
        for (auto& number : key.numbers) {
            number = std::uint64_t{random()} << 32 | random();
        }
    } catch (const std::exception&) {  // the system has no random numbers: what is left is hard to guess
        static const int place = 0;
        auto number = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
        number ^= reinterpret_cast<std::uintptr_t>(&place);
        for (auto& each : key.numbers) {
            each = number = mixed(number + 0x9e3779b97f4a7c15ULL);
        }
    }
    return key;
}

const HashKey& hash_key_of_process() noexcept {
    static const HashKey key = random_key();
    return key;
}

}  // namespace kwd::packet
