// SPDX-License-Identifier: Apache-2.0
#include "base/xml.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fmt/format.h>

#include <string>

namespace kwd {
namespace {

using Catch::Matchers::ContainsSubstring;

// `+name[a=1]`, `"text"`, `-name`; `! why` at the end when it is malformed.
std::string pieces_of(std::string_view text) {
    XmlReader reader(text);
    std::string all;
    for (auto piece = reader.next();; piece = reader.next()) {
        if (!piece) {
            return all + "! " + piece.error().doing;
        }
        if (!*piece) {
            return all;
        }
        const XmlPiece& each = **piece;
        if (each.kind == XmlPiece::Kind::text) {
            all += fmt::format("\"{}\" ", each.text);
            continue;
        }
        all += fmt::format("{}{}", each.kind == XmlPiece::Kind::start ? '+' : '-', each.name);
        for (const XmlAttribute& attribute : each.attributes) {
            all += fmt::format("[{}={}]", attribute.name, attribute.value);
        }
        all += ' ';
    }
}

TEST_CASE("elements, attributes in either quotes and text come in order", "[base][xml]") {
    CHECK(pieces_of("<?xml version=\"1.0\"?><!-- x --><a b='1' c = \"it's\">t<d/>u</a >") ==
          "+a[b=1][c=it's] \"t\" +d -d \"u\" -a ");
    CHECK(pieces_of("<a/>\n<b></b>") == "+a -a \"\n\" +b -b ");
    CHECK(pieces_of("<e:a xmlns:e='urn:x' e:b='1'></e:a>") == "+a[e=urn:x][b=1] -a ");
    CHECK(pieces_of("") == "");
}

TEST_CASE("references are resolved, and unknown ones stay", "[base][xml]") {
    CHECK(pieces_of("<a b='&lt;&quot;&#x41;'>&amp;&#65;&#xe9;&gt; &nbsp; & &#xD800; &#99999999999;</a>") ==
          "+a[b=<\"A] \"&A\xC3\xA9> &nbsp; & \xEF\xBF\xBD &#99999999999;\" -a ");
    CHECK(pieces_of("<a><![CDATA[<b>&amp;]]></a>") == "+a \"<b>&amp;\" -a ");
    CHECK(escape_xml("<a b=\"1\">'&'</a>") == "&lt;a b=&quot;1&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;");
}

TEST_CASE("what is malformed is an error, and says where", "[base][xml]") {
    CHECK_THAT(pieces_of("<a>t"), ContainsSubstring("+a \"t\" ! read XML at byte 4"));
    CHECK_THAT(pieces_of("<a></b>"), ContainsSubstring("+a ! "));
    CHECK_THAT(pieces_of("</a>"), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("<a b>"), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("<a b=1>"), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("<a b='1>"), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("<a b='1'"), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("<a / >"), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("< a>"), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("<!-- "), ContainsSubstring("! "));
    CHECK_THAT(pieces_of("<a><![CDATA[x</a>"), ContainsSubstring("! "));
}

TEST_CASE("document types and deep nesting are refused", "[base][xml]") {
    CHECK_THAT(pieces_of("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"), ContainsSubstring("! "));
    std::string deep;
    for (std::size_t i = 0; i <= kMaxXmlDepth; ++i) {
        deep += "<a>";
    }
    CHECK_THAT(pieces_of(deep), ContainsSubstring("more than 64 levels"));
}

TEST_CASE("an attribute says where its value stands", "[base][xml]") {
    const std::string_view text = "<a name='x' value=\"&lt;y\"/>";
    XmlReader reader(text);
    const auto piece = reader.next();
    REQUIRE(piece);
    REQUIRE(*piece);
    const XmlAttribute& value = (*piece)->attributes.at(1);
    CHECK(text.substr(value.begin, value.end - value.begin) == "&lt;y");
    CHECK((*piece)->attribute("name") == "x");
    CHECK_FALSE((*piece)->attribute("other").has_value());
}

}  // namespace
}  // namespace kwd
