// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/flow_key.h"

#include <cstring>

namespace kwd::packet {
namespace {

struct Words {
    explicit Words(const void* address) noexcept { std::memcpy(this, address, sizeof *this); }
    std::uint32_t a, b, c, d;
};

std::uint32_t ports_of(const FlowKey& key) noexcept {
    return std::uint32_t{key.low_port} << 16 | key.high_port;
}

}  // namespace

std::uint64_t hash_of_ipv4(const FlowKey& key) noexcept {
    return keyed_hash(hash_key_of_process(), key.low_address, key.high_address, ports_of(key), key.network);
}

std::uint64_t hash_of_ipv6(const FlowKey& key, const void* low_address, const void* high_address) noexcept {
    const Words low{low_address};
    const Words high{high_address};
    return keyed_hash(hash_key_of_process(), low.a, low.b, low.c, low.d, high.a, high.b, high.c, high.d, ports_of(key),
                      key.network);
}

std::uint64_t hash_of_address(const void* address) noexcept {
    const Words words{address};
    return keyed_hash(hash_key_of_process(), words.a, words.b, words.c, words.d);
}

}  // namespace kwd::packet
