// SPDX-License-Identifier: Apache-2.0
#include "reports/drawing.h"
#include "reports/html_text.h"
#include "reports/report.h"
#include "snapshot/schema.h"
#include "tests/reports/example.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace kwd;
using namespace kwd::reports;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("text for HTML keeps no markup and hides nothing", "[reports][html]") {
    CHECK(html_text("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(html_text("line\r\nnext\ttab") == "line\nnext\ttab");
    CHECK(html_text(std::string("\0\x1b[31m\x7f", 7)) == "\\x00\\x1b[31m\\x7f");
    CHECK(html_text("\xff\xc3") == "\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(html_text("exe\xe2\x80\xaegnp") == "exe\\u202egnp");
    CHECK(html_text("\xc2\x9b") == "\\x9b");
    CHECK(html_text("größer ok 漢字") == "größer ok 漢字");
}

TEST_CASE("words between backticks are code in HTML, and stay text", "[reports][html]") {
    CHECK(html_prose("`a <b> --c` shows `d`, not <e>") ==
          "<code>a &lt;b&gt; --c</code> shows <code>d</code>, not &lt;e&gt;");
    CHECK(html_prose("one ` alone") == "one ` alone");
    snapshot::Database database = test::example_results();
    database.execute(
        "UPDATE findings SET message = 'It is `x<y`.', remedy = json_set(remedy, '$.verify', '`hnsdiag list` shows "
        "it.') WHERE id = 2");
    const std::string page = render_html(database);
    CHECK_THAT(page, ContainsSubstring("<p class=\"message\">It is <code>x&lt;y</code>.</p>"));
    CHECK_THAT(page, ContainsSubstring("<b>Then check</b> <code>hnsdiag list</code> shows it."));
    CHECK_THAT(render_text(database, {}), ContainsSubstring("Then: `hnsdiag list` shows it."));
}

TEST_CASE("the verdict stands at the head of the page", "[reports][html]") {
    const std::string page = render_html(test::example_results());
    CHECK_THAT(page, ContainsSubstring("<title>win-a: 1 critical finding, 1 warning</title>"));
    CHECK_THAT(page, ContainsSubstring("<b>2</b> <a href=\"#judged\">not judged</a>"));
    CHECK_THAT(page, ContainsSubstring("2 of 9 rules could not be judged."));
    CHECK_THAT(page, ContainsSubstring("<b>logs</b> failed: open C:\\k\\kubelet.log (access_denied, Win32 5)"));
    CHECK_THAT(page, ContainsSubstring("<b>packets</b> took too long"));
}

TEST_CASE("the worst finding comes first, with evidence and remedy", "[reports][html]") {
    const std::string page = render_html(test::example_results());
    const auto critical = page.find("Overlay subnet uses a VNI");
    CHECK(critical < page.find("Two endpoints share an address"));
    CHECK(page.find("Two endpoints share an address") < page.find("One message fills the log"));
    CHECK_THAT(page, ContainsSubstring("<figcaption><b>hns/networks.json</b> /0/Ipams/0/Subnets/0</figcaption>"));
    CHECK_THAT(page, ContainsSubstring("<pre>{ &quot;IsolationId&quot;: 1 }</pre>"));
    CHECK_THAT(page, ContainsSubstring("<code>Restart-Service flanneld</code>"));
    CHECK_THAT(page, ContainsSubstring("Traffic between nodes stops until all have it."));
    CHECK_THAT(page, ContainsSubstring("<th scope=\"row\">prefix</th><td>unknown</td>"));
}

TEST_CASE("what a finding explains is folded away below it", "[reports][html]") {
    const std::string page = reports::render_html(test::example_results());
    CHECK_THAT(page, ContainsSubstring("What this explains <b>3</b>"));
    CHECK_THAT(page, ContainsSubstring("<li class=\"depth-1 warning\"><p class=\"message\"><span "
                                       "class=\"severity\">warning</span> <b>HNS gave an error</b>"));
    CHECK_THAT(page, ContainsSubstring("<li class=\"depth-2 critical\"><p class=\"message\"><span "
                                       "class=\"severity\">critical</span> <b>Pods do not start</b>"));
    CHECK_THAT(page, ContainsSubstring("0x803b0014 &lt;i&gt;twice&lt;/i&gt;"));
    for (const char* pod : {"a", "b"}) {
        CHECK_THAT(page, ContainsSubstring(std::string("<pre>Failed to create sandbox of pod-") + pod + "</pre>"));
        CHECK_THAT(page, ContainsSubstring(std::string("<p>Look at the sandbox of pod-") + pod + ".</p>"));
    }
    // What the finding itself has is not told again of what has none.
    std::size_t told = 0;
    for (auto at = page.find("Traffic between nodes stops"); at != page.npos;
         at = page.find("Traffic between", at + 1)) {
        ++told;
    }
    CHECK(told == 1);
}

TEST_CASE("no data of the node becomes markup", "[reports][html]") {
    const std::string page = render_html(test::example_results());
    std::size_t scripts = 0;
    for (auto at = page.find("<script"); at != std::string::npos; at = page.find("<script", at + 1)) {
        ++scripts;
    }
    CHECK(scripts == 1);
    CHECK(page.find("<img") == std::string::npos);
    CHECK(page.find("<svg onload") == std::string::npos);
    CHECK(page.find("<b>kubelet</b>.log") == std::string::npos);
    CHECK(page.find('\x1b') == std::string::npos);
    CHECK_THAT(page, ContainsSubstring("&lt;script&gt;alert(3)&lt;/script&gt;"));
}

TEST_CASE("VXLAN packets have a table where there are any", "[reports][html]") {
    const std::string page = render_html(test::example_results());
    CHECK_THAT(page, ContainsSubstring("for a MAC that the receiver does not have <code>mac-wrong</code>"));
    CHECK_THAT(page, ContainsSubstring("packet 12 of packets-1.pcapng"));
    CHECK(page.find("<code>mac-wrong</code>") < page.find("Counted beside these"));
    snapshot::Database empty = snapshot::Database::memory();
    snapshot::create_schema(empty);
    CHECK(render_html(empty).find("id=\"vxlan\"") == std::string::npos);
}

TEST_CASE("layers that part are shown first, and the page has none of it where nothing is known", "[reports][html]") {
    const std::string page = render_html(test::example_results());
    const std::size_t parted = page.find("Where they part");
    REQUIRE(parted != std::string::npos);
    CHECK(page.find("Kubernetes has 4096", parted) < page.find("nothing else tells of it", parted));
    CHECK(page.find("nothing else tells of it", parted) < page.find("V1: type Overlay; V2: type Overlay", parted));
    snapshot::Database empty = snapshot::Database::memory();
    snapshot::create_schema(empty);
    CHECK(render_html(empty).find("id=\"layers\"") == std::string::npos);
}

TEST_CASE("a page of an empty snapshot says that nothing was looked at", "[reports][html]") {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    const std::string page = render_html(database);
    CHECK_THAT(page, ContainsSubstring("unknown node"));
    CHECK_THAT(page, ContainsSubstring("No rule was evaluated"));
    CHECK_THAT(page, ContainsSubstring("there is nothing to draw"));
    CHECK(page.find("Nothing wrong was found") == std::string::npos);
}

TEST_CASE("the drawing shows networks, what is attached, and tunnels; what is blamed is marked", "[reports][html]") {
    const std::string svg = draw_networks(test::example_results());
    CHECK_THAT(svg, ContainsSubstring("192.168.10.11  10.244.0.0/24"));
    CHECK_THAT(svg, ContainsSubstring("10.244.2.0/24  VNI 1  gateway 10.244.2.1"));
    CHECK_THAT(svg, ContainsSubstring("1 remote pods"));
    CHECK_THAT(svg, ContainsSubstring("class=\"box network blamed\""));
    CHECK_THAT(svg, ContainsSubstring("class=\"pod blamed\""));
}
