// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/flow_key.h"

#include <cstring>
#include <initializer_list>

namespace kwd::packet {

std::uint64_t hash_of_ipv6(const FlowKey& key, const void* low_address, const void* high_address) noexcept {
    auto hash = mixed((std::uint64_t{key.low_port} << 48 | std::uint64_t{key.high_port} << 32) + key.network);
    for (const auto* address : {low_address, high_address}) {
        std::uint64_t words[2];
        std::memcpy(words, address, sizeof words);
        hash = mixed(mixed(hash ^ words[0]) ^ words[1]);
    }
    return hash;
}

}  // namespace kwd::packet
