// SPDX-License-Identifier: Apache-2.0
#include "analyzers/absence.h"

#include "snapshot/schema.h"

#include <catch2/catch_test_macros.hpp>

using namespace kwd;

namespace {

snapshot::Database covered(const char* sql) {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    database.execute(sql);
    analyzers::cover_what_is_absent(database);
    return database;
}

std::string state(const snapshot::Database& database, const std::string& table) {
    return database.text("SELECT state FROM table_coverage WHERE table_name = '" + table + "'").value_or("no word");
}

}  // namespace

TEST_CASE("a Linux node has no HNS, and that is an answer", "[analyzers][absence]") {
    const auto database = covered("INSERT INTO system (os_family) VALUES ('linux')");
    CHECK(state(database, "hns_networks") == "ok");
    CHECK(state(database, "fdb_entries") == "no word");
    CHECK(state(database, "routes") == "no word");
}

TEST_CASE("without a word on the operating system nothing is taken for absent", "[analyzers][absence]") {
    CHECK(state(covered("SELECT 1"), "hns_networks") == "no word");
}

TEST_CASE("a file that was looked for and is not there leaves an empty table", "[analyzers][absence]") {
    const auto database = covered(
        "INSERT INTO node_files (path, role, present) VALUES ('/run/flannel/subnet.env', 'subnet-env', 0), "
        "('/etc/a', 'kubeconfig', 0), ('/etc/b', 'kubeconfig', 1), ('/etc/c', 'cni-conf', NULL)");
    CHECK(state(database, "flannel_subnet_env") == "ok");
    CHECK(state(database, "kubeconfigs") == "no word");
    CHECK(state(database, "cni_networks") == "no word");
}

TEST_CASE("what a document said of a table stands", "[analyzers][absence]") {
    const auto database = covered(
        "INSERT INTO system (os_family) VALUES ('linux'); "
        "INSERT INTO table_coverage VALUES ('hns_networks', 'partial', 'truncated')");
    CHECK(state(database, "hns_networks") == "partial");
}
