// SPDX-License-Identifier: Apache-2.0
#include "collectors/packet_documents.h"

#include <catch2/catch_test_macros.hpp>
#include <pcap/pcap.h>

#include <array>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;

namespace {

class Kept final : public DocumentSink {
  public:
    Result<void> put(NewDocument document) override {
        documents.push_back(std::move(document));
        return {};
    }
    void missed(Error) override {}
    std::vector<NewDocument> documents;
};

const packet::CaptureInterface kInterface{
    .name = "eth0", .description = "", .link_type = packet::LinkType::ethernet, .snap_length = 256};
constexpr std::array<std::byte, 200> kPacket{};

// Section header blocks in a document: each begins with the bytes 0A 0D 0D 0A.
std::size_t sections(const std::string& bytes) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = bytes.find("\x0A\x0D\x0D\x0A", at)) != std::string::npos; ++at) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("packets are put in documents of about 4 MiB, each a capture file of its own", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, kInterface, 100 << 20, "filter");
    // 32 bytes around each packet of 200: 19,000 of them are 4,408,000 bytes, more than 4 MiB (4,194,304)
    for (int i = 0; i < 19'000; ++i) {
        REQUIRE(documents.add(i, kPacket, 1500));
    }
    REQUIRE(documents.finish("stats"));

    REQUIRE(kept.documents.size() == 2);
    CHECK(kept.documents[0].kind == "capture");
    CHECK(kept.documents[0].name == "packets-1.pcapng");
    CHECK(kept.documents[0].content.size() <= 4 << 20);
    CHECK(kept.documents[0].content.size() > 4'100'000);
    CHECK(kept.documents[0].note == "filter");
    CHECK(kept.documents[1].name == "packets-2.pcapng");
    CHECK(kept.documents[1].note == "filter; stats");
    CHECK(sections(kept.documents[1].content) == 1);
    CHECK(documents.packets() == 19'000);
}

TEST_CASE("packets beyond the budget are left out, and the document says that it is not all", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, kInterface, 1000, "");
    int added = 0;
    while (documents.add(0, kPacket, 200)) {
        ++added;
    }
    CHECK_FALSE(documents.add(0, {}, 0));
    REQUIRE(documents.finish("stats"));

    CHECK(added >= 2);
    CHECK(added <= 4);
    REQUIRE(kept.documents.size() == 1);
    CHECK(kept.documents[0].truncated);
    CHECK(kept.documents[0].content.size() <= 1000);
}

TEST_CASE("a capture without a packet is a document all the same", "[collectors][packets]") {
    Kept kept;
    PacketDocuments documents(kept, kInterface, 1000, "");
    REQUIRE(documents.finish("0 packets kept"));
    REQUIRE(kept.documents.size() == 1);
    CHECK(sections(kept.documents[0].content) == 1);
    CHECK_FALSE(kept.documents[0].truncated);
}

TEST_CASE("the usual filter compiles for every link type that a node has", "[collectors][packets]") {
    for (const int dlt : {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_NULL}) {
        CAPTURE(dlt);
        pcap_t* capture = ::pcap_open_dead(dlt, 256);
        bpf_program program{};
        const int status = ::pcap_compile(capture, &program, kDefaultPacketFilter, 1, PCAP_NETMASK_UNKNOWN);
        CAPTURE(::pcap_geterr(capture));
        CHECK(status == 0);
        ::pcap_freecode(&program);
        ::pcap_close(capture);
    }
}

TEST_CASE("raw IP has one number in files", "[collectors][packets]") {
    CHECK(link_type_of_dlt(12) == packet::LinkType::raw);
    CHECK(link_type_of_dlt(1) == packet::LinkType::ethernet);
    CHECK(link_type_of_dlt(276) == packet::LinkType::linux_sll2);
}
