// SPDX-License-Identifier: Apache-2.0
// Names beyond the code page, from the command line to the disk and back to the output.
#include "base/path.h"

#include "tests/windows/node.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using test::Node;

namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& path) {
    return "\"" + path + "\"";
}

void write(const std::string& path, const std::string& content) {
    fs::create_directories(path_of(path).parent_path());
    std::ofstream(path_of(path), std::ios::binary) << content;
}

}  // namespace

TEST_CASE("kwdiag.exe reads and writes folders and files of any name", "[windows][path]") {
    const Node node;
    const std::string bundle = node.file("b\xC3\xBCro \xF0\x9F\x90\x9E knoten");
    write(bundle + "\\kubelet.log", "E0131 10:00:00.000000    1234 kubelet.go:1] \"a line of the test\"\n");
    const std::string rules = node.file("r\xC3\xBCl\xC3\xA9");
    fs::create_directories(path_of(rules + "\\overlay"));
    fs::copy_file("rules/overlay/overlay-vni-below-4096.yaml",
                  path_of(rules + "\\overlay\\overlay-vni-below-4096.yaml"));
    const std::string folder = node.file("snap \xC3\xA4\xC3\xB6\xC3\xBC x");
    fs::create_directories(path_of(folder));
    const std::string snapshot = folder + "\\mein kn\xC3\xB6tchen.kwsnap";
    const std::string report = folder +
                               "\\\xC3\xBC"
                               "bersicht.html";

    const Node::Ran imported =
        node.kwdiag("import --incomplete-ok --quiet --fail-on never " + quoted(bundle) + " --rules " + quoted(rules) +
                    " --out " + quoted(snapshot) + " --report " + quoted(report));
    INFO(imported.err);
    REQUIRE(imported.code == 0);
    CHECK(fs::is_regular_file(path_of(snapshot)));
    CHECK(fs::is_regular_file(path_of(report)));
    const auto rows = node.query(quoted(snapshot), "SELECT original_path AS path FROM documents");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0]["path"] == "b\xC3\xBCro \xF0\x9F\x90\x9E knoten/kubelet.log");

    const Node::Ran analyzed = node.kwdiag("analyze --fail-on never " + quoted(snapshot));
    CHECK(analyzed.err == "");
    CHECK(analyzed.code == 0);
    const Node::Ran listed = node.kwdiag("export --list " + quoted(snapshot));
    CHECK(listed.err == "");
    CHECK_THAT(listed.out, ContainsSubstring("b\xC3\xBCro \xF0\x9F\x90\x9E knoten/kubelet.log"));

    const std::string given = node.file(
        "aus g\xC3\xA4"
        "be");
    CHECK(node.kwdiag("export " + quoted(snapshot) + " --out " + quoted(given)).code == 0);
    REQUIRE(fs::is_directory(path_of(given)));
    CHECK_FALSE(fs::is_empty(path_of(given)));

    const Node::Ran explained = node.kwdiag("rules explain overlay-vni-below-4096 " + quoted(snapshot));
    CHECK(explained.err == "");
    fs::remove(path_of(report));
    CHECK(node.kwdiag("report " + quoted(snapshot) + " --out " + quoted(report)).err == "");
    CHECK(fs::is_regular_file(path_of(report)));
}

TEST_CASE("kwdiag.exe collects from a root of any name into a folder of any name", "[windows][path]") {
    const Node node;
    const std::string root = node.file("w\xC3\xBCrzel");
    fs::create_directories(path_of(root));
    const std::string folder = node.file("kn\xC3\xB6ten \xF0\x9F\x90\x9E");
    fs::create_directories(path_of(folder));
    const std::string snapshot = folder + "\\n.kwsnap";

    const Node::Ran ran = node.kwdiag("run --quiet --packets 0 --root " + quoted(root) + " --out " + quoted(snapshot));
    INFO(ran.err);
    CHECK((ran.code == 0 || ran.code == 1 || ran.code == 3));
    CHECK(fs::is_regular_file(path_of(snapshot)));
    CHECK(fs::is_regular_file(path_of(folder + "\\n.html")));

    const std::string missing = node.file("f\xC3\xA4lt") + "\\n.html";
    const Node::Ran refused = node.kwdiag("report " + quoted(snapshot) + " --out " + quoted(missing));
    CHECK(refused.code != 0);
    CHECK_THAT(refused.err, ContainsSubstring("f\xC3\xA4lt"));
}
