// SPDX-License-Identifier: Apache-2.0
#include "collectors/path_style.h"
#include "collectors/shared_collectors.h"
#include "tests/collectors/kept_documents.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

using namespace kwd;
using namespace kwd::collectors;
using namespace std::chrono_literals;
using kwd::test::KeptDocuments;
using kwd::test::TemporaryFolder;
using nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kConf = "/etc/cni/net.d/10-flannel.conflist";
constexpr const char* kKubelet = "/var/lib/kubelet/config.yaml";

// As the node spells it.
std::string on_node(std::string path) {
    if (kPaths.separator == '\\') {
        std::replace(path.begin(), path.end(), '/', '\\');
        path.insert(0, "C:");
    }
    return path;
}

class Node {
  public:
    Node() {
        write(kConf, R"({"name":"cbr0","cniVersion":"1.0.0","plugins":[{"type":"flannel"}]})");
        write(kKubelet, "kind: KubeletConfiguration\n");
        options.root = folder_.path().string();
    }

    CollectOptions options;

  private:
    void write(const std::string& path, const std::string& text) const {
        const auto file = folder_.path() / path.substr(1);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }

    TemporaryFolder folder_;
};

bool tells_present(const KeptDocuments& out, const std::string& path) {
    const auto* const list = out.find("node-files.json");
    REQUIRE(list != nullptr);
    const json files = json::parse(list->content)["files"];
    return std::ranges::any_of(files,
                               [&](const json& each) { return each["path"] == path && each.value("present", false); });
}

}  // namespace

TEST_CASE("which files are there is told before any is read", "[collectors][files]") {
    const Node node;
    KeptDocuments out;
    REQUIRE(collect_node_files(node.options, out, Clock::now() + 60s));
    REQUIRE(out.documents.size() == 3);
    CHECK(out.documents[0].name == "node-files.json");
    CHECK_FALSE(out.documents[0].truncated);
    CHECK(tells_present(out, on_node(kConf)));
    CHECK(out.find(on_node(kConf)) != nullptr);
    CHECK(out.find(on_node(kKubelet)) != nullptr);
    CHECK(out.misses.empty());
}

TEST_CASE("which files are there is told though no content fits any more", "[collectors][files]") {
    const Node node;
    KeptDocuments whole;
    REQUIRE(collect_node_files(node.options, whole, Clock::now() + 60s));

    KeptDocuments out;
    out.bytes_left = whole.find("node-files.json")->content.size() + 5;
    REQUIRE(collect_node_files(node.options, out, Clock::now() + 60s));
    CHECK(out.documents.size() == 1);
    CHECK(tells_present(out, on_node(kConf)));
    CHECK(tells_present(out, on_node(kKubelet)));
    REQUIRE(out.misses.size() == 1);
    CHECK(out.misses[0].code == Errc::too_large);
    CHECK(out.misses[0].doing.find("2 of 2 files were not stored") != std::string::npos);
}

TEST_CASE("when the time is up before every place was looked at, what is known is told as a part",
          "[collectors][files]") {
    const Node node;
    KeptDocuments out;
    REQUIRE(collect_node_files(node.options, out, Clock::now() + 900ms));
    const auto* const list = out.find("node-files.json");
    REQUIRE(list != nullptr);
    CHECK(list->truncated);
    CHECK(list->note.find("places were not looked at to their end") != std::string::npos);
    REQUIRE_FALSE(out.misses.empty());
    CHECK(out.misses[0].code == Errc::timed_out);
}

TEST_CASE("when the time is up before every file was read, the list is whole", "[collectors][files]") {
    const Node node;
    KeptDocuments out;
    const auto deadline = Clock::now() + 5s;
    // sleep_until() of mingw-w64 may end a little too early.
    out.when_put = [&] { std::this_thread::sleep_until(deadline + 100ms); };
    REQUIRE(collect_node_files(node.options, out, deadline));
    CHECK(out.documents.size() == 1);
    CHECK_FALSE(out.documents[0].truncated);
    REQUIRE(out.misses.size() == 1);
    CHECK(out.misses[0].code == Errc::timed_out);
    CHECK(out.misses[0].doing.find("2 of 2 files were not stored") != std::string::npos);
}
