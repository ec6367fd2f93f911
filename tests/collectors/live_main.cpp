// SPDX-License-Identifier: Apache-2.0
#include "collectors/worker.h"
#include "tests/collectors/meddling.h"

#include <catch2/catch_session.hpp>

#include <vector>

int main(int argc, char** argv) {
    if (kwd::collectors::is_worker(argc, argv)) {
        const auto real = kwd::collectors::all_collectors();
        std::vector<kwd::collectors::Collector> all(real.begin(), real.end());
        const auto meddling = kwd::test::meddling_collectors();
        all.insert(all.end(), meddling.begin(), meddling.end());
        return kwd::collectors::worker_main(argc, argv, all);
    }
    return Catch::Session().run(argc, argv);
}
