// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include "archive_builder.h"
#include "visited.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace kwd;
using kwd::test::ArchiveBuilder;
using kwd::test::has_note;
using kwd::test::notes_of;
using kwd::test::Visited;
using Format = ArchiveBuilder::Format;
using Filter = ArchiveBuilder::Filter;
using Lines = std::vector<std::string>;

namespace {

ArchiveSummary read(const std::string& bytes, Visited& visited, const ArchiveLimits& limits = {},
                    std::string_view name = "bundle.zip") {
    const auto summary = read_archive(bytes, name, limits, visited.visitor());
    REQUIRE(summary);
    CHECK(summary->entries == visited.entries.size());
    return *summary;
}

}  // namespace

TEST_CASE("every kind of archive is read", "[base][archive]") {
    const std::vector<std::pair<Format, Filter>> kinds{
        {Format::zip, Filter::none}, {Format::seven_zip, Filter::none}, {Format::tar, Filter::none},
        {Format::tar, Filter::gzip}, {Format::tar, Filter::bzip2},      {Format::tar, Filter::xz},
        {Format::tar, Filter::zstd},
    };
    for (const auto& [format, filter] : kinds) {
        INFO(static_cast<int>(format) << " " << static_cast<int>(filter));
        const std::string bytes = ArchiveBuilder(format, filter)
                                      .folder("logs")
                                      .file("logs/kubelet.log", "I0131 started\n")
                                      .file("network.txt", "")
                                      .bytes();
        CHECK(is_archive(bytes.substr(0, 262)));
        Visited visited;
        const auto summary = read(bytes, visited);
        CHECK(visited.listing() == Lines{"logs/kubelet.log=I0131 started\n", "network.txt="});
        CHECK(visited.entries[0].size == 14);
        CHECK(visited.entries[0].cut_bytes == 0);
        CHECK(visited.entries[0].modified_at == std::chrono::sys_seconds{std::chrono::seconds{1706695872}});
        CHECK(summary.total_bytes == 14);
        CHECK_FALSE(summary.stopped);
        CHECK(notes_of(summary).empty());
    }
}

TEST_CASE("names in UTF-8 are read in any locale", "[base][archive]") {
    using namespace std::string_literals;
    // A zip whose one entry is marked as UTF-8; the tests run in the C locale.
    const std::string zip =
        "\x50\x4b\x03\x04\x14\x00\x00\x08\x00\x00\x00\x00\x21\x00\x83\x16\xdc\x8c\x01\x00\x00\x00\x01\x00"
        "\x00\x00\x10\x00\x00\x00\xc3\x9c\x62\x65\x72\x2f\xe6\x97\xa5\xe6\x9c\xac\x2e\x74\x78\x74\x78\x50"
        "\x4b\x01\x02\x14\x03\x14\x00\x00\x08\x00\x00\x00\x00\x21\x00\x83\x16\xdc\x8c\x01\x00\x00\x00\x01"
        "\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00\x00\xc3\x9c\x62"
        "\x65\x72\x2f\xe6\x97\xa5\xe6\x9c\xac\x2e\x74\x78\x74\x50\x4b\x05\x06\x00\x00\x00\x00\x01\x00\x01"
        "\x00\x3e\x00\x00\x00\x2f\x00\x00\x00\x00\x00"s;
    Visited visited;
    read(zip, visited);
    CHECK(visited.listing() == Lines{"Über/日本.txt=x"});
}

TEST_CASE("names that PowerShell wrote have slashes", "[base][archive]") {
    const std::string bytes = ArchiveBuilder(Format::zip)
                                  .file("adapters\\", "")
                                  .file("adapters\\Ethernet_int.txt", "a")
                                  .file(".\\ip.txt", "b")
                                  .bytes();
    Visited visited;
    const auto summary = read(bytes, visited);
    CHECK(visited.listing() == Lines{"adapters/Ethernet_int.txt=a", "ip.txt=b"});
    CHECK(notes_of(summary).empty());
}

TEST_CASE("names that climb out of the archive stay within, and are told of", "[base][archive]") {
    for (const Format format : {Format::zip, Format::tar}) {
        const std::string bytes = ArchiveBuilder(format)
                                      .file("../../etc/passwd", "1")
                                      .file("/etc/shadow", "2")
                                      .file("C:/k/config", "3")
                                      .file("logs/../../x", "4")
                                      .file("..", "5")
                                      .file("a\nb.txt", "6")
                                      .bytes();
        Visited visited;
        const auto summary = read(bytes, visited);
        CHECK(visited.listing() ==
              Lines{"etc/passwd=1", "etc/shadow=2", "C/k/config=3", "logs/x=4", "unnamed=5", "a_b.txt=6"});
        CHECK(notes_of(summary) ==
              Lines{"etc/passwd: is called `../../etc/passwd` there", "etc/shadow: is called `/etc/shadow` there",
                    "C/k/config: is called `C:/k/config` there", "logs/x: is called `logs/../../x` there",
                    "unnamed: is called `..` there", "a_b.txt: is called `a\\x0ab.txt` there"});
    }
}

TEST_CASE("names in a code page are read", "[base][archive]") {
    const std::string bytes = ArchiveBuilder(Format::tar)
                                  .file(
                                      "Gr\xf6\xdf"
                                      "e.txt",
                                      "1")
                                  .file("网络.txt", "2")
                                  .bytes();
    Visited visited;
    read(bytes, visited);
    CHECK(visited.listing() == Lines{"Größe.txt=1", "网络.txt=2"});
}

TEST_CASE("files of the same name are kept apart", "[base][archive]") {
    const std::string bytes = ArchiveBuilder(Format::tar)
                                  .file("azure-vnet.log", "1")
                                  .file("azure-vnet.log", "2")
                                  .file("azure-vnet (2).log", "3")
                                  .file("./azure-vnet.log", "4")
                                  .file(".conf", "5")
                                  .file(".conf", "6")
                                  .bytes();
    Visited visited;
    const auto summary = read(bytes, visited);
    CHECK(visited.listing() == Lines{"azure-vnet.log=1", "azure-vnet (2).log=2", "azure-vnet (2) (2).log=3",
                                     "azure-vnet (3).log=4", ".conf=5", ".conf (2)=6"});
    CHECK(summary.notes.size() == 4);
    CHECK(has_note(summary, "azure-vnet (2).log", "another file called `azure-vnet.log`"));
}

TEST_CASE("links and devices are never followed", "[base][archive]") {
    const std::string bytes = ArchiveBuilder(Format::tar)
                                  .symbolic_link("passwords", "/etc/shadow")
                                  .file("plain", "1")
                                  .hard_link("again", "plain")
                                  .device("disk")
                                  .fifo("pipe")
                                  .bytes();
    Visited visited;
    const auto summary = read(bytes, visited);
    CHECK(visited.listing() == Lines{"plain=1"});
    CHECK(notes_of(summary) == Lines{"passwords: is a symbolic link, not followed: /etc/shadow",
                                     "again: is a hard link, not followed: plain",
                                     "disk: is a device, a FIFO or a socket: not read",
                                     "pipe: is a device, a FIFO or a socket: not read"});

    Visited from_zip;
    const auto zip = read(ArchiveBuilder(Format::zip).symbolic_link("passwords", "/etc/shadow").bytes(), from_zip);
    CHECK(from_zip.entries.empty());
    CHECK(has_note(zip, "passwords", "symbolic link"));
}

TEST_CASE("encrypted files are named, the others are read", "[base][archive]") {
    if (!ArchiveBuilder::can_encrypt()) {
        SKIP("this libarchive cannot encrypt");
    }
    for (const char* encryption : {"zip:encryption=zipcrypt", "zip:encryption=aes256"}) {
        const std::string bytes =
            ArchiveBuilder(Format::zip, Filter::none, encryption).file("secret.txt", "s3cret").bytes();
        Visited visited;
        const auto summary = read(bytes, visited);
        CHECK(visited.entries.empty());
        CHECK(notes_of(summary) == Lines{"secret.txt: is encrypted: not read"});
        CHECK_FALSE(summary.stopped);
    }
}

TEST_CASE("archives within an archive are files", "[base][archive]") {
    const std::string inner = ArchiveBuilder(Format::zip).file("a.txt", "1").bytes();
    const std::string bytes = ArchiveBuilder(Format::tar, Filter::gzip).file("inner.zip", inner).bytes();
    Visited visited;
    read(bytes, visited);
    CHECK(visited.listing() == Lines{"inner.zip=" + inner});
}

TEST_CASE("a compressed file that is no tar is one file", "[base][archive]") {
    // printf 'line\n' | gzip -n | od -An -tx1
    using namespace std::string_literals;
    const std::string gzip =
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\xc9\xcc\x4b\xe5\x02\x00\x42\x83\x16\x68\x05\x00\x00\x00"s;
    Visited visited;
    read(gzip, visited, {}, "logs/kubelet.log.1.gz");
    CHECK(visited.listing() == Lines{"kubelet.log.1=line\n"});
}

TEST_CASE("a bomb stops at the ratio and keeps what came before", "[base][archive]") {
    const std::string zeros(20U << 20, '\0');
    for (const auto& [format, filter] : std::vector<std::pair<Format, Filter>>{
             {Format::zip, Filter::none}, {Format::tar, Filter::gzip}, {Format::seven_zip, Filter::none}}) {
        const std::string bytes =
            ArchiveBuilder(format, filter).file("first.txt", "1").file("bomb", zeros).file("last.txt", "2").bytes();
        REQUIRE(bytes.size() < 100'000);
        Visited visited;
        const auto summary = read(bytes, visited);
        CHECK(summary.stopped);
        CHECK(has_note(summary, "", "unpacks to more than 200 times its size"));
        REQUIRE(visited.entries.size() == 2);
        CHECK(visited.entries[0].path == "first.txt");
        CHECK(visited.entries[1].bytes.size() < 11U << 20);
        CHECK(has_note(summary, "bomb", "only its first"));
        CHECK(summary.total_bytes < 11U << 20);
    }
}

TEST_CASE("limits on entries, bytes and file sizes hold", "[base][archive]") {
    ArchiveBuilder builder(Format::tar);
    for (int i = 0; i < 10; ++i) {
        builder.file("f" + std::to_string(i), "0123456789");
    }
    const std::string bytes = builder.bytes();

    Visited few;
    const auto by_entries = read(bytes, few, {.max_entries = 3});
    CHECK(few.listing() == Lines{"f0=0123456789", "f1=0123456789", "f2=0123456789"});
    CHECK(by_entries.stopped);
    CHECK(notes_of(by_entries) == Lines{": holds more than 3 entries: the rest was not read"});

    Visited all;
    CHECK_FALSE(read(bytes, all, {.max_entries = 10}).stopped);

    Visited some;
    const auto by_bytes = read(bytes, some, {.max_total_bytes = 25});
    CHECK(some.entries.size() == 3);
    CHECK(by_bytes.stopped);
    CHECK(has_note(by_bytes, "", "holds more than 25 bytes"));
    CHECK(has_note(by_bytes, "f2", "only its first 10 bytes"));

    Visited cut;
    const auto by_size = read(bytes, cut, {.max_entry_bytes = 8});
    CHECK(cut.entries.size() == 10);
    CHECK(cut.entries[0].bytes == "01236789");
    CHECK(cut.entries[0].size == 10);
    CHECK(cut.entries[0].cut_at == 4);
    CHECK(cut.entries[0].cut_bytes == 2);
    CHECK_FALSE(by_size.stopped);
    CHECK(has_note(by_size, "f0", "2 bytes in its middle were left out"));
}

TEST_CASE("the two parts of a long file begin at even offsets", "[base][archive]") {
    std::string content;
    for (int i = 0; i < 300'001; ++i) {
        content += static_cast<char>('a' + i % 23);
    }
    const std::string bytes = ArchiveBuilder(Format::tar).file("f", content).bytes();
    for (const std::uint64_t limit : {1U, 7U, 1000U, 1001U, 1002U, 1003U, 65'536U, 131'073U, 300'000U}) {
        INFO(limit);
        Visited visited;
        read(bytes, visited, {.max_entry_bytes = limit});
        const ArchiveEntry& entry = visited.entries.at(0);
        CHECK(entry.size == content.size());
        CHECK(entry.bytes.size() <= limit);
        CHECK(entry.bytes.size() + 2 >= limit);
        CHECK(entry.cut_at % 2 == 0);
        CHECK(entry.cut_bytes % 2 == 0);
        CHECK(entry.bytes == content.substr(0, entry.cut_at) + content.substr(entry.cut_at + entry.cut_bytes));
    }
}

TEST_CASE("a truncated archive gives what is there", "[base][archive]") {
    std::string noise;
    unsigned state = 7;
    for (int i = 0; i < 200'000; ++i) {
        state = state * 1664525U + 1013904223U;
        noise += static_cast<char>(state >> 24);
    }
    for (const auto& [format, filter] : std::vector<std::pair<Format, Filter>>{
             {Format::zip, Filter::none}, {Format::tar, Filter::none}, {Format::tar, Filter::gzip}}) {
        const std::string bytes =
            ArchiveBuilder(format, filter).file("first.txt", "1").file("second.bin", noise).bytes();
        Visited visited;
        const auto summary = read(bytes.substr(0, 100'000), visited);
        CHECK(summary.stopped);
        REQUIRE(visited.entries.size() == 2);
        CHECK(visited.entries[0].bytes == "1");
        CHECK(visited.entries[1].bytes.size() > 50'000);
        CHECK(noise.starts_with(visited.entries[1].bytes));
        CHECK(has_note(summary, "second.bin", "damaged"));
        CHECK(has_note(summary, "second.bin", "only its first"));
        CHECK(has_note(summary, "", "damaged, the rest was not read"));
    }
}

TEST_CASE("a file whose checksum is wrong is read and told of", "[base][archive]") {
    std::string bytes = ArchiveBuilder(Format::zip, Filter::none, "zip:compression=store")
                            .file("a.txt", "content")
                            .file("b.txt", "2")
                            .bytes();
    bytes[bytes.find("content")] = 'C';
    Visited visited;
    const auto summary = read(bytes, visited);
    CHECK(visited.listing() == Lines{"a.txt=Content", "b.txt=2"});
    CHECK(summary.notes.size() == 1);
    CHECK(has_note(summary, "a.txt", "CRC"));
}

TEST_CASE("what is no archive is refused with a reason", "[base][archive]") {
    Visited visited;
    const auto refused = [&](std::string_view bytes) {
        const auto summary = read_archive(bytes, "x.zip", {}, visited.visitor());
        return summary ? std::string("read") : std::string(name_of(summary.error().code));
    };
    CHECK(refused("") == "unsupported");
    CHECK(refused("plain text") == "unsupported");
    CHECK(refused("7z\xbc\xaf\x27\x1c and then nothing of the kind") == "malformed");
    CHECK(refused("\x1f\x8b\x08 and then nothing of the kind") == "malformed");
    std::string tar(512, 'x');
    tar.replace(257, 5, "ustar");
    CHECK(refused(tar) == "malformed");
    CHECK(visited.entries.empty());
}

TEST_CASE("notes are many but not endless", "[base][archive]") {
    ArchiveBuilder builder(Format::tar);
    for (int i = 0; i < 1005; ++i) {
        builder.fifo("f" + std::to_string(i));
    }
    Visited visited;
    const auto summary = read(builder.bytes(), visited);
    CHECK(summary.notes.size() == kMaxArchiveNotes + 1);
    CHECK(summary.notes.back().text == "5 more notes");
}
