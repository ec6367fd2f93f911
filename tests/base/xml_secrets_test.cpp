// SPDX-License-Identifier: Apache-2.0
#include "base/xml_secrets.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kwd {
namespace {

TEST_CASE("XML without secrets stays as it is, byte for byte", "[base][secrets][xml]") {
    const std::string xml =
        "<?xml version='1.0'?>\r\n<Events><Event a='&#65;' ><!-- x --><Data Name='param1'>a &amp; "
        "b</Data></Event>\n</Events>";
    const CleanText clean = remove_secrets_from_xml(xml);
    CHECK(clean.text == xml);
    CHECK(clean.removed.empty());
}

TEST_CASE("a secret ends with its text or attribute", "[base][secrets][xml]") {
    const CleanText clean =
        remove_secrets_from_xml("<a b='kubelet --token=abcdef.0123456789abcdef'>--password=&quot;x y&quot;</a><c/>");
    CHECK(clean.text == "<a b='kubelet --token=[removed: token]'>--password=&quot;[removed: password]&quot;</a><c/>");
    CHECK(clean.removed == RemovedSecrets{{"password", 1}, {"token", 1}});
}

TEST_CASE("the text of what is named after a secret goes whole", "[base][secrets][xml]") {
    CHECK(remove_secrets_from_xml("<UserData><Password>two words</Password><ClientSecret>\n</ClientSecret></UserData>")
              .text == "<UserData><Password>[removed: secret]</Password><ClientSecret>\n</ClientSecret></UserData>");
    CHECK(
        remove_secrets_from_xml("<Data Name='ImagePath'>C:\\k\\curl.exe -u me:pw &quot;https://x&quot;</Data>").text ==
        "<Data Name='ImagePath'>C:\\k\\curl.exe -u me:[removed: password] &quot;https://x&quot;</Data>");
    CHECK(remove_secrets_from_xml("<Data Name='AccessToken'>x</Data><Data Name='TokenType'>y</Data>").text ==
          "<Data Name='AccessToken'>[removed: secret]</Data><Data Name='TokenType'>y</Data>");
}

TEST_CASE("behind what is malformed, text is cleaned as text", "[base][secrets][xml]") {
    const CleanText clean =
        remove_secrets_from_xml("<a>--token=abcdef.0123456789abcdef</b> --token=fedcba.fedcba9876543210");
    CHECK(clean.text.starts_with("<a>--token=[removed: token]</b> "));
    CHECK(clean.text.find("fedcba9876543210") == std::string::npos);
}

TEST_CASE("XML is known by how it begins", "[base][xml]") {
    CHECK(begins_like_xml("\xEF\xBB\xBF\r\n <Events>"));
    CHECK_FALSE(begins_like_xml("{\"a\": \"<b>\"}"));
    CHECK_FALSE(begins_like_xml(" "));
}

}  // namespace
}  // namespace kwd
