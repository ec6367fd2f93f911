// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace kwd;
using namespace std::string_literals;

namespace {

/// `number@offset:text`, one for each line.
std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for_each_line(text, [&](const TextLine& line) {
        lines.push_back(std::to_string(line.number) + "@" + std::to_string(line.offset) + ":" + std::string(line.text));
    });
    return lines;
}

}  // namespace

TEST_CASE("a line ends as Windows, Linux and carriage returns end it", "[base][text][lines]") {
    const std::vector<std::pair<std::string, std::vector<std::string>>> expected{
        {"", {}},
        {"a", {"1@0:a"}},
        {"a\n", {"1@0:a"}},
        {"a\nb", {"1@0:a", "2@2:b"}},
        {"a\r\nb\r\n", {"1@0:a", "2@3:b"}},
        {"a\rb\r", {"1@0:a", "2@2:b"}},
        {"a\r\r\nb", {"1@0:a", "2@4:b"}},
        {"a\n\nb", {"1@0:a", "2@2:", "3@3:b"}},
        {"\n", {"1@0:"}},
        {"a\n\rb", {"1@0:a", "2@2:", "3@3:b"}},
        {"\r\r\r", {"1@0:", "2@1:", "3@2:"}},
        {"a\xc2\x85"
         "b\xe2\x80\xa8"
         "c\vd\f",
         {"1@0:a\xc2\x85"
          "b\xe2\x80\xa8"
          "c\vd\f"}},
        {"a\0b\nc"s, {"1@0:a\0b"s, "2@4:c"}},
    };
    for (const auto& [text, lines] : expected) {
        INFO(text);
        CHECK(lines_of(text) == lines);
    }
}

TEST_CASE("a line beyond the limit is cut between characters and says by how much", "[base][text][lines]") {
    LineReader lines("0123456789\nabc详细\nend", 5);
    const auto first = lines.next();
    CHECK(first->text == "01234");
    CHECK(first->cut_bytes == 5);
    const auto second = lines.next();
    CHECK(second->text == "abc");
    CHECK(second->cut_bytes == 6);
    const auto third = lines.next();
    CHECK(third->number == 3);
    CHECK(third->text == "end");
    CHECK(third->cut_bytes == 0);
    CHECK_FALSE(lines.next());
    CHECK_FALSE(lines.next());
}
