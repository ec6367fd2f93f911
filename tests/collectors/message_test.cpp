// SPDX-License-Identifier: Apache-2.0
#include "collectors/message.h"

#include "collectors/options.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace kwd;
using namespace kwd::collectors;

namespace {

const NewDocument kDocument{.kind = "linux-links",
                            .name = "links.json",
                            .original_path = "/x",
                            .content = std::string("a\0b", 3),
                            .truncated = true,
                            .note = "the last 3 bytes",
                            .collected_at_utc = "2024-01-31T10:11:12Z",
                            .in_place_of = {"links-1.json", "links-2.json"}};

}  // namespace

TEST_CASE("a message comes out as it went in, however its bytes arrive", "[collectors][message]") {
    const std::string bytes = encode(*packed(kDocument)) +
                              encode(Missed{{Errc::access_denied, "read x", NativeCode{Domain::posix, -13}}}) +
                              encode(Finished{Error{Errc::timed_out, "late"}}) + encode(Finished{});
    MessageReader reader(1000);
    std::vector<Message> messages;
    for (const char byte : bytes) {
        reader.feed({&byte, 1});
        while (true) {
            auto next = reader.next();
            REQUIRE(next);
            if (!*next) {
                break;
            }
            messages.push_back(std::move(**next));
        }
    }

    REQUIRE(messages.size() == 4);
    CHECK_FALSE(reader.in_the_middle());
    const auto& [document, content] = std::get<PackedDocument>(messages[0]);
    CHECK(document.kind == "linux-links");
    CHECK(document.name == "links.json");
    CHECK(document.original_path == "/x");
    CHECK(document.content.empty());
    CHECK(content.size_bytes == 3);
    // printf 'a\0b' | sha256sum
    CHECK(content.sha256 == "59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138");
    CHECK(snapshot::decompress(content.frame, 3).value() == std::string("a\0b", 3));
    CHECK(document.truncated);
    CHECK(document.note == "the last 3 bytes");
    CHECK(document.collected_at_utc == "2024-01-31T10:11:12Z");
    CHECK(document.in_place_of == std::vector<std::string>{"links-1.json", "links-2.json"});
    const auto& missed = std::get<Missed>(messages[1]).error;
    CHECK(missed.code == Errc::access_denied);
    CHECK(missed.doing == "read x");
    CHECK(missed.native->domain == Domain::posix);
    CHECK(missed.native->value == -13);
    CHECK(std::get<Finished>(messages[2]).result.error().code == Errc::timed_out);
    CHECK(std::get<Finished>(messages[3]).result.has_value());
}

TEST_CASE("a message with a byte too many, too few or out of range is refused", "[collectors][message]") {
    const auto read = [](std::string bytes) {
        MessageReader reader(1000);
        reader.feed(bytes);
        return reader.next();
    };
    const std::string good = encode(Finished{});
    REQUIRE(good == std::string("F\1\0\0\0\1", 6));
    CHECK(read(std::string("F\2\0\0\0\1\0", 7)).error().code == Errc::malformed);
    CHECK(read(std::string("F\0\0\0\0", 5)).error().code == Errc::malformed);
    CHECK(read(std::string("F\1\0\0\0\2", 6)).error().code == Errc::malformed);
    CHECK(read(std::string("Q\1\0\0\0\1", 6)).error().code == Errc::malformed);
    CHECK(read(std::string("D\1\0\0\x7F", 5)).error().code == Errc::too_large);
    // an error code of 200
    CHECK(read(std::string("M\6\0\0\0\xC8\0\0\0\0\0", 11)).error().code == Errc::malformed);
    // a text of 4 GiB in a frame of six bytes
    CHECK(read(std::string("M\6\0\0\0\0\xFF\xFF\xFF\xFF\0", 11)).error().code == Errc::malformed);
    // not there yet
    const auto half = read(good.substr(0, 5));
    REQUIRE(half);
    CHECK_FALSE(*half);
}

TEST_CASE("a document of an unknown kind is refused", "[collectors][message]") {
    auto document = kDocument;
    document.kind = "linux-link";
    MessageReader reader(1000);
    reader.feed(encode(*packed(document)));
    CHECK(reader.next().error().code == Errc::malformed);
}

TEST_CASE("a document whose content is not packed as it says is refused", "[collectors][message]") {
    const auto read = [](const auto& spoil) {
        PackedDocument document = *packed(kDocument);
        spoil(document.content);
        MessageReader reader(1000);
        reader.feed(encode(document));
        return reader.next();
    };
    CHECK(read([](snapshot::PackedContent&) {}));
    for (const auto& spoil : std::initializer_list<void (*)(snapshot::PackedContent&)>{
             [](snapshot::PackedContent& content) { content.size_bytes = 4; },
             [](snapshot::PackedContent& content) { content.size_bytes = -1; },
             [](snapshot::PackedContent& content) { content.frame.clear(); },
             [](snapshot::PackedContent& content) { content.frame = "a plain text, no frame"; },
             [](snapshot::PackedContent& content) { content.frame.pop_back(); },
             [](snapshot::PackedContent& content) { content.frame += 'x'; },
             [](snapshot::PackedContent& content) { content.frame += content.frame; },
             [](snapshot::PackedContent& content) { content.sha256.pop_back(); },
             [](snapshot::PackedContent& content) { content.sha256[0] = 'G'; }}) {
        const auto message = read(spoil);
        REQUIRE_FALSE(message);
        CHECK(message.error().code == Errc::malformed);
    }
}

TEST_CASE("names that are no UTF-8 are repaired, contents stay as they are", "[collectors][message]") {
    auto document = kDocument;
    document.name =
        "a\xFF"
        "b";
    document.content = "\xFF";
    MessageReader reader(1000);
    reader.feed(encode(*packed(document)));
    const auto next = reader.next();
    REQUIRE(next);
    CHECK(std::get<PackedDocument>(**next).document.name ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(snapshot::decompress(std::get<PackedDocument>(**next).content.frame, 1).value() == "\xFF");
}

TEST_CASE("a long name is cut when it is written", "[collectors][message]") {
    auto document = kDocument;
    document.name = std::string(10'000, 'n');
    MessageReader reader(100'000);
    reader.feed(encode(*packed(document)));
    const auto next = reader.next();
    REQUIRE(next);
    CHECK(std::get<PackedDocument>(**next).document.name.size() == 4096);
}

TEST_CASE("options reach a worker as they were given", "[collectors][message]") {
    CollectOptions options;
    options.packet_seconds = std::chrono::seconds(3);
    options.packet_filter = "udp port 4789 or \"x\"";
    options.packet_interfaces = {"eth0", "vEthernet (a, b)"};
    options.packet_count = 11;
    options.packet_ring = true;
    options.packet_trigger = "icmp";
    options.packet_looked_at = true;
    options.packet_after_trigger = std::chrono::seconds(9);
    options.packet_snap_length = 96;
    options.packet_bytes = 5;
    options.log_window = std::chrono::minutes(7);
    options.log_bytes_per_file = 1ULL << 40;
    options.kubeconfig = "/a b";
    options.root = "/host";

    const auto decoded = decode_options(encode(options));

    REQUIRE(decoded);
    CHECK(decoded->packet_seconds == std::chrono::seconds(3));
    CHECK(decoded->packet_filter == "udp port 4789 or \"x\"");
    CHECK(decoded->packet_interfaces == std::vector<std::string>{"eth0", "vEthernet (a, b)"});
    CHECK(decoded->packet_count == 11);
    CHECK(decoded->packet_ring);
    CHECK(decoded->packet_trigger == "icmp");
    CHECK(decoded->packet_looked_at);
    CHECK(decoded->packet_after_trigger == std::chrono::seconds(9));
    CHECK(decoded->packet_snap_length == 96);
    CHECK(decoded->packet_bytes == 5);
    CHECK(decoded->log_window == std::chrono::minutes(7));
    CHECK(decoded->log_bytes_per_file == 1ULL << 40);
    CHECK(decoded->kubeconfig == "/a b");
    CHECK(decoded->root == "/host");
    CHECK_FALSE(decode_options("{\"root\": 3}"));
    CHECK_FALSE(decode_options("[]"));
    CHECK_FALSE(decode_options(""));
}
