// SPDX-License-Identifier: Apache-2.0
// `kwdiag packets` on captures whose truth is known: bench/mkpcap counts what it writes.
#include "packet/pcapng_writer.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <tuple>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Ran {
    int code;
    std::string out;
    std::string err;
};

class Captures {
  public:
    /// Makes `capture` and answers what is true of it.
    json make(const std::string& options) {
        const std::string truth = folder.file("truth");
        REQUIRE(std::system(
                    fmt::format("{} --out {} --flow-truth {} {} >{}", KWD_MKPCAP, capture, flow_truth, options, truth)
                        .c_str()) == 0);
        return json::parse(text_of(truth));
    }
    [[nodiscard]] Ran packets(const std::string& arguments) const {
        const std::string out = folder.file("stdout");
        const std::string err = folder.file("stderr");
        const int status = std::system(fmt::format("{} packets {} >{} 2>{}", KWD_KWDIAG, arguments, out, err).c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(err)};
    }
    /// The JSON of a run that has nothing to complain of.
    [[nodiscard]] json counted(const std::string& arguments) const {
        const Ran ran = packets(arguments + " --format json");
        REQUIRE(ran.code == 0);
        REQUIRE(ran.err.empty());
        return json::parse(ran.out);
    }

    test::TemporaryFolder folder;
    std::string capture = folder.file("capture");
    std::string flow_truth = folder.file("flows.csv");
};

}  // namespace

TEST_CASE("what is counted is what the generator wrote", "[cli][packets]") {
    const std::string options = GENERATE(
        "--packets 60000 --seed 7", "--packets 60000 --seed 8 --nano --sizes small --flows 20",
        "--packets 60000 --seed 9 --format pcapng --sizes large", "--packets 60000 --seed 10 --format pcapng --nano",
        "--packets 60000 --seed 11 --dns 0.9 --dns-lost 0.1 --snaplen 256",
        "--packets 60000 --seed 12 --retx 0.2 --rst 0.5 --snaplen 128", "--packets 60000 --seed 13 --flows 50000",
        "--packets 60000 --seed 14 --noise 0.5 --icmp 0.3",
        "--packets 60000 --seed 15 --wrong-vni 0.1 --wrong-port 0.1",
        "--packets 60000 --seed 19 --snaplen 100 --retx 0.1 --rst 0.2 --dns-lost 0.2",
        "--packets 60000 --seed 20 --rate 100 --dns 0.5 --dns-lost 0.5",
        "--packets 60000 --seed 16 --oversize 0.1 --mtu 1400", "--packets 60000 --seed 17 --port 5555 --bad-port 6666",
        "--packets 60000 --seed 18 --hosts 2 --pods 2 --dns 0 --icmp 0 --mean-segs 1", "--packets 1");
    CAPTURE(options);
    Captures captures;
    const json truth = captures.make(options);
    const json counts = captures.counted(captures.capture);

    CHECK(counts["packets"] == truth["packets"]);
    CHECK(counts["bytes"] == truth["wire_bytes"]);
    CHECK(counts["malformed"] == 0);
    CHECK(counts["truncated"] == truth["truncated"]);
    CHECK(counts["tcp_headers_cut"] == 0);
    CHECK(counts["dns_headers_cut"] == 0);
    CHECK(counts["vxlan_packets"] == truth["vxlan"]["packets"]);
    CHECK(counts["by_vni"] == truth["vxlan"]["per_vni"]);
    CHECK(counts["by_udp_port"] == truth["vxlan"]["per_udp_port"]);
    CHECK(counts["inner_flows"] == truth["inner"]["flows"]);
    CHECK(counts["tcp_flows"] == truth["inner"]["tcp_flows"]);
    CHECK(counts["tcp_retransmitted_segments"] == truth["tcp"]["retransmitted_data"]);
    CHECK(counts["syn_retransmissions"] == truth["tcp"]["syn_retransmitted"]);
    CHECK(counts["tcp_resets"] == truth["tcp"]["rst"]);
    CHECK(counts["tcp_unanswered"] ==
          truth["tcp"]["unanswered_flows_complete"].get<int>() + truth["tcp"]["unanswered_flows_cut"].get<int>());
    CHECK(counts["dns_queries"] == truth["dns"]["queries"]);
    CHECK(counts["dns_retries"] == truth["dns"]["retries"]);
    CHECK(counts["dns_answers"] == truth["dns"]["answers"]);
    CHECK(counts["dns_unanswered"] == truth["dns"]["unanswered_queries"]);
    CHECK(counts["icmp_frag_needed"] == truth["icmp"]["fragmentation_needed"]);
    CHECK(counts["oversized_inner"] == truth["faults"]["oversized_inner"]);
    CHECK(counts["fragments"] == 0);
    CHECK(counts["outer"]["packets"] == truth["noise"]["packets"]);
    CHECK(counts["outer"]["dns_queries"] == truth["noise"]["dns"]);
    CHECK(counts["outer"]["vxlan_packets"] == 0);
    CHECK(counts["outer"]["neighbor_requests"] == truth["noise"]["arp"].get<int>() + truth["noise"]["ndp"].get<int>());
    CHECK(counts["outer"]["neighbor_unanswered"] == counts["outer"]["neighbor_requests"]);
    for (const json& side : {counts, counts["outer"]}) {
        CHECK(side["checksums_wrong"] == 0);
        CHECK(side["checksums_offloaded"] == 0);
        CHECK(side["duplicates"] == 0);
        CHECK(side["address_conflicts"] == 0);
    }
}

TEST_CASE("the number of threads changes nothing", "[cli][packets]") {
    const std::string format = GENERATE("pcap", "pcapng");
    Captures captures;
    captures.make(fmt::format("--packets 60000 --seed 3 --retx 0.05 --dns 0.5 --format {}", format));
    const Ran one = captures.packets(captures.capture + " --format json --flows --threads 1");
    REQUIRE(one.code == 0);
    for (const int threads : {2, 3}) {
        CHECK(captures.packets(fmt::format("{} --format json --flows --threads {}", captures.capture, threads)).out ==
              one.out);
    }
}

TEST_CASE("the flows that are listed are the conversations that the generator had", "[cli][packets]") {
    using Key = std::tuple<int, std::string, int, std::string, int, std::string>;
    using Sums = std::pair<std::uint64_t, std::uint64_t>;
    Captures captures;
    captures.make("--packets 60000 --seed 5 --dns 0.3 --icmp 0.1");
    std::map<Key, Sums> truth;
    std::istringstream lines(text_of(captures.flow_truth));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::vector<std::string> fields;
        std::istringstream columns(line);
        for (std::string field; std::getline(columns, field, ',');) {
            fields.push_back(field);
        }
        auto& sums =
            truth[{std::stoi(fields[0]), fields[2], std::stoi(fields[3]), fields[4], std::stoi(fields[5]), fields[6]}];
        sums.first += std::stoull(fields[7]);
        sums.second += std::stoull(fields[8]);
    }

    std::map<Key, Sums> listed;
    const json counts = captures.counted(captures.capture + " --flows");
    for (const json& flow : counts["flows"]) {
        if (flow["vni"].is_null()) {
            continue;
        }
        const auto port = [&](const char* name) { return flow[name].is_null() ? 0 : flow[name].get<int>(); };
        auto& sums = listed[{flow["vni"], flow["client"], port("client_port"), flow["server"], port("server_port"),
                             flow["protocol"]}];
        sums.first += flow["packets"].get<std::uint64_t>();
        sums.second += flow["bytes"].get<std::uint64_t>();
    }
    CHECK(listed.size() > 1000);
    CHECK((listed == truth));  // without what Catch2 would print of thousands
}

TEST_CASE("a file that ends within a packet is counted up to there, with a word on it", "[cli][packets]") {
    Captures captures;
    captures.make("--packets 1000");
    std::filesystem::resize_file(captures.capture, std::filesystem::file_size(captures.capture) - 1);
    const Ran ran = captures.packets(captures.capture + " --format json");
    CHECK(ran.code == 0);
    CHECK_THAT(ran.err, ContainsSubstring("ends after"));
    const json counts = json::parse(ran.out);
    CHECK(counts["packets"] == 999);
    REQUIRE(counts["problems"].size() == 1);
    CHECK_THAT(counts["problems"][0]["text"].get<std::string>(), ContainsSubstring("ends after"));
}

TEST_CASE("what is no capture is refused with a word, and nothing on stdout", "[cli][packets]") {
    const Captures captures;
    const auto refused = [&](const std::string& name, std::string_view content, int code, const char* word) {
        const std::string path = captures.folder.file(name);
        std::ofstream(path, std::ios::binary) << content;
        const Ran ran = captures.packets(path);
        CAPTURE(name);
        CHECK(ran.code == code);
        CHECK_THAT(ran.err, ContainsSubstring(word));
        CHECK(ran.out.empty());
    };
    refused("empty", "", 4, "is empty");
    refused("letter", "Dear Sir", 4, "neither a pcap nor a pcapng file");
    refused("database", std::string("SQLite format 3\0 and no more", 28), 4, "database");
    CHECK(captures.packets(captures.folder.file("missing")).code == 4);
    CHECK_THAT(captures.packets(captures.folder.file("missing")).err, ContainsSubstring("No such file"));
    const std::string pipe = captures.folder.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(captures.packets(pipe).code == 4);  // and is not waited for
    for (const char* wrong :
         {"", "a b", "a --format xml", "a --threads 0", "a --threads 99", "a --inner-mtu -1x", "a --inner-mtu -1"}) {
        CAPTURE(wrong);
        CHECK(captures.packets(wrong).code == 2);
    }
}

TEST_CASE("the captures of a snapshot are counted together, and a snapshot without one says so", "[cli][packets]") {
    Captures captures;
    const json truth = captures.make("--packets 20000 --format pcapng --seed 4");
    const std::string snapshot = captures.folder.file("one.kwsnap");
    const auto import = [&](const std::string& path) {
        return std::system(fmt::format("{} import {} --quiet --out {} >{} 2>&1", KWD_KWDIAG, path, snapshot,
                                       captures.folder.file("log"))
                               .c_str());
    };
    std::filesystem::rename(captures.capture, captures.folder.file("node.pcapng"));
    static_cast<void>(import(captures.folder.file("node.pcapng")));
    const json counts = captures.counted(snapshot);
    CHECK(counts["packets"] == truth["packets"]);
    CHECK(counts["inner_flows"] == truth["inner"]["flows"]);

    const std::string both = captures.folder.file("both");
    std::filesystem::create_directory(both);
    std::filesystem::rename(captures.folder.file("node.pcapng"), both + "/cni0.pcapng");
    captures.make("--packets 20000 --format pcap --seed 4");
    std::filesystem::rename(captures.capture, both + "/eth0.pcap");
    std::filesystem::remove(snapshot);
    static_cast<void>(import(both));
    const json seen_twice = captures.counted(snapshot);
    CHECK(seen_twice["packets"] == 2 * counts["packets"].get<int>());
    CHECK(seen_twice["duplicates"] == counts["vxlan_packets"]);
    for (const char* same : {"inner_flows", "tcp_retransmitted_segments", "syn_retransmissions", "tcp_resets",
                             "tcp_unanswered", "dns_queries", "dns_answers", "dns_unanswered", "icmp_frag_needed"}) {
        CAPTURE(same);
        CHECK(seen_twice[same] == counts[same]);
        CHECK(seen_twice["outer"][same] == counts["outer"][same]);
    }

    std::filesystem::remove(snapshot);
    static_cast<void>(import(fmt::format("{}/nodes/overlay-broken-sample", KWD_FIXTURES)));
    const Ran none = captures.packets(snapshot);
    CHECK(none.code == 4);
    CHECK_THAT(none.err, ContainsSubstring("holds no capture"));
}

TEST_CASE("captures of one time that are too many to be read together are told", "[cli][packets]") {
    const Captures captures;
    const std::string many = captures.folder.file("many");
    std::filesystem::create_directory(many);
    for (int i = 0; i < 65; ++i) {
        packet::CaptureInterface interface;
        interface.name = "veth0";
        packet::PcapngWriter writer("test", {&interface, 1});
        const std::array<std::byte, 14> frame{static_cast<std::byte>(i)};
        for (const std::int64_t time_ns : {1'700'000'000'000'000'000 + i, 1'700'000'001'000'000'000 + i}) {
            writer.add(0, time_ns, frame, 14);
        }
        std::ofstream(fmt::format("{}/{}.pcapng", many, i), std::ios::binary) << writer.take();
    }
    const std::string snapshot = captures.folder.file("many.kwsnap");
    static_cast<void>(std::system(
        fmt::format("{} import {} --quiet --out {} >{} 2>&1", KWD_KWDIAG, many, snapshot, captures.folder.file("log"))
            .c_str()));
    const json counts = captures.counted(snapshot);
    CHECK(counts["packets"] == 130);
    CHECK(counts["limits"]["captures_read_apart"] == 1);
    CHECK_THAT(captures.packets(snapshot).out,
               ContainsSubstring("too large to be read together, 1 of them came later"));
}

TEST_CASE("tshark counts the same", "[cli][packets][tshark]") {
    if (std::system("tshark --version >/dev/null 2>&1") != 0) {
        SKIP("tshark is not installed");
    }
    Captures captures;
    captures.make("--packets 20000 --seed 31 --retx 0.05 --dns 0.3 --rst 0.1");
    const json counts = captures.counted(captures.capture);
    const auto tshark = [&](const std::string& filter) {
        const std::string frames = captures.folder.file("frames");
        REQUIRE(std::system(fmt::format("tshark -r {} -d udp.port==8472,vxlan -Y '{}' -T fields -e frame.number >{} "
                                        "2>/dev/null",
                                        captures.capture, filter, frames)
                                .c_str()) == 0);
        const std::string text = text_of(frames);
        return std::count(text.begin(), text.end(), '\n');
    };
    CHECK(counts["vxlan_packets"] == tshark("vxlan"));
    CHECK(counts["malformed"] == tshark("_ws.malformed"));
    const std::string tcp = "vxlan && !icmp && ";  // without the segments that ICMP errors quote
    CHECK(counts["tcp_retransmitted_segments"] ==
          tshark(tcp + "tcp.len > 0 && (tcp.analysis.retransmission || tcp.analysis.spurious_retransmission)"));
    CHECK(counts["syn_retransmissions"] ==
          tshark(tcp + "tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.analysis.retransmission"));
    CHECK(counts["tcp_resets"] == tshark(tcp + "tcp.flags.reset == 1"));
    CHECK(counts["tcp_zero_windows"] == tshark(tcp + "tcp.analysis.zero_window"));
    CHECK(counts["dns_queries"] == tshark("vxlan && dns.flags.response == 0"));
    CHECK(counts["dns_answers"] == tshark("vxlan && dns.flags.response == 1"));
    CHECK(counts["icmp_frag_needed"] == tshark("vxlan && icmp.type == 3 && icmp.code == 4"));
    CHECK(counts["outer"]["neighbor_requests"] == tshark("arp.opcode == 1 || icmpv6.type == 135"));
}
