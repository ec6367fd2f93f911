// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include "base/utf8.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace kwd;
using namespace std::string_literals;

namespace {

const std::string kLatin = "Name : HNS\r\nType : Overlay\r\n";
const std::string kChinese = "详细信息: Invoke-HNSRequest Method[GET]\r\n上海 中文字符没有拉丁字母\r\n";
const std::string kJapanese = "イーサネット アダプター\r\n";

/// UTF-16 of characters within the first plane.
std::string utf16(std::string_view text, ByteOrder order = ByteOrder::little) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t k) { return static_cast<unsigned>(static_cast<unsigned char>(text[i + k])); };
        const std::size_t length = utf8_sequence_length(text.substr(i));
        const unsigned unit = length == 1   ? byte(0)
                              : length == 2 ? ((byte(0) & 0x1fU) << 6) | (byte(1) & 0x3fU)
                                            : ((byte(0) & 0x0fU) << 12) | ((byte(1) & 0x3fU) << 6) | (byte(2) & 0x3fU);
        const char high = static_cast<char>(unit >> 8);
        const char low = static_cast<char>(unit & 0xffU);
        bytes += order == ByteOrder::little ? std::string{low, high} : std::string{high, low};
        i += length;
    }
    return bytes;
}

struct Expected {
    const char* what;
    std::string bytes;
    std::string text;
    std::string encoding;
};

}  // namespace

TEST_CASE("Unicode is read with and without byte order marks", "[base][text]") {
    const std::vector<Expected> expected{
        {"nothing", "", "", "utf-8"},
        {"ASCII", kLatin, kLatin, "utf-8"},
        {"UTF-8", kChinese, kChinese, "utf-8"},
        {"UTF-8 with a mark", "\xef\xbb\xbf" + kChinese, kChinese, "utf-8"},
        {"a mark alone", "\xff\xfe", "", "utf-8"},
        {"UTF-16LE with a mark", "\xff\xfe" + utf16(kChinese), kChinese, "utf-16le"},
        {"UTF-16BE with a mark", "\xfe\xff" + utf16(kChinese, ByteOrder::big), kChinese, "utf-16be"},
        {"UTF-16LE", utf16(kLatin), kLatin, "utf-16le"},
        {"UTF-16BE", utf16(kLatin, ByteOrder::big), kLatin, "utf-16be"},
        {"UTF-16LE that begins without ASCII", utf16(kChinese), kChinese, "utf-16le"},
        {"UTF-16BE that begins without ASCII", utf16(kChinese, ByteOrder::big), kChinese, "utf-16be"},
        {"UTF-16LE in Japanese", utf16(kJapanese + kLatin), kJapanese + kLatin, "utf-16le"},
        {"an empty line in UTF-16LE", "\r\0\n\0"s, "\r\n", "utf-16le"},
        {"marks of joined files", "\xef\xbb\xbf" + kChinese + "\xef\xbb\xbf" + kLatin, kChinese + kLatin, "utf-8"},
        {"a mark within a line is a character",
         "a\xef\xbb\xbf"
         "b",
         "a\xef\xbb\xbf"
         "b",
         "utf-8"},
    };
    for (const Expected& e : expected) {
        INFO(e.what);
        const DecodedText decoded = decode_text(e.bytes);
        CHECK(decoded.utf8 == e.text);
        CHECK(decoded.encoding == e.encoding);
        CHECK_FALSE(decoded.lossy);
        CHECK(decoded.notes.empty());
    }
}

TEST_CASE("files of several encodings are read part by part", "[base][text]") {
    const std::string german =
        "Gr\xf6\xdf"
        "e f\xfcr\r\n";
    const std::string german_text = "Größe für\r\n";
    const std::string chinese = "\xcf\xea\xcf\xb8\xd0\xc5\xcf\xa2: HNS\r\n";
    const std::string chinese_text = "详细信息: HNS\r\n";
    const std::vector<Expected> expected{
        {"PowerShell appends to ASCII", kLatin + utf16(kLatin), kLatin + kLatin, "utf-8, utf-16le"},
        {"PowerShell appends Chinese", kLatin + utf16(kChinese), kLatin + kChinese, "utf-8, utf-16le"},
        {"PowerShell appends to UTF-8", kChinese + utf16(kChinese), kChinese + kChinese, "utf-8, utf-16le"},
        {"PowerShell appends to an unfinished line", "abc" + utf16(kLatin), "abc" + kLatin, "utf-8, utf-16le"},
        {"PowerShell appends to an ANSI file", german + utf16(kChinese), german_text + kChinese,
         "windows-1252, utf-16le"},
        {"PowerShell appends to a GBK file", chinese + utf16(kChinese), chinese_text + kChinese, "cp936, utf-16le"},
        {"a short line of UTF-16", "first line\r\n" + utf16("ab\r\n") + "third line\r\n",
         "first line\r\nab\r\nthird line\r\n", "utf-8, utf-16le"},
        {"cmd.exe appends to UTF-16", "\xff\xfe" + utf16(kChinese) + kLatin, kChinese + kLatin, "utf-16le, utf-8"},
        {"cmd.exe appends a short line", "\xff\xfe" + utf16(kChinese) + "ok\r\n", kChinese + "ok\r\n",
         "utf-16le, utf-8"},
        {"a line without CR", "\xff\xfe" + utf16(kLatin) + "exit status 1\n", kLatin + "exit status 1\n",
         "utf-16le, utf-8"},
        {"ASCII in the middle of a line", "\xff\xfe" + utf16("Name: ") + "a long text from another program",
         "Name: a long text from another program", "utf-16le, utf-8"},
        {"GBK after UTF-16", "\xff\xfe" + utf16(kLatin) + chinese, kLatin + chinese_text, "utf-16le, cp936"},
        {"there and back", kLatin + utf16(kChinese) + kLatin + utf16(kLatin), kLatin + kChinese + kLatin + kLatin,
         "utf-8, utf-16le"},
        {"joined files with marks", "\xef\xbb\xbf" + kLatin + "\xff\xfe" + utf16(kChinese), kLatin + kChinese,
         "utf-8, utf-16le"},
    };
    for (const Expected& e : expected) {
        INFO(e.what);
        const DecodedText decoded = decode_text(e.bytes);
        CHECK(decoded.utf8 == e.text);
        CHECK(decoded.encoding == e.encoding);
        CHECK_FALSE(decoded.lossy);
        CHECK_FALSE(decoded.notes.empty());
    }
}

TEST_CASE("lines of another encoding within UTF-8 are read on their own", "[base][text]") {
    const DecodedText german = decode_text(
        "Gerät\r\nplain\r\nGr\xf6\xdf"
        "e f\xfcr\r\n");
    CHECK(german.utf8 == "Gerät\r\nplain\r\nGröße für\r\n");
    CHECK(german.encoding == "utf-8, windows-1252");
    CHECK(german.notes == std::vector<std::string>{"1 line is not UTF-8, read as windows-1252, a guess"});

    // A program that logs UTF-8, and the netsh output that it could not read
    const DecodedText japanese = decode_text(
        "E0131 详细 netsh: \n\x83"
        "C\x81[\x83T\x83l\x83"
        "b\x83g\n");
    CHECK(japanese.utf8 == "E0131 详细 netsh: \nイーサネット\n");
    CHECK(japanese.encoding == "utf-8, cp932");
}

TEST_CASE("what was cut or broken stays visible", "[base][text]") {
    const DecodedText cut = decode_text("\xbb\x86信息 one\n详细 two\n信\xe6\x81");
    CHECK(cut.utf8 == "\uFFFD\uFFFD信息 one\n详细 two\n信\uFFFD");
    CHECK(cut.encoding == "utf-8");
    CHECK(cut.lossy);
    CHECK(cut.notes == std::vector<std::string>{"3 broken characters stand as U+FFFD"});

    const DecodedText within = decode_text("信息 \xff 详细\n");
    CHECK(within.utf8 == "信息 \uFFFD 详细\n");
    CHECK(within.lossy);

    const DecodedText half = decode_text("\xff\xfe" + utf16("abc") + "d");
    CHECK(half.utf8 == "abc\uFFFD");
    CHECK(half.lossy);

    const DecodedText surrogate = decode_text(
        "\xff\xfe"
        "a\0\x00\xd8"
        "b\0"s);
    CHECK(surrogate.utf8 == "a\uFFFDb");
    CHECK(surrogate.lossy);
}

TEST_CASE("NULs that are no UTF-16 stay where they are", "[base][text]") {
    // NTFS leaves blocks of NULs in a log after a power failure
    const auto with_block = [](std::size_t nuls) { return std::string(kLatin).append(nuls, '\0').append(kLatin); };
    for (const std::string& text : {with_block(4096), with_block(4097), "kubelet\0--v=2\0--config\0C:\\k\0"s,
                                    "Gr\xc3\xb6\xc3\x9f"
                                    "e\0"s,
                                    "\0"s}) {
        const DecodedText decoded = decode_text(text);
        CHECK(decoded.utf8 == text);
        CHECK(decoded.encoding == "utf-8");
        CHECK_FALSE(decoded.lossy);
        CHECK(decoded.notes.size() == 1);
    }
}

TEST_CASE("whatever the bytes, the answer is UTF-8", "[base][text]") {
    unsigned state = 1;
    for (int round = 0; round < 200; ++round) {
        std::string bytes;
        for (int i = 0; i < 300; ++i) {
            state = state * 1664525U + 1013904223U;
            bytes += static_cast<char>((state >> 24) & (round % 2 == 0 ? 0xffU : 0x8fU));
        }
        CHECK(is_utf8(decode_text(bytes).utf8));
    }
}
