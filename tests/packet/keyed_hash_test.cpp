// SPDX-License-Identifier: Apache-2.0
#include "packet/keyed_hash.h"

#include "packet/traffic/address_table.h"
#include "packet/traffic/dns_lookups.h"
#include "packet/traffic/flow_table.h"

#include <catch2/catch_test_macros.hpp>

#include <cstring>
#include <set>

namespace kwd::packet {
namespace {

constexpr std::uint32_t kHostile = 40'000;

// 80 % of the places are used at most, and then runs of some hundred of them are to be expected.
constexpr std::size_t kLongSearch = 2'000;

// What spread keys over the tables before there was a key is mixed() alone. This is the way back.
constexpr std::uint64_t inverse(std::uint64_t odd) {
    auto result = odd;
    for (int i = 0; i < 6; ++i) {  // Newton's method modulo 2^64
        result *= 2 - odd * result;
    }
    return result;
}

constexpr std::uint64_t unmixed(std::uint64_t value) {
    value = (value ^ value >> 31 ^ value >> 62) * inverse(0x94d049bb133111ebULL);
    value = (value ^ value >> 27 ^ value >> 54) * inverse(0xbf58476d1ce4e5b9ULL);
    return value ^ value >> 30 ^ value >> 60;
}
static_assert(unmixed(mixed(0x0123456789abcdefULL)) == 0x0123456789abcdefULL);

/// A hash that has the same place, part and tag as all others.
constexpr std::uint64_t colliding(std::uint32_t number) {
    return std::uint64_t{number} << 24;
}

}  // namespace

TEST_CASE("each key makes another hash of the same words, and each word another one with the same key", "[packet]") {
    const auto key_of = [](std::uint64_t first) {
        HashKey key;
        for (auto& number : key.numbers) {
            number = first = mixed(first + 1);
        }
        return key;
    };
    std::set<std::uint64_t> hashes;
    for (std::uint64_t key = 0; key < 100; ++key) {
        hashes.insert(keyed_hash(key_of(key), 1U, 2U, 3U));
    }
    const auto one = key_of(0);
    for (const std::uint32_t word : {0U, 7U, 0x80000000U, 0xffffffffU}) {
        hashes.insert(keyed_hash(one, word, 2U, 3U));
        hashes.insert(keyed_hash(one, 1U, word, 3U));
        hashes.insert(keyed_hash(one, 1U, 2U, word));
    }
    CHECK(hashes.size() == 112);
}

TEST_CASE("the key of the process stays, and is no number that can be guessed", "[packet]") {
    const auto& key = hash_key_of_process();
    CHECK(&key == &hash_key_of_process());
    CHECK(std::set<std::uint64_t>(key.numbers.begin(), key.numbers.end()).size() == key.numbers.size());
}

TEST_CASE("conversations that are made up to have one hash are found as quickly as others", "[packet][traffic]") {
    AddressTable addresses;
    FlowTable flows{addresses};
    FlowKey key;
    key.low_port = 1000;
    key.high_port = 4789;
    const auto ports = std::uint64_t{key.low_port} << 48 | std::uint64_t{key.high_port} << 32;
    for (std::uint32_t i = 0; i < kHostile; ++i) {
        const auto both = unmixed(colliding(i)) ^ mixed(ports + key.network);
        key.low_address = static_cast<std::uint32_t>(both >> 32);
        key.high_address = static_cast<std::uint32_t>(both);
        REQUIRE(flows.add(hash_of_ipv4(key), key) != nullptr);
    }
    CHECK(flows.size() == kHostile);
    CHECK(flows.longest_search() < kLongSearch);
    CHECK(flows.find(hash_of_ipv4(key), key) == &flows[kHostile - 1]);
}

TEST_CASE("addresses that are made up to have one hash are found as quickly as others", "[packet][traffic]") {
    AddressTable addresses;
    Ipv6Address address{};
    const std::uint64_t first = 0x0000000000008efeULL;  // fe8e::
    for (std::uint32_t i = 0; i < kHostile; ++i) {
        const auto second = unmixed(colliding(i)) ^ mixed(first);
        std::memcpy(address.data(), &first, sizeof first);
        std::memcpy(address.data() + sizeof first, &second, sizeof second);
        REQUIRE(addresses.number(std::as_bytes(std::span{address})) == i);
    }
    CHECK(addresses.longest_search() < kLongSearch);
}

TEST_CASE("DNS queries that are made up to have one hash are found as quickly as others", "[packet][traffic][dns]") {
    DnsLookups lookups;
    const std::uint32_t names = 0x12345678;
    for (std::uint32_t i = 0; i < kHostile; ++i) {
        const auto who = unmixed(colliding(i)) ^ mixed((std::uint64_t{names} << 32) ^ mixed(7));
        const DnsLookups::Key key{.client = static_cast<std::uint32_t>(who >> 32),
                                  .server = static_cast<std::uint32_t>(who),
                                  .network = 0,
                                  .id = 7,
                                  .client_port = 5000};
        REQUIRE(lookups.query(key, names, 0) == DnsLookups::Asked::first);
    }
    CHECK(lookups.longest_search() < kLongSearch);
}

}  // namespace kwd::packet
