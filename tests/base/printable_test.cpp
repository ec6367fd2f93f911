// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kwd {
namespace {

TEST_CASE("text from a node cannot drive the terminal", "[base][printable]") {
    CHECK(printable("plain, Ünïcode, 以太网") == "plain, Ünïcode, 以太网");
    CHECK(printable("\x1b[2J") == "\\x1b[2J");
    CHECK(printable("exe\xe2\x80\xaegnp\xe2\x81\xa6") == "exe\\u202egnp\\u2066");
    CHECK(printable("a\xe2\x80\xafz\xe2\x80") == "a\xe2\x80\xafz\xe2\x80");
    CHECK(printable("a\tb\r\nc") == "a b\\x0d\\x0ac");
    CHECK(printable(std::string("a\0b\x7f", 4)) == "a\\x00b\\x7f");
    CHECK(printable("\xc2\x9b"
                    "2J") == "\\x9b2J");
    CHECK(printable("\xc2\xa0\xc2") == "\xc2\xa0\xc2");
}

}  // namespace
}  // namespace kwd
