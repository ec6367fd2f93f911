// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/turnstile.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <thread>
#include <vector>

using namespace kwd::packet;

TEST_CASE("threads are let through in the order of their numbers", "[packet][turnstile]") {
    Turnstile turnstile;
    std::vector<int> order;
    {
        std::vector<std::jthread> threads;
        for (const int number : {3, 2, 1, 0}) {
            threads.emplace_back([&, number] {
                const auto turn = static_cast<std::uint64_t>(number);
                if (turnstile.wait_for(turn)) {
                    order.push_back(number);
                    turnstile.let_next_through(turn);
                }
            });
        }
    }
    CHECK(order == std::vector{0, 1, 2, 3});
}

TEST_CASE("whoever waits at a turnstile that closes is sent away", "[packet][turnstile]") {
    Turnstile turnstile;
    std::array<bool, 2> let_through{true, true};
    {
        std::jthread first([&] { let_through[0] = turnstile.wait_for(1); });
        std::jthread second([&] { let_through[1] = turnstile.wait_for(7); });
        turnstile.close();
    }
    CHECK(let_through == std::array{false, false});
}

TEST_CASE("a closed turnstile stays closed, also when a turn ends afterwards", "[packet][turnstile]") {
    Turnstile turnstile;
    REQUIRE(turnstile.wait_for(0));
    turnstile.close();
    turnstile.let_next_through(0);
    CHECK(turnstile.closed());
    CHECK_FALSE(turnstile.wait_for(1));
}
