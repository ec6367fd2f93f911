// SPDX-License-Identifier: Apache-2.0
#include "embedded/for_test.h"

#include <catch2/catch_test_macros.hpp>

#include <string_view>

using namespace std::string_view_literals;

TEST_CASE("embedded files are sorted by their path under the base folder", "[embed]") {
    const auto files = kwd::embedded_for_test();

    REQUIRE(files.size() == 3);
    CHECK(files[0].path == "hard.txt");
    CHECK(files[1].path == "sub/empty.txt");
    CHECK(files[2].path == "sub/newlines.txt");
}

TEST_CASE("embedded bytes are the file's, whatever C++ or CMake would read into them", "[embed]") {
    const auto files = kwd::embedded_for_test();

    REQUIRE(files.size() == 3);
    CHECK(files[0].bytes ==
          "say \"hi\" \\n C:\\new\\table\r\n"
          "third;[[x]];${HOME}@VERSION@ %d\n"
          "\ttab \xc3\xa9 \xff NUL\0end"sv);
    CHECK(files[1].bytes.empty());
    CHECK(files[2].bytes == "\n\n");
}
