// SPDX-License-Identifier: Apache-2.0
// The executable itself, as scripts use it: exit codes, what goes to stdout and what to stderr.
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

struct Ran {
    int code;
    std::string out;
    std::string err;
};

class Tool {
  public:
    [[nodiscard]] Ran operator()(const std::string& arguments) const {
        const std::string out = folder.file("stdout");
        const std::string err = folder.file("stderr");
        const int status = std::system(fmt::format("{} {} >{} 2>{}", KWD_KWDIAG, arguments, out, err).c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(out), text(err)};
    }
    // The sample node, imported.
    [[nodiscard]] std::string sample() const {
        const std::string path = folder.file("sample.kwsnap");
        REQUIRE(
            (*this)(fmt::format("import {}/nodes/overlay-broken-sample --quiet --out {}", KWD_FIXTURES, path)).code ==
            1);
        return path;
    }
    static std::string text(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    test::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("help goes to stdout and is no error", "[cli]") {
    const Tool kwdiag;
    for (const char* command :
         {"run", "collect", "import", "analyze", "report", "rules", "query", "export", "completion", "version"}) {
        const Ran ran = kwdiag(fmt::format("{} --help", command));
        INFO(command);
        CHECK(ran.code == 0);
        CHECK_THAT(ran.out, ContainsSubstring(fmt::format("kwdiag {}", command)));
        CHECK(ran.err.empty());
        CHECK_THAT(kwdiag("help").out, ContainsSubstring(fmt::format("  {} ", command)));
    }
}

TEST_CASE("wrong usage is exit 2, with a word on stderr and nothing on stdout", "[cli]") {
    const Tool kwdiag;
    for (const char* wrong :
         {"nonsense", "analyze", "analyze a b", "run --nonsense", "run --packets -1", "run --fail-on loud", "import",
          "import /no/such/path", "rules", "rules shout", "rules show no-such-rule", "query x", "completion zsh",
          "analyze x --format xml", "run --since yesterday"}) {
        const Ran ran = kwdiag(wrong);
        INFO(wrong);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK_THAT(ran.err, ContainsSubstring("kwdiag: "));
    }
}

TEST_CASE("a file that is no snapshot is exit 4", "[cli]") {
    const Tool kwdiag;
    CHECK(kwdiag("analyze /etc/passwd").code == 4);
    CHECK(kwdiag("report /no/such/file").code == 4);
}

TEST_CASE("findings are exit 1 at or above the threshold, else 0", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    CHECK(kwdiag("analyze " + sample).code == 1);
    CHECK(kwdiag("analyze --fail-on critical " + sample).code == 1);
    CHECK(kwdiag("analyze --fail-on never " + sample).code == 0);
}

TEST_CASE("nothing found with data missing is exit 3, unless that is allowed", "[cli]") {
    const Tool kwdiag;
    const std::string out = kwdiag.folder.file("healthy.kwsnap");
    const Ran ran = kwdiag(fmt::format("import {}/nodes/overlay-healthy --quiet --out {}", KWD_FIXTURES, out));
    CHECK(ran.code == 3);
    CHECK_THAT(ran.out, ContainsSubstring("Nothing wrong was found in what could be judged"));
    CHECK(kwdiag("analyze --incomplete-ok " + out).code == 0);
}

TEST_CASE("an existing snapshot is not overwritten", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const std::string before = Tool::text(sample);
    const Ran ran = kwdiag(fmt::format("import {}/nodes/overlay-healthy --out {}", KWD_FIXTURES, sample));
    CHECK(ran.code == 2);
    CHECK_THAT(ran.err, ContainsSubstring("already there"));
    CHECK(Tool::text(sample) == before);
}

TEST_CASE("analyze leaves the snapshot as it is and gives the same bytes each time", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const std::string before = Tool::text(sample);
    const Ran first = kwdiag("analyze --format json " + sample);
    const Ran second = kwdiag("analyze --format json " + sample);
    CHECK(first.out == second.out);
    CHECK(Tool::text(sample) == before);
    CHECK(json::parse(first.out)["node"]["name"] == "win-a");
    CHECK(first.err.empty());
}

TEST_CASE("rules of a folder are added, and a wrong one is exit 2", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const auto folder = kwdiag.folder.path() / "rules" / "hns";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "broken.yaml") << "id: broken\nquery: [\n";
    const Ran wrong = kwdiag(fmt::format("analyze --rules {} {}", folder.parent_path().string(), sample));
    CHECK(wrong.code == 2);
    CHECK_THAT(wrong.err, ContainsSubstring("broken.yaml"));
}

TEST_CASE("query reads and never writes", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const Ran asked = kwdiag(fmt::format("query {} \"SELECT name, type FROM hns_networks\" --format json", sample));
    CHECK(asked.code == 0);
    CHECK(json::parse(asked.out) == json::parse(R"([{"name": "flannel.4096", "type": "Overlay"}])"));
    CHECK(kwdiag(fmt::format("query {} \"DELETE FROM hns_networks\"", sample)).code == 2);
    CHECK(kwdiag(fmt::format("query {} \"SELECT no_such_column FROM hns_networks\"", sample)).code == 2);
}

TEST_CASE("export writes every document, and explain says why a rule fired", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const std::string folder = kwdiag.folder.file("documents");
    const Ran exported = kwdiag(fmt::format("export {} --out {}", sample, folder));
    CHECK(exported.code == 0);
    const auto files = static_cast<std::ptrdiff_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
    CHECK(files == std::ranges::count(exported.out, '\n'));
    CHECK(files > 5);

    const Ran explained = kwdiag("rules explain overlay-vni-below-4096 " + sample);
    CHECK(explained.code == 0);
    CHECK_THAT(explained.out, ContainsSubstring("finding"));
    CHECK_THAT(explained.out, ContainsSubstring("flannel_config"));
}

TEST_CASE("without colours on a pipe", "[cli]") {
    const Tool kwdiag;
    CHECK(kwdiag("analyze " + kwdiag.sample()).out.find('\x1b') == std::string::npos);
}
