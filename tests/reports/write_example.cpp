// SPDX-License-Identifier: Apache-2.0
#include "reports/report.h"
#include "tests/reports/example.h"

#include <fstream>

int main(int argc, char** argv) {
    if (argc != 2) {
        return 2;
    }
    std::ofstream file(argv[1], std::ios::binary);
    file << kwd::reports::render_html(kwd::test::example_results());
    return file ? 0 : 1;
}
