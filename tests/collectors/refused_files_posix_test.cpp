// SPDX-License-Identifier: Apache-2.0
#include "collectors/shared_collectors.h"
#include "tests/collectors/kept_documents.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

// A link that leads to itself is there, and nobody may look at what it leads to, root neither.

using namespace kwd;
using namespace kwd::collectors;
using namespace std::chrono_literals;
using kwd::test::KeptDocuments;
using kwd::test::TemporaryFolder;

namespace {

constexpr const char* kConf = "/etc/cni/net.d/10-bridge.conf";

class Node {
  public:
    Node() { options.root = folder_.path().string(); }

    void write(const std::string& path, const std::string& text) const { std::ofstream(made(path)) << text; }
    void refuse(const std::string& path) const {
        const auto file = made(path);
        std::filesystem::create_symlink(file.filename(), file);
    }

    CollectOptions options;

  private:
    [[nodiscard]] std::filesystem::path made(const std::string& path) const {
        auto file = folder_.path() / path.substr(1);
        std::filesystem::create_directories(file.parent_path());
        return file;
    }

    TemporaryFolder folder_;
};

Deadline later() {
    return std::chrono::steady_clock::now() + 60s;
}

}  // namespace

TEST_CASE("no reservations are no answer where a CNI configuration may name another folder", "[collectors][ipam]") {
    const Node node;
    KeptDocuments whole;
    REQUIRE(collect_ip_reservations(node.options, whole, later()));
    CHECK_FALSE(whole.documents.at(0).truncated);
    CHECK(whole.misses.empty());

    node.refuse(kConf);
    SECTION("and none is in the usual one") {
        KeptDocuments out;
        REQUIRE(collect_ip_reservations(node.options, out, later()));
        REQUIRE(out.documents.size() == 1);
        CHECK(out.documents[0].truncated);
        CHECK(out.documents[0].note.find("gave no address") == std::string::npos);
        CHECK(out.documents[0].note.find("may name others") != std::string::npos);
        REQUIRE(out.misses.size() == 1);
        CHECK(out.misses[0].doing.find(kConf) != std::string::npos);
    }
    SECTION("and some are in the usual one") {
        node.write("/var/lib/cni/networks/cbr0/10.244.1.7", "0123456789ab\r\neth0");
        KeptDocuments out;
        REQUIRE(collect_ip_reservations(node.options, out, later()));
        CHECK(out.documents.at(0).truncated);
        CHECK(out.documents.at(0).content.find("10.244.1.7") != std::string::npos);
        CHECK(out.misses.size() == 1);
    }
}

TEST_CASE("reservations of which one may not be read are a part", "[collectors][ipam]") {
    const Node node;
    node.write("/var/lib/cni/networks/cbr0/10.244.1.7", "0123456789ab\r\neth0");
    node.refuse("/var/lib/cni/networks/cbr0/10.244.1.8");
    KeptDocuments out;
    REQUIRE(collect_ip_reservations(node.options, out, later()));
    CHECK(out.documents.at(0).truncated);
    CHECK(out.misses.size() == 1);
}

TEST_CASE("a log that may not be looked at is told of", "[collectors][logs]") {
    const Node node;
    node.refuse("/var/log/kubelet.log");
    KeptDocuments none;
    const auto nothing = collect_logs(node.options, none, later());
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().code != Errc::unsupported);
    CHECK(nothing.error().doing.find("/var/log/kubelet.log") != std::string::npos);

    node.write("/var/log/kube-proxy.log", "a line\n");
    KeptDocuments out;
    REQUIRE(collect_logs(node.options, out, later()));
    CHECK(out.find("/var/log/kube-proxy.log") != nullptr);
    REQUIRE(out.misses.size() == 1);
    CHECK(out.misses[0].doing.find("/var/log/kubelet.log") != std::string::npos);
}
