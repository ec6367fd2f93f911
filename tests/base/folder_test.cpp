// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"
#include "base/archive.h"
#include "scratch_folder.h"
#include "visited.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace kwd;
using kwd::test::ArchiveBuilder;
using kwd::test::has_note;
using kwd::test::notes_of;
using kwd::test::ScratchFolder;
using kwd::test::Visited;
using Format = ArchiveBuilder::Format;
using Filter = ArchiveBuilder::Filter;
using Lines = std::vector<std::string>;
namespace fs = std::filesystem;

TEST_CASE("the files below a folder are visited in the order of their names", "[base][archive][folder]") {
    const ScratchFolder folder;
    folder.write("b.txt", "2");
    folder.write("a/z.txt", "1");
    folder.write("c/d/e.txt", "3");
    folder.write("adapters\\Ethernet_int.txt", "4");  // what unzip on Linux makes of Compress-Archive's names
    fs::create_directories(folder / "empty");
    fs::last_write_time(folder / "b.txt",
                        std::chrono::file_clock::from_sys(std::chrono::sys_seconds{std::chrono::seconds{1706695872}}));
    Visited visited;
    const auto summary = read_folder(folder.path(), {}, visited.visitor());
    REQUIRE(summary);
    CHECK(visited.listing() == Lines{"a/z.txt=1", "adapters/Ethernet_int.txt=4", "b.txt=2", "c/d/e.txt=3"});
    CHECK(visited.entries[2].modified_at == std::chrono::sys_seconds{std::chrono::seconds{1706695872}});
    CHECK(summary->entries == 4);
    CHECK(summary->total_bytes == 4);
    CHECK(notes_of(*summary).empty());
}

TEST_CASE("limits hold in folders too", "[base][archive][folder]") {
    const ScratchFolder folder;
    folder.write("a", "0123456789");
    folder.write("b", "abcdefghi");
    folder.write("c", "x");

    Visited cut;
    const auto by_size = read_folder(folder.path(), {.max_entry_bytes = 6}, cut.visitor());
    REQUIRE(by_size);
    CHECK(cut.listing() == Lines{"a=016789", "b=abghi", "c=x"});
    CHECK(cut.entries[0].size == 10);
    CHECK(cut.entries[0].cut_at == 2);
    CHECK(cut.entries[0].cut_bytes == 4);
    CHECK(has_note(*by_size, "a", "4 bytes in its middle were left out"));

    Visited few;
    const auto by_entries = read_folder(folder.path(), {.max_entries = 2}, few.visitor());
    REQUIRE(by_entries);
    CHECK(few.entries.size() == 2);
    CHECK(by_entries->stopped);

    Visited some;
    const auto by_bytes = read_folder(folder.path(), {.max_total_bytes = 15}, some.visitor());
    REQUIRE(by_bytes);
    CHECK(some.entries.size() == 2);
    CHECK(by_bytes->stopped);
    CHECK(has_note(*by_bytes, "", "holds more than 15 bytes"));
}

TEST_CASE("a path is read as the folder, archive or file that it is", "[base][archive][folder]") {
    const ScratchFolder folder;
    folder.write("in/a.txt", "1");
    folder.write("bundle.bin", ArchiveBuilder(Format::zip).file("b.txt", "2").bytes());
    folder.write("plain.zip", "not really");

    Visited from_folder;
    REQUIRE(read_path(folder / "in", {}, from_folder.visitor()));
    CHECK(from_folder.listing() == Lines{"a.txt=1"});

    Visited from_archive;
    REQUIRE(read_path(folder / "bundle.bin", {}, from_archive.visitor()));
    CHECK(from_archive.listing() == Lines{"b.txt=2"});

    Visited from_file;
    REQUIRE(read_path(folder / "plain.zip", {}, from_file.visitor()));
    CHECK(from_file.listing() == Lines{"plain.zip=not really"});

    Visited none;
    CHECK(read_path(folder / "missing", {}, none.visitor()).error().code == Errc::not_found);
    CHECK(read_archive(folder / "missing", {}, none.visitor()).error().code == Errc::not_found);
    CHECK(read_folder(folder / "missing", {}, none.visitor()).error().code == Errc::not_found);
    CHECK(read_archive(folder / "plain.zip", {}, none.visitor()).error().code == Errc::unsupported);
    CHECK(read_folder(folder / "plain.zip", {}, none.visitor()).error().code == Errc::invalid_input);
    if (std::filesystem::is_character_file("/dev/null")) {
        CHECK(read_path("/dev/null", {}, none.visitor()).error().code == Errc::invalid_input);
    }
    CHECK(none.entries.empty());
}

TEST_CASE("an archive file is read as the same bytes in memory are", "[base][archive][folder]") {
    const ScratchFolder folder;
    for (const auto& [name, format, filter] :
         std::vector<std::tuple<std::string, Format, Filter>>{{"a.zip", Format::zip, Filter::none},
                                                              {"a.7z", Format::seven_zip, Filter::none},
                                                              {"a.tar.xz", Format::tar, Filter::xz}}) {
        folder.write(name, ArchiveBuilder(format, filter).file("x/y.txt", std::string(200'000, 'y')).bytes());
        Visited visited;
        const auto summary = read_archive(folder / name, {}, visited.visitor());
        REQUIRE(summary);
        CHECK(visited.listing() == Lines{"x/y.txt=" + std::string(200'000, 'y')});
        CHECK(notes_of(*summary).empty());
    }
}

TEST_CASE("archives within are opened down to the limit", "[base][archive][folder]") {
    const std::string third = ArchiveBuilder(Format::zip).file("c.txt", "3").bytes();
    const std::string second = ArchiveBuilder(Format::seven_zip).file("third.zip", third).file("b.txt", "2").bytes();
    const std::string first = ArchiveBuilder(Format::tar).file("second.7z", second).file("a.txt", "1").bytes();
    const ScratchFolder folder;
    folder.write("first.tar", first);

    Visited all;
    const auto deep = read_path(folder.path(), {}, all.visitor());
    REQUIRE(deep);
    CHECK(all.listing() ==
          Lines{"first.tar/second.7z/third.zip/c.txt=3", "first.tar/second.7z/b.txt=2", "first.tar/a.txt=1"});
    CHECK(notes_of(*deep).empty());

    Visited some;
    const auto shallow = read_path(folder.path(), {.max_depth = 2}, some.visitor());
    REQUIRE(shallow);
    CHECK(some.listing() ==
          Lines{"first.tar/second.7z/third.zip=" + third, "first.tar/second.7z/b.txt=2", "first.tar/a.txt=1"});
    CHECK(notes_of(*shallow) == Lines{"first.tar/second.7z/third.zip: is an archive that lies too deep to be opened"});

    Visited none;
    REQUIRE(read_path(folder.path(), {.max_depth = 0}, none.visitor()));
    CHECK(none.listing() == Lines{"first.tar=" + first});
}

TEST_CASE("a bomb or damage within costs only that archive", "[base][archive][folder]") {
    const std::string bomb = ArchiveBuilder(Format::zip).file("zeros", std::string(20U << 20, '\0')).bytes();
    const std::string whole = ArchiveBuilder(Format::zip).file("x.txt", std::string(5000, 'x')).bytes();
    const ScratchFolder folder;
    folder.write("a.zip", bomb);
    folder.write("b.zip", whole.substr(0, 20));
    folder.write("c.zip", whole);
    Visited visited;
    const auto summary = read_path(folder.path(), {}, visited.visitor());
    REQUIRE(summary);
    CHECK_FALSE(summary->stopped);
    REQUIRE(visited.entries.size() == 3);
    CHECK(visited.entries[0].path == "a.zip/zeros");
    CHECK(has_note(*summary, "a.zip", "unpacks to more than 200 times its size"));
    CHECK(visited.entries[1].path == "b.zip");
    CHECK(visited.entries[1].bytes == whole.substr(0, 20));
    CHECK(has_note(*summary, "b.zip", "cannot be opened as an archive"));
    CHECK(visited.entries[2].path == "c.zip/x.txt");
}

TEST_CASE("the total of nested archives is limited together", "[base][archive][folder]") {
    const ScratchFolder folder;
    for (const char* name : {"a.zip", "b.zip", "c.zip"}) {
        folder.write(name, ArchiveBuilder(Format::zip).file("x", std::string(100'000, 'x')).bytes());
    }
    Visited visited;
    const auto summary = read_path(folder.path(), {.max_total_bytes = 150'000}, visited.visitor());
    REQUIRE(summary);
    CHECK(summary->stopped);
    CHECK(summary->total_bytes < 300'000);
    CHECK(visited.entries.size() == 2);
}
