// SPDX-License-Identifier: Apache-2.0
#include "collectors/worker.h"

#include <catch2/catch_session.hpp>

int main(int argc, char** argv) {
    if (kwd::collectors::is_worker(argc, argv)) {
        return kwd::collectors::worker_main(argc, argv, kwd::collectors::all_collectors());
    }
    return Catch::Session().run(argc, argv);
}
