// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "collectors/worker.h"
#include "tests/collectors/meddling.h"

#include <catch2/catch_session.hpp>

#include <string>
#include <vector>

int wmain(int argc, wchar_t** argv) {
    std::vector<std::string> words;
    std::vector<const char*> pointers;
    for (int i = 0; i < argc; ++i) {
        words.push_back(kwd::narrow(argv[i]));
    }
    for (const std::string& word : words) {
        pointers.push_back(word.c_str());
    }
    if (kwd::collectors::is_worker(argc, pointers.data())) {
        const auto real = kwd::collectors::all_collectors();
        std::vector<kwd::collectors::Collector> all(real.begin(), real.end());
        const auto meddling = kwd::test::meddling_collectors();
        all.insert(all.end(), meddling.begin(), meddling.end());
        return kwd::collectors::worker_main(argc, pointers.data(), all);
    }
    return Catch::Session().run(argc, argv);
}
