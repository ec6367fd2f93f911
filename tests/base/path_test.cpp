// SPDX-License-Identifier: Apache-2.0
// Names that no code page has all of, through everything that opens what somebody named.
#include "base/path.h"

#include "collectors/import/import.h"
#include "rules/rule_set.h"
#include "scratch_folder.h"
#include "snapshot/snapshot.h"
#include "snapshot/store.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace kwd;
using kwd::test::ScratchFolder;
namespace fs = std::filesystem;

namespace {

constexpr const char* kName = "b\xC3\xBCro \xF0\x9F\x90\x9E knoten";  // an umlaut, an emoji beyond the BMP, spaces

/// A folder of that name.
class Office {
  public:
    Office() { fs::create_directory(path_of(path())); }
    [[nodiscard]] std::string path() const { return utf8_of(scratch_.path()) + "/" + kName; }
    [[nodiscard]] std::string file(const std::string& name) const { return path() + "/" + name; }
    void write(const std::string& name, const std::string& content) const {
        fs::create_directories(path_of(file(name)).parent_path());
        std::ofstream(path_of(file(name)), std::ios::binary) << content;
    }

  private:
    ScratchFolder scratch_;
};

}  // namespace

TEST_CASE("a path is the text that named it", "[base][path]") {
    CHECK(utf8_of(path_of(kName)) == kName);
    CHECK(path_of(kName).u8string() == u8"b\u00FCro \U0001F41E knoten");
    CHECK(generic_utf8_of(path_of("r\xC3\xBCl\xC3\xA9") / "x") == "r\xC3\xBCl\xC3\xA9/x");
    CHECK(path_of("").empty());
}

TEST_CASE("text that is no UTF-8 is a path all the same", "[base][path]") {
    std::error_code error;
    CHECK_FALSE(fs::exists(path_of("caf\xE9 \xC3"), error));
    CHECK(utf8_of(path_of("caf\xE9")).starts_with("caf"));
}

TEST_CASE("a snapshot is made and opened whatever its folder and its name are", "[base][path][snapshot]") {
    const Office office;
    const std::string path = office.file("kn\xC3\xB6tchen.kwsnap");

    REQUIRE(snapshot::Store::create(path, "test"));

    CHECK(fs::is_regular_file(path_of(path)));
    CHECK(snapshot::Snapshot::open(path));
    CHECK(snapshot::Store::open(path));
    const auto again = snapshot::Store::create(path, "test");
    REQUIRE_FALSE(again);
    CHECK(again.error().text().find(kName) != std::string::npos);
}

TEST_CASE("a folder and a file in it are imported by any name, and the documents know it", "[base][path][import]") {
    const Office office;
    office.write("n\xC3\xA4tz/k\xC3\xBC-kubelet.log", "E0131 10:00:00.000000    1234 kubelet.go:1] \"a line\"\n");
    auto store = snapshot::Store::create(office.file("x.kwsnap"), "test");
    REQUIRE(store);

    const auto imported = collectors::import_paths({office.file("n\xC3\xA4tz")}, *store);

    REQUIRE(imported);
    const auto documents = snapshot::StoredDocuments(store->database()).documents();
    REQUIRE(documents.size() == 1);
    CHECK(documents[0].original_path == "n\xC3\xA4tz/k\xC3\xBC-kubelet.log");
}

TEST_CASE("rules are loaded from a folder of any name", "[base][path][rules]") {
    const Office office;
    fs::create_directories(path_of(office.file("overlay")));
    const std::string file = office.file("overlay/overlay-vni-below-4096.yaml");
    fs::copy_file("rules/overlay/overlay-vni-below-4096.yaml", path_of(file));
    rules::RuleSet set;

    set.load_folder(office.path());

    CHECK(set.problems() == std::vector<std::string>{});
    REQUIRE(set.find("overlay-vni-below-4096") != nullptr);
    std::string path = set.find("overlay-vni-below-4096")->path;
    std::ranges::replace(path, '\\', '/');
    CHECK(path.ends_with(std::string(kName) + "/overlay/overlay-vni-below-4096.yaml"));
}
