// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/disk_path.h"

#include <catch2/catch_test_macros.hpp>

#include <cstring>
#include <map>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;

namespace {

std::string parsed(std::string_view text) {
    const auto path = parse_disk_path(text, 'C');
    return path ? path->text() : "none";
}

// The file system of these tests: links by the paths that they lie at, and nothing else.
Result<std::string> followed(const std::string& path, const std::map<std::string, DiskLink>& links,
                             bool also_last = true) {
    const auto real = follow_links(*parse_disk_path(path, 'C'), also_last,
                                   [&](const DiskPath& at) -> Result<std::optional<DiskLink>> {
                                       const auto found = links.find(at.text());
                                       return found == links.end() ? std::nullopt : std::optional(found->second);
                                   });
    if (!real) {
        return real.error();
    }
    return real->text();
}

void append(std::vector<std::byte>& data, const void* bytes, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(bytes);
    data.insert(data.end(), first, first + size);
}

// REPARSE_DATA_BUFFER as Windows lays it out: the target's name, then that for people.
std::vector<std::byte> reparse_point(std::uint32_t tag, std::u16string_view target, std::u16string_view shown,
                                     std::uint32_t flags) {
    const bool symlink = tag == 0xA000000C;
    const auto target_bytes = static_cast<std::uint16_t>(target.size() * 2);
    const auto shown_bytes = static_cast<std::uint16_t>(shown.size() * 2);
    const std::uint16_t header[] = {0, 0, 0, target_bytes, target_bytes, shown_bytes};
    std::vector<std::byte> data;
    append(data, &tag, sizeof tag);
    append(data, header, sizeof header);
    if (symlink) {
        append(data, &flags, sizeof flags);
    }
    append(data, target.data(), target_bytes);
    append(data, shown.data(), shown_bytes);
    return data;
}

}  // namespace

TEST_CASE("a path on a disk is read however it is spelled", "[windows][tree]") {
    CHECK(parsed("C:\\k\\config") == "C:\\k\\config");
    CHECK(parsed("d:/k/config") == "D:\\k\\config");
    CHECK(parsed("/var/lib/kubelet") == "C:\\var\\lib\\kubelet");
    CHECK(parsed("\\var\\.\\lib\\..\\log\\") == "C:\\var\\log");
    CHECK(parsed("C:\\..\\..\\k") == "C:\\k");
    CHECK(parsed("C:\\") == "C:\\");
    CHECK(parsed("C:\\Program Files\\containerd") == "C:\\Program Files\\containerd");
}

TEST_CASE("what is no file of a disk is no path", "[windows][tree]") {
    for (const char* each :
         {"", "C:", "C:config", "config", "CON", "\\\\server\\share\\x", "//server/share", "\\\\.\\pipe\\x",
          "\\\\?\\C:\\x", "C:\\k\\config:stream", "C:\\k\\a*b", "C:\\k\\a?b", "C:\\k\\a\nb", "1:\\k"}) {
        CAPTURE(each);
        CHECK(parsed(each) == "none");
    }
}

TEST_CASE("links are followed by the names that they hold", "[windows][tree]") {
    const std::map<std::string, DiskLink> links{
        {"C:\\var\\log\\containers\\a.log", {.target = "\\??\\C:\\var\\log\\pods\\a\\0.log"}},
        {"C:\\var\\log\\pods\\a\\0.log", {.target = "\\??\\D:\\docker\\a-json.log"}},
        {"C:\\cm\\config.conf", {.target = "..data\\config.conf", .relative = true}},
        {"C:\\cm\\..data", {.target = "..2024", .relative = true}},
        {"C:\\up\\one", {.target = "..\\k\\config", .relative = true}},
        {"C:\\top", {.target = "\\k\\config", .relative = true}},
    };
    CHECK(followed("C:\\var\\log\\containers\\a.log", links).value() == "D:\\docker\\a-json.log");
    CHECK(followed("C:\\cm\\config.conf", links).value() == "C:\\cm\\..2024\\config.conf");
    CHECK(followed("C:\\cm\\config.conf", links, false).value() == "C:\\cm\\config.conf");
    CHECK(followed("C:\\cm\\..data\\x", links, false).value() == "C:\\cm\\..2024\\x");
    CHECK(followed("C:\\up\\one", links).value() == "C:\\k\\config");
    CHECK(followed("C:\\top", links).value() == "C:\\k\\config");
    CHECK(followed("C:\\plain\\file", links).value() == "C:\\plain\\file");
}

TEST_CASE("a link to a share or a device is not followed", "[windows][tree]") {
    for (const DiskLink& link :
         {DiskLink{.target = "\\??\\UNC\\server\\share\\x"}, DiskLink{.target = "\\Device\\NamedPipe\\x"},
          DiskLink{.target = "\\??\\pipe\\x"}, DiskLink{.target = "\\\\server\\share", .relative = true},
          DiskLink{.target = "", .relative = true}}) {
        CAPTURE(link.target);
        CHECK(followed("C:\\link", {{"C:\\link", link}}).error().code == Errc::access_denied);
        CHECK(followed("C:\\link\\x", {{"C:\\link", link}}, false).error().code == Errc::access_denied);
    }
    const DiskLink circle{.target = "b", .relative = true};
    const DiskLink back{.target = "a", .relative = true};
    CHECK(followed("C:\\a", {{"C:\\a", circle}, {"C:\\b", back}}).error().code == Errc::io);
}

TEST_CASE("reparse points are read as far as their bytes go", "[windows][tree]") {
    const auto symlink = reparse_point(0xA000000C, u"\\??\\C:\\k", u"C:\\k", 0);
    const auto link = read_reparse_point(symlink);
    REQUIRE(link);
    CHECK(link->target == "\\??\\C:\\k");
    CHECK(link->shown == "C:\\k");
    CHECK_FALSE(link->relative);
    CHECK(read_reparse_point(reparse_point(0xA000000C, u"..\\k", u"..\\k", 1))->relative);

    const auto junction = read_reparse_point(reparse_point(0xA0000003, u"\\??\\D:\\", u"", 0));
    REQUIRE(junction);
    CHECK(junction->target == "\\??\\D:\\");
    CHECK(junction->shown == "D:\\");
    CHECK_FALSE(junction->leads_to_volume());
    CHECK(read_reparse_point(reparse_point(0xA0000003, u"\\??\\Volume{1}\\", u"", 0))->leads_to_volume());

    CHECK_FALSE(read_reparse_point(reparse_point(0x80000013, u"a", u"", 0)));  // deduplication
    for (std::size_t bytes = 0; bytes < symlink.size(); ++bytes) {
        CAPTURE(bytes);
        CHECK_FALSE(read_reparse_point(std::span(symlink).first(bytes)));
    }
}

TEST_CASE("a name with half a character comes back as it was", "[windows][tree]") {
    const std::wstring lone = {L'a', static_cast<wchar_t>(0xD83D), L'b', static_cast<wchar_t>(0xDE00)};
    CHECK(narrow_name(lone) ==
          "a\xED\xA0\xBD"
          "b\xED\xB8\x80");
    CHECK(wide_name(narrow_name(lone)) == lone);
    const std::wstring whole = L"\u00e9\xD83D\xDE00\ud55c.log";  // U+D55C begins with ED too
    CHECK(narrow_name(whole) == "\xC3\xA9\xF0\x9F\x98\x80\xED\x95\x9C.log");
    CHECK(wide_name(narrow_name(whole)) == whole);
    CHECK(wide_name("\xED") == L"\uFFFD");
    CHECK(wide_name("").empty());
}
