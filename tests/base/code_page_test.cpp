// SPDX-License-Identifier: Apache-2.0
#include "base/code_page.h"

#include "base/text.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace kwd;

namespace {

struct Sample {
    const char* code_page;
    std::string bytes;
    std::string text;
};

/// Words of localised ipconfig, netsh and error messages. The bytes were made with Python's codecs.
const std::vector<Sample>& samples() {
    static const std::vector<Sample> kSamples{
        {"windows-1252",
         "Gr\xf6\xdf"
         "e der \xdc"
         "bertragung f\xfcr Ger\xe4t: 5\r\n",
         "Größe der Übertragung für Gerät: 5\r\n"},
        {"windows-1252",
         "Carte r\xe9seau sans fil\r\nPasserelle par d\xe9"
         "faut : 10.0.0.1\r\n",
         "Carte réseau sans fil\r\nPasserelle par défaut : 10.0.0.1\r\n"},
        {"windows-1252", "Configuraci\xf3n IP de Windows\r\nM\xe1scara de subred\r\n",
         "Configuración IP de Windows\r\nMáscara de subred\r\n"},
        {"windows-1252", "The container \x93nat\x94 \x96 it\x92s broken\x85\r\n",
         "The container “nat” – it’s broken…\r\n"},
        {"windows-1252", "na\xefve caf\xe9", "naïve café"},
        {"cp850",
         "Gr\x94\xe1"
         "e der \x9a"
         "bertragung f\x81r Ger\x84t: 5\r\n",
         "Größe der Übertragung für Gerät: 5\r\n"},
        {"cp850", "Carte r\x82seau sans fil\r\nDHCP activ\x82 : Oui\r\n",
         "Carte réseau sans fil\r\nDHCP activé : Oui\r\n"},
        {"cp850", "Configuraci\xa2n IP de Windows\r\nM\xa0scara de subred\r\n",
         "Configuración IP de Windows\r\nMáscara de subred\r\n"},
        {"windows-1251",
         "\xcd\xe0\xf1\xf2\xf0\xee\xe9\xea\xe0 \xef\xf0\xee\xf2\xee\xea\xee\xeb\xe0 IP \xe4\xeb\xff "
         "Windows\r\n\xcc\xe0\xf1\xea\xe0 \xef\xee\xe4\xf1\xe5\xf2\xe8 : 255.255.255.0\r\n",
         "Настройка протокола IP для Windows\r\nМаска подсети : 255.255.255.0\r\n"},
        {"windows-1251", "\xd1\xee\xf1\xf2\xee\xff\xed\xe8\xe5: \xcf\xce\xc4\xca\xcb\xde\xd7\xc5\xcd\xc8\xc5\r\n",
         "Состояние: ПОДКЛЮЧЕНИЕ\r\n"},
        {"cp866",
         "\x8d\xa0\xe1\xe2\xe0\xae\xa9\xaa\xa0 \xaf\xe0\xae\xe2\xae\xaa\xae\xab\xa0 IP \xa4\xab\xef "
         "Windows\r\n\x8c\xa0\xe1\xaa\xa0 \xaf\xae\xa4\xe1\xa5\xe2\xa8 : 255.255.255.0\r\n",
         "Настройка протокола IP для Windows\r\nМаска подсети : 255.255.255.0\r\n"},
        {"cp866", "\x91\xae\xe1\xe2\xae\xef\xad\xa8\xa5: \x8f\x8e\x84\x8a\x8b\x9e\x97\x85\x8d\x88\x85\r\n",
         "Состояние: ПОДКЛЮЧЕНИЕ\r\n"},
        {"cp932",
         "Windows IP \x8d\\\x90\xac\r\n\x83"
         "C\x81[\x83T\x83l\x83"
         "b\x83g \x83"
         "A\x83_\x83v\x83^\x81[ vEthernet (nat):\r\n",
         "Windows IP 構成\r\nイーサネット アダプター vEthernet (nat):\r\n"},
        {"cp932",
         "\x83G\x83\x89\x81[: "
         "DNS\x83T\x81[\x83o\x81[\x82\xaa\x8c\xa9\x82\xc2\x82\xa9\x82\xe8\x82\xdc\x82\xb9\x82\xf1\x81"
         "B\r\n",
         "エラー: DNSサーバーが見つかりません。\r\n"},
        {"cp936",
         "\xd2\xd4\xcc\xab\xcd\xf8\xca\xca\xc5\xe4\xc6\xf7 vEthernet (nat):\r\n\xd7\xd3\xcd\xf8\xd1\xda\xc2\xeb : "
         "255.255.255.0\r\n",
         "以太网适配器 vEthernet (nat):\r\n子网掩码 : 255.255.255.0\r\n"},
        {"cp936", "\xd7\xb4\xcc\xac: \xb3\xc9\xb9\xa6\r\n\xc9\xb8\xd1\xa1\xc6\xbd\xcc\xa8\r\n",
         "状态: 成功\r\n筛选平台\r\n"},
        {"cp949",
         "\xc0\xcc\xb4\xf5\xb3\xdd \xbe\xee\xb4\xf0\xc5\xcd vEthernet (nat):\r\n\xbc\xad\xba\xea\xb3\xdd "
         "\xb8\xb6\xbd\xba\xc5\xa9 : 255.255.255.0\r\n",
         "이더넷 어댑터 vEthernet (nat):\r\n서브넷 마스크 : 255.255.255.0\r\n"},
        {"cp949", "\xbf\xe4\xbc\xd2\xb8\xa6 \xc3\xa3\xc0\xbb \xbc\xf6 \xbe\xf8\xbd\xc0\xb4\xcf\xb4\xd9.\r\n",
         "요소를 찾을 수 없습니다.\r\n"},
        {"cp950",
         "\xa4"
         "A\xa4\xd3\xba\xf4\xb8\xf4\xa5"
         "d vEthernet (nat):\r\n\xa4l\xba\xf4\xb8\xf4\xbe"
         "B\xb8n : 255.255.255.0\r\n",
         "乙太網路卡 vEthernet (nat):\r\n子網路遮罩 : 255.255.255.0\r\n"},
        {"cp950",
         "\xa7\xe4\xa4\xa3\xa8\xec\xa4\xb8\xaf\xc0\xa1"
         "C\xa4w\xb1\xd2\xa5\xce\r\n",
         "找不到元素。已啟用\r\n"},
    };
    return kSamples;
}

}  // namespace

TEST_CASE("the code page of localised tool output is found and decoded", "[base][text][code_page]") {
    for (const Sample& sample : samples()) {
        INFO(sample.code_page << ": " << sample.text);
        const DecodedText decoded = decode_text(sample.bytes);
        CHECK(decoded.utf8 == sample.text);
        CHECK(decoded.encoding == sample.code_page);
        CHECK_FALSE(decoded.lossy);
        CHECK(decoded.notes.size() == 1);
    }
}

TEST_CASE("ASCII is the same in every code page", "[base][code_page]") {
    std::string ascii;
    for (char c = 0; c != 127; ++c) {
        ascii += c;
    }
    ascii += '\x7f';
    for (const CodePage page : {CodePage::windows_1252, CodePage::windows_1251, CodePage::cp850, CodePage::cp866,
                                CodePage::cp932, CodePage::cp936, CodePage::cp949, CodePage::cp950}) {
        INFO(name_of(page));
        std::string decoded;
        CHECK(append_code_page(decoded, ascii, page) == 0);
        CHECK(decoded == ascii);
    }
}

TEST_CASE("a byte without a character is kept as the control character of its number", "[base][code_page]") {
    std::string decoded;
    CHECK(append_code_page(decoded, "\x81\x80", CodePage::windows_1252) == 0);
    CHECK(decoded == "\xc2\x81€");
}

TEST_CASE("a pair that the code page does not have is one replacement character, what follows is read",
          "[base][code_page]") {
    std::string decoded;
    CHECK(append_code_page(decoded,
                           "a\xff"
                           "b\xb3\xc9\xb9",
                           CodePage::cp936) == 2);
    CHECK(decoded == "a\uFFFDb成\uFFFD");
}

TEST_CASE("too little to tell is read as windows-1252", "[base][code_page]") {
    CHECK(guess_code_page("") == CodePage::windows_1252);
    CHECK(guess_code_page("plain") == CodePage::windows_1252);
    CHECK(guess_code_page("10 \xb0") == CodePage::windows_1252);
}
