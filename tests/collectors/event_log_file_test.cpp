// SPDX-License-Identifier: Apache-2.0
// Event log files are built here byte by byte from the format's description. python-evtx 0.6.1 renders the first of
// them, which is also tests/fixtures/loose/events/system.evtx, to the same elements and values.
#include "collectors/import/event_log_file.h"

#include "collectors/import/binary_xml.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>
#include <string_view>

using namespace kwd::collectors;
using namespace std::string_view_literals;

namespace {

constexpr std::size_t kChunk = 65536;
constexpr std::size_t kFileHeader = 4096;

std::string number(std::uint64_t value, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
    }
    return bytes;
}

std::string utf16(std::string_view ascii) {
    std::string bytes;
    for (const char c : ascii) {
        bytes += c;
        bytes += '\0';
    }
    return bytes;
}

/// One chunk: records are appended, and offsets are those of the chunk.
class Chunk {
  public:
    Chunk() : bytes_("ElfChnk\0"sv) { bytes_.resize(512, '\0'); }

    std::size_t begin_record(std::uint64_t id) {
        const std::size_t begin = bytes_.size();
        last_ = id;
        last_begin_ = begin;
        bytes_ += "**\0\0"sv;
        bytes_ += number(0, 4) + number(id, 8) + number(133'511'694'723'450'000, 8);
        return begin;
    }
    void end_record(std::size_t begin) {
        const std::size_t size = bytes_.size() + 4 - begin;
        bytes_.replace(begin + 4, 4, number(size, 4));
        bytes_ += number(size, 4);
    }
    void add(std::string_view bytes) { bytes_ += bytes; }
    /// A name that is met here for the first time.
    void add_name(std::string_view name) {
        bytes_ += number(bytes_.size() + 4, 4) + number(0, 4) + number(0, 2) + number(name.size(), 2) + utf16(name) +
                  number(0, 2);
    }
    void open(std::string_view name, bool attributes = false) {
        bytes_ += attributes ? '\x41' : '\x01';
        bytes_ += number(0xFFFF, 2) + number(0, 4);
        add_name(name);
        bytes_ += attributes ? number(0, 4) : std::string();
    }
    void attribute(std::string_view name) {
        bytes_ += '\x06';
        add_name(name);
    }
    void substitution(std::uint16_t id, std::uint8_t type) {
        bytes_ += '\x0e' + number(id, 2) + static_cast<char>(type);
    }
    void element(std::string_view name, std::uint16_t id, std::uint8_t type) {
        open(name);
        bytes_ += '\x02';
        substitution(id, type);
        bytes_ += '\x04';
    }
    void text(std::string_view value) {
        bytes_ += "\x05\x01"sv;
        bytes_ += number(value.size(), 2) + utf16(value);
    }
    /// Answers where its definition stands.
    std::size_t begin_template() {
        bytes_ += "\x0f\x01\x01\0\x0c\x01"sv;
        bytes_ += number(7, 4) + number(bytes_.size() + 8, 4);
        const std::size_t definition = bytes_.size();
        bytes_ += number(0, 4) + std::string(16, '\x11') + number(0, 4) + std::string("\x0f\x01\x01\0"sv);
        return definition;
    }
    void end_template(std::size_t definition) {
        bytes_ += '\0';
        bytes_.replace(definition + 20, 4, number(bytes_.size() - definition - 24, 4));
    }
    void use_template(std::size_t definition) {
        bytes_ += "\x0f\x01\x01\0\x0c\x01"sv;
        bytes_ += number(7, 4) + number(definition, 4);
    }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::string whole() const {
        std::string bytes = bytes_;
        const std::string numbers = number(1, 8) + number(last_, 8);
        bytes.replace(8, 40, numbers + numbers + number(128, 4) + number(last_begin_, 4));
        bytes.replace(48, 4, number(bytes.size(), 4));
        bytes.resize(kChunk, '\0');
        return bytes;
    }

  private:
    std::string bytes_;
    std::uint64_t last_ = 0;
    std::size_t last_begin_ = 0;
};

struct Value {
    std::uint8_t type;
    std::string bytes;
};

void add_values(Chunk& chunk, std::initializer_list<Value> values) {
    chunk.add(number(values.size(), 4));
    for (const Value& each : values) {
        chunk.add(number(each.bytes.size(), 2) + static_cast<char>(each.type) + '\0');
    }
    for (const Value& each : values) {
        chunk.add(each.bytes);
    }
}

// The template of an event: its data may be an embedded fragment or strings.
std::size_t add_event_template(Chunk& chunk) {
    const std::size_t definition = chunk.begin_template();
    chunk.open("Event", true);
    chunk.attribute("xmlns");
    chunk.text("http://schemas.microsoft.com/win/2004/08/events/event");
    chunk.add("\x02");
    chunk.open("System");
    chunk.add("\x02");
    chunk.open("Provider", true);
    chunk.attribute("Name");
    chunk.substitution(0, 0x01);
    chunk.attribute("Guid");
    chunk.substitution(1, 0x0f);
    chunk.add("\x03");
    chunk.element("EventID", 2, 0x06);
    chunk.element("Level", 3, 0x04);
    chunk.open("TimeCreated", true);
    chunk.attribute("SystemTime");
    chunk.substitution(4, 0x11);
    chunk.add("\x03");
    chunk.element("Channel", 5, 0x01);
    chunk.open("Security", true);
    chunk.attribute("UserID");
    chunk.substitution(6, 0x13);
    chunk.add("\x03\x04");
    chunk.open("EventData");
    chunk.add("\x02");
    chunk.open("Data");
    chunk.add("\x02");
    chunk.substitution(7, 0x81);
    chunk.add("\x04\x04\x04");
    chunk.end_template(definition);
    return definition;
}

// 2024-01-31T10:11:12.3450000Z
const std::string kTime = number(133'511'694'723'450'000, 8);
const std::string kSystemSid = std::string("\x01\x01\0\0\0\0\0\x05"sv) + number(18, 4);

void add_event_values(Chunk& chunk, std::string_view data) {
    add_values(chunk, {{0x01, utf16("HNS & friends")},
                       {0x00, ""},
                       {0x06, number(1000, 2)},
                       {0x04, number(2, 1)},
                       {0x11, kTime},
                       {0x01, utf16("System")},
                       {0x13, kSystemSid},
                       {0x81, utf16(data)}});
}

std::string file_of(const std::string& chunks) {
    std::string bytes("ElfFile\0"sv);
    bytes += number(0, 8) + number(chunks.size() / kChunk - 1, 8) + number(3, 8) + number(128, 4) + number(1, 2) +
             number(3, 2) + number(4096, 2) + number(chunks.size() / kChunk, 2);
    bytes.resize(kFileHeader, '\0');
    return bytes + chunks;
}

std::string two_events(std::uint64_t first_id = 1) {
    Chunk chunk;
    std::size_t record = chunk.begin_record(first_id);
    const std::size_t definition = add_event_template(chunk);
    add_event_values(chunk, "a<b\0c\0"sv);
    chunk.add("\0"sv);
    chunk.end_record(record);
    record = chunk.begin_record(first_id + 1);
    chunk.use_template(definition);
    add_event_values(chunk, "second\0"sv);
    chunk.add("\0"sv);
    chunk.end_record(record);
    return chunk.whole();
}

std::string event_with(std::uint64_t id, std::string_view text) {
    Chunk chunk;
    const std::size_t record = chunk.begin_record(id);
    chunk.add("\x01" + number(0, 4));
    chunk.add_name("Event");
    chunk.add("\x02");
    chunk.text(text);
    chunk.add("\x04");
    chunk.end_record(record);
    return chunk.whole();
}

// Templates of which each refers to the one before it sixty times: thirteen million in all.
std::string laborious_event(std::uint64_t id) {
    Chunk chunk;
    const std::size_t record = chunk.begin_record(id);
    std::size_t before = chunk.begin_template();
    chunk.end_template(before);
    add_values(chunk, {});
    for (int level = 0; level < 4; ++level) {
        const std::size_t definition = chunk.begin_template();
        for (int i = 0; i < 60; ++i) {
            chunk.use_template(before);
            add_values(chunk, {});
        }
        chunk.end_template(definition);
        add_values(chunk, {});
        before = definition;
    }
    chunk.end_record(record);
    return chunk.whole();
}

constexpr std::size_t kEnough = 4 << 20;

}  // namespace

TEST_CASE("the events of an event log file are the XML that Windows renders", "[import][evtx]") {
    const auto text = event_log_as_xml(file_of(two_events()), kEnough);
    CHECK(text.events == 2);
    CHECK(text.unread == 0);
    CHECK_FALSE(text.breaks_off);
    const std::string head =
        R"(<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="HNS &amp; friends"/>)"
        R"(<EventID>1000</EventID><Level>2</Level><TimeCreated SystemTime="2024-01-31T10:11:12.3450000Z"/>)"
        R"(<Channel>System</Channel><Security UserID="S-1-5-18"/></System><EventData>)";
    CHECK(text.xml == head + "<Data>a&lt;b</Data><Data>c</Data></EventData></Event>\n" + head +
                          "<Data>second</Data></EventData></Event>\n");
}

TEST_CASE("a fragment that is a value is rendered where it is put", "[import][evtx]") {
    Chunk chunk;
    const std::size_t record = chunk.begin_record(1);
    const std::size_t outer = chunk.begin_template();
    chunk.open("Event");
    chunk.add("\x02");
    chunk.substitution(0, 0x21);
    chunk.add("\x04");
    chunk.end_template(outer);
    // The fragment's offsets are those of the chunk: it is built where it will lie, behind count and description.
    Chunk built = chunk;
    built.add(number(1, 4) + number(0, 4));
    const std::size_t begin = built.size();
    const std::size_t inner = built.begin_template();
    built.open("EventData");
    built.add("\x02");
    built.open("Data", true);
    built.attribute("Name");
    built.text("param1");
    built.add("\x02");
    built.substitution(0, 0x14);
    built.add("\x04\x04");
    built.end_template(inner);
    add_values(built, {{0x14, number(0x803b0014, 4)}});
    const std::string fragment = built.whole().substr(begin, built.size() - begin);
    add_values(chunk, {{0x21, fragment}});
    chunk.end_record(record);
    const auto text = event_log_as_xml(file_of(chunk.whole()), kEnough);
    CHECK(text.xml == "<Event><EventData><Data Name=\"param1\">0x803b0014</Data></EventData></Event>\n");
}

TEST_CASE("a broken event costs itself alone", "[import][evtx]") {
    std::string chunk = two_events();
    const std::size_t first = chunk.find(utf16("Provider"));
    chunk[first] = '\x01';  // no name begins so; the second event refers to the same definition
    auto text = event_log_as_xml(file_of(chunk), kEnough);
    CHECK(text.events == 0);
    CHECK(text.unread == 2);
    CHECK(text.xml.empty());

    chunk = two_events();
    const std::size_t second = chunk.rfind("**\0\0"sv);
    chunk[second + 24 + 4] = '\x7f';  // an unknown token
    text = event_log_as_xml(file_of(chunk), kEnough);
    CHECK(text.events == 1);
    CHECK(text.unread == 1);
}

TEST_CASE("what is left of an event log file is read", "[import][evtx]") {
    const std::string file = file_of(two_events() + std::string(kChunk, 'x') + two_events());
    const auto damaged = event_log_as_xml(file, kEnough);
    CHECK(damaged.events == 4);
    CHECK(damaged.breaks_off);

    const auto cut = event_log_as_xml(std::string_view(file).substr(0, kFileHeader + 1500), kEnough);
    CHECK(cut.events == 1);
    CHECK(cut.breaks_off);
    CHECK(event_log_as_xml("ElfFile\0"sv, kEnough).breaks_off);
    CHECK_FALSE(event_log_as_xml(file_of(Chunk().whole()), kEnough).breaks_off);

    const auto some = event_log_as_xml(file, 600);
    CHECK(some.events == 1);
    CHECK(some.is_cut);
}

TEST_CASE("older records behind the last one are not taken for new", "[import][evtx]") {
    std::string chunk = two_events();
    const std::size_t second = chunk.rfind("**\0\0"sv);
    chunk[second + 8] = '\x09';
    chunk.replace(48, 4, number(second, 4));  // where the free space begins
    const auto text = event_log_as_xml(file_of(chunk), kEnough);
    CHECK(text.events == 1);
    CHECK_FALSE(text.breaks_off);
}

TEST_CASE("records that the chunk's header does not know of yet are read", "[import][evtx]") {
    std::string chunk = two_events();
    chunk.replace(48, 4, number(chunk.rfind("**\0\0"sv), 4));
    CHECK(event_log_as_xml(file_of(chunk), kEnough).events == 2);
}

TEST_CASE("a destroyed record is told of, and those behind it are read", "[import][evtx]") {
    std::string chunk = two_events();
    chunk[512] = 'x';  // the signature of the first
    auto text = event_log_as_xml(file_of(chunk), kEnough);
    CHECK(text.events == 1);
    CHECK(text.breaks_off);
    CHECK(text.xml.find("<Data>second</Data>") != std::string::npos);

    chunk = two_events();
    chunk[512 + 4 + 1] = '\x01';  // its size
    text = event_log_as_xml(file_of(chunk), kEnough);
    CHECK(text.events == 1);
    CHECK(text.breaks_off);

    chunk = two_events();
    chunk[chunk.rfind("**\0\0"sv)] = 'x';
    text = event_log_as_xml(file_of(chunk), kEnough);
    CHECK(text.events == 1);
    CHECK(text.breaks_off);

    // Records of a log that somebody filtered have numbers with gaps.
    chunk = two_events();
    chunk[chunk.rfind("**\0\0"sv) + 8] = '\x09';
    text = event_log_as_xml(file_of(chunk), kEnough);
    CHECK(text.events == 2);
    CHECK_FALSE(text.breaks_off);

    chunk = two_events();
    chunk.replace(48, 4, number(0, 4));  // nothing tells where the records end
    CHECK(event_log_as_xml(file_of(chunk), kEnough).breaks_off);
}

TEST_CASE("of a large event log file the newest events are kept, in the order in which they were written",
          "[import][evtx]") {
    // A full log begins again at the front of its file.
    const std::string one = "<Event>one</Event>\n";
    const std::string two = "<Event>two</Event>\n";
    const std::string ten = "<Event>ten</Event>\n";
    const std::string file = file_of(event_with(10, "ten") + event_with(1, "one") + event_with(2, "two"));
    CHECK(event_log_as_xml(file, kEnough).xml == one + two + ten);
    const auto newest = event_log_as_xml(file, 2 * one.size());
    CHECK(newest.xml == two + ten);
    CHECK(newest.events == 2);
    CHECK(newest.is_cut);
    CHECK_FALSE(event_log_as_xml(file, 3 * one.size()).is_cut);

    const std::string second = event_log_as_xml(file_of(two_events()), 500).xml;
    CHECK(second.find("<Data>second</Data>") != std::string::npos);
}

TEST_CASE("the work on an event log file is bounded as a whole", "[import][evtx]") {
    const auto text = event_log_as_xml(file_of(two_events(1) + laborious_event(3)), 1000);
    CHECK(text.events == 0);
    CHECK(text.unread == 1);
    CHECK(text.is_cut);
}

TEST_CASE("an array is put no more often than there is room for", "[import][evtx]") {
    Chunk chunk;
    const std::size_t begin = chunk.size();
    const std::size_t definition = chunk.begin_template();
    chunk.open(std::string(10'000, 'a'));
    chunk.add("\x02");
    chunk.substitution(0, 0x81);
    chunk.add("\x04");
    chunk.end_template(definition);
    add_values(chunk, {{0x81, std::string(20'000, '\0')}});
    const std::string bytes = chunk.whole();
    std::size_t tokens = 1'000'000'000;
    std::string out;
    CHECK_FALSE(BinaryXml(bytes, tokens).render(begin, chunk.size(), 15'000, out));
    CHECK(out.size() < 50'000);
}

TEST_CASE("a long name counts as many tokens each time it is referred to", "[import][evtx]") {
    Chunk chunk;
    const std::size_t begin = chunk.size();
    chunk.add("\x41");
    chunk.add(number(0, 4));
    const std::size_t name = chunk.size() + 4;
    chunk.add_name(std::string(8'000, 'a'));
    chunk.add(number(0, 4));
    for (int i = 0; i < 100; ++i) {
        chunk.add("\x06" + number(name, 4));
    }
    chunk.add("\x03");
    const std::string bytes = chunk.whole();
    constexpr std::size_t kTokens = 1'000'000;
    std::size_t tokens = kTokens;
    std::string out;
    CHECK(BinaryXml(bytes, tokens).render(begin, chunk.size(), 100'000, out));
    CHECK(out == '<' + std::string(8'000, 'a') + "/>");
    CHECK(kTokens - tokens > 101 * 16'000 / 16);
    tokens = 10'000;
    out.clear();
    CHECK_FALSE(BinaryXml(bytes, tokens).render(begin, chunk.size(), 100'000, out));
}

TEST_CASE("templates that contain themselves end", "[import][evtx]") {
    Chunk chunk;
    const std::size_t record = chunk.begin_record(1);
    const std::size_t definition = chunk.begin_template();
    for (int i = 0; i < 50; ++i) {
        chunk.use_template(definition);
        add_values(chunk, {});
    }
    chunk.end_template(definition);
    add_values(chunk, {});
    chunk.end_record(record);
    const auto text = event_log_as_xml(file_of(chunk.whole()), kEnough);
    CHECK(text.events == 0);
    CHECK(text.unread == 1);
}

TEST_CASE("any one byte of an event log file may be wrong", "[import][evtx]") {
    const std::string file = file_of(two_events());
    for (std::size_t at = kFileHeader + 512; at < kFileHeader + 2200; ++at) {
        for (const char byte : {'\0', '\x41', '\x0c', '\xff'}) {
            std::string spoilt = file;
            spoilt[at] = byte;
            const auto text = event_log_as_xml(spoilt, kEnough);
            CHECK(text.events + text.unread <= 2);
            CHECK((text.events + text.unread == 2 || text.breaks_off));
        }
    }
}

TEST_CASE("values of every type are rendered", "[import][evtx]") {
    const auto rendered = [](std::uint8_t type, std::string_view bytes) {
        std::string out;
        append_event_value(type, bytes, out);
        return out;
    };
    CHECK(rendered(0x01, utf16("a\x01")) == "a\uFFFD");
    CHECK(rendered(0x02, "ansi\0rest"sv) == "ansi");
    CHECK(rendered(0x03, "\xfe"sv) == "-2");
    CHECK(rendered(0x07, "\xff\xff\xff\xff"sv) == "-1");
    CHECK(rendered(0x0a, number(18446744073709551615U, 8)) == "18446744073709551615");
    CHECK(rendered(0x0c, number(0x3FF8000000000000, 8)) == "1.5");
    CHECK(rendered(0x0d, number(1, 4)) == "true");
    CHECK(rendered(0x0e, "\xde\xad"sv) == "DEAD");
    CHECK(rendered(0x0f, "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"sv) ==
          "{00112233-4455-6677-8899-AABBCCDDEEFF}");
    CHECK(rendered(0x12, number(2024, 2) + number(1, 2) + number(3, 2) + number(31, 2) + number(10, 2) + number(11, 2) +
                             number(12, 2) + number(345, 2)) == "2024-01-31T10:11:12.345Z");
    CHECK(rendered(0x11, number(0xFFFFFFFFFFFFFFFF, 8)).empty());
    CHECK(rendered(0x13, "\x01\x09\0\0"sv).empty());
    CHECK(rendered(0x77, "x").empty());
}
