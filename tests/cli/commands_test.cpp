// SPDX-License-Identifier: Apache-2.0
// The executable itself, as scripts use it: exit codes, what goes to stdout and what to stderr.
#include "packet/capture_reader.h"
#include "packet/pcapng_writer.h"
#include "tests/support/temporary_folder.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

using namespace kwd;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

struct Ran {
    int code;
    std::string out;
    std::string err;
};

class Tool {
  public:
    [[nodiscard]] Ran operator()(const std::string& arguments) const {
        const std::string out = folder.file("stdout");
        const std::string err = folder.file("stderr");
        const int status = std::system(fmt::format("{} {} >{} 2>{}", KWD_KWDIAG, arguments, out, err).c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(out), text(err)};
    }
    // The sample node, imported.
    [[nodiscard]] std::string sample() const {
        const std::string path = folder.file("sample.kwsnap");
        REQUIRE(
            (*this)(fmt::format("import {}/nodes/overlay-broken-sample --quiet --out {}", KWD_FIXTURES, path)).code ==
            1);
        return path;
    }
    static std::string text(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    test::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("help goes to stdout and is no error", "[cli]") {
    const Tool kwdiag;
    for (const char* command : {"run", "collect", "capture", "import", "analyze", "report", "rules", "query", "packets",
                                "export", "completion", "version"}) {
        const Ran ran = kwdiag(fmt::format("{} --help", command));
        INFO(command);
        CHECK(ran.code == 0);
        CHECK_THAT(ran.out, ContainsSubstring(fmt::format("kwdiag {}", command)));
        CHECK(ran.err.empty());
        CHECK_THAT(kwdiag("help").out, ContainsSubstring(fmt::format("  {} ", command)));
    }
}

TEST_CASE("help of a command is what the command itself says of it", "[cli]") {
    const Tool kwdiag;
    CHECK(kwdiag("help rules").out == kwdiag("rules --help").out);
}

TEST_CASE("wrong usage is exit 2, with a word on stderr and nothing on stdout", "[cli]") {
    const Tool kwdiag;
    for (const char* wrong : {"nonsense",
                              "analyze",
                              "analyze a a",
                              "run --nonsense",
                              "run --packets -1",
                              "run --fail-on loud",
                              "import",
                              "import /no/such/path",
                              "rules",
                              "rules shout",
                              "rules show no-such-rule",
                              "query x",
                              "completion zsh",
                              "analyze x --format xml",
                              "run --since yesterday",
                              "run --packets 3 --seconds 3",
                              "capture --seconds 0",
                              "capture --packets 3",
                              "capture --count 0",
                              "capture --bytes 3X",
                              "capture --bytes 65G",
                              "capture --bytes 1M --ring 1",
                              "capture --ring 0",
                              "capture --snap-length 63",
                              "capture --stop-on-finding=sometimes",
                              "capture --rules rules",
                              "capture --only routes --count 3",
                              "capture --only routes",
                              "collect --only nonsense",
                              "collect --only logs,",
                              "collect --root /no/such/folder",
                              "rules list x",
                              "rules list --format xml",
                              "help nonsense"}) {
        const Ran ran = kwdiag(wrong);
        INFO(wrong);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK_THAT(ran.err, ContainsSubstring("kwdiag: "));
    }
}

TEST_CASE("a file that is no snapshot is exit 4", "[cli]") {
    const Tool kwdiag;
    const Ran text = kwdiag("analyze /etc/passwd");
    CHECK(text.code == 4);
    CHECK_THAT(text.err, ContainsSubstring("it is no kwdiag snapshot"));
    CHECK(kwdiag("report /no/such/file").code == 4);
}

TEST_CASE("findings are exit 1 at or above the threshold, else 0", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    CHECK(kwdiag("analyze " + sample).code == 1);
    CHECK(kwdiag("analyze --fail-on critical " + sample).code == 1);
    CHECK(kwdiag("analyze --fail-on never " + sample).code == 0);
}

TEST_CASE("nothing found with data missing is exit 3, unless that is allowed", "[cli]") {
    const Tool kwdiag;
    const std::string out = kwdiag.folder.file("healthy.kwsnap");
    const Ran ran = kwdiag(fmt::format("import {}/nodes/overlay-healthy --quiet --out {}", KWD_FIXTURES, out));
    CHECK(ran.code == 3);
    CHECK_THAT(ran.out, ContainsSubstring("Nothing wrong was found in what could be judged"));
    CHECK(kwdiag("analyze --incomplete-ok " + out).code == 0);
}

TEST_CASE("an existing snapshot is not overwritten", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const std::string before = Tool::text(sample);
    const Ran ran = kwdiag(fmt::format("import {}/nodes/overlay-healthy --out {}", KWD_FIXTURES, sample));
    CHECK(ran.code == 2);
    CHECK_THAT(ran.err, ContainsSubstring("already there; --out names another"));
    CHECK(Tool::text(sample) == before);
}

TEST_CASE("where the snapshot cannot go is told before anything is collected, and before the report", "[cli]") {
    const Tool kwdiag;
    const std::string none = kwdiag.folder.file("none");
    for (const std::string& command :
         {fmt::format("run --packets 0 --out {}/a.kwsnap --report {}/other/a.html", none, none),
          fmt::format("collect --packets 0 --out {}/a.kwsnap", none),
          fmt::format("import {}/nodes/overlay-healthy --out {}/a.kwsnap", KWD_FIXTURES, none)}) {
        const Ran ran = kwdiag(command);
        INFO(command);
        CHECK(ran.code == 4);
        CHECK(ran.err == fmt::format("kwdiag: write {}/a.kwsnap: there is no folder {}\n", none, none));
    }
}

TEST_CASE("a kind that no document is of is told, not exported as nothing", "[cli]") {
    const Tool kwdiag;
    const std::string folder = kwdiag.folder.file("documents");
    const Ran ran = kwdiag(fmt::format("export {} --kind nonsense --out {}", kwdiag.sample(), folder));
    CHECK(ran.code == 4);
    CHECK_THAT(ran.err, ContainsSubstring("no document of the kind nonsense"));
    CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("a report never takes the place of a snapshot, nor of a file that was not named", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const std::string before = Tool::text(sample);
    const std::string out = kwdiag.folder.file("new.kwsnap");
    for (const std::string& wrong :
         {fmt::format("report {} --out {}", sample, sample), fmt::format("analyze {} --report {}", sample, sample),
          fmt::format("run --packets 0 --out {} --report {}", out, out),
          fmt::format("import {}/nodes/overlay-healthy --out {} --report {}", KWD_FIXTURES, out, out)}) {
        INFO(wrong);
        CHECK(kwdiag(wrong).code == 2);
    }
    CHECK(Tool::text(sample) == before);
    std::ofstream(kwdiag.folder.file("new.html")) << "mine";
    CHECK(kwdiag(fmt::format("run --packets 0 --out {}", out)).code == 2);
    CHECK(kwdiag(fmt::format("run --packets 0 --out {} --report /no/such/folder/x.html", out)).code == 4);
    CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("analyze leaves the snapshot as it is and gives the same bytes each time", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const std::string before = Tool::text(sample);
    const Ran first = kwdiag("analyze --format json " + sample);
    const Ran second = kwdiag("analyze --format json " + sample);
    CHECK(first.out == second.out);
    CHECK(Tool::text(sample) == before);
    CHECK(json::parse(first.out)["node"]["name"] == "win-a");
    CHECK(first.err.empty());
}

TEST_CASE("rules of a folder are added, and a wrong one is exit 2", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const auto folder = kwdiag.folder.path() / "rules" / "hns";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "broken.yaml") << "id: broken\nquery: [\n";
    const Ran wrong = kwdiag(fmt::format("analyze --rules {} {}", folder.parent_path().string(), sample));
    CHECK(wrong.code == 2);
    CHECK_THAT(wrong.err, ContainsSubstring("broken.yaml"));
}

TEST_CASE("query reads and never writes", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const Ran asked = kwdiag(fmt::format("query {} \"SELECT name, type FROM hns_networks\" --format json", sample));
    CHECK(asked.code == 0);
    CHECK(json::parse(asked.out) == json::parse(R"([{"name": "flannel.4096", "type": "Overlay"}])"));
    CHECK(kwdiag(fmt::format("query {} \"DELETE FROM hns_networks\"", sample)).code == 2);
    CHECK(kwdiag(fmt::format("query {} \"SELECT no_such_column FROM hns_networks\"", sample)).code == 2);
}

TEST_CASE("query keeps columns of one name apart, and ends what does not end", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const Ran twice = kwdiag(fmt::format("query {} \"SELECT 1 AS a, 2 AS a\" --format json", sample));
    CHECK(json::parse(twice.out) == json::parse(R"([{"a": 1, "a_2": 2}])"));
    CHECK(kwdiag(fmt::format("query {} \"SELECT 1 WHERE 0\" --format json", sample)).out == "[]\n");
    CHECK(kwdiag(fmt::format("query {} \"SELECT 'é' AS b, char(27) AS c, 1 AS d\"", sample)).out ==
          "b  c     d\n-  ----  -  \né  \\x1b  1\n");
    const Ran endless = kwdiag(fmt::format(
        "query {} \"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c\"", sample));
    CHECK(endless.code == 2);
    CHECK(endless.out.empty());
}

TEST_CASE("completion for bash offers what there is", "[cli]") {
    const Tool kwdiag;
    const std::string script = kwdiag.folder.file("complete.bash");
    std::ofstream(script) << "source <(" << KWD_KWDIAG << " completion bash)\n"
                          << "of() { COMP_WORDS=(" << KWD_KWDIAG << " \"$@\"); COMP_CWORD=$#; COMPREPLY=(); _kwdiag; "
                          << "echo \"${COMPREPLY[*]}\"; }\n"
                          << "of ver; of help que; of analyze --fail; of rules ex; of rules show overlay-vni-b; "
                          << "of completion power; of analyze " << script.substr(0, script.size() - 7) << "\n";
    const std::string out = kwdiag.folder.file("listing");
    REQUIRE(std::system(fmt::format("bash {} >{} 2>&1", script, out).c_str()) == 0);
    CHECK(Tool::text(out) ==
          "version\nquery\n--fail-on\nexplain\noverlay-vni-below-4096\npowershell\n" + script + "\n");
    CHECK_THAT(kwdiag("completion powershell").out, ContainsSubstring("Register-ArgumentCompleter -Native"));
}

TEST_CASE("what a snapshot holds of packets comes out as one file that Wireshark opens", "[cli]") {
    const Tool kwdiag;
    // Two captures: the second has another interface, and says what was dropped.
    const packet::CaptureInterface source{.name = "eth0", .description = {}, .filter = "arp"};
    packet::PcapngWriter writer("test", std::array{source});
    const std::array<std::byte, 60> frame{};
    for (int i = 0; i < 3; ++i) {
        writer.add(0, 1'700'000'000'000'000'000 + i, frame, 60);
    }
    writer.add_statistics(0, {.dropped_by_system = 2});
    std::string two = writer.take();
    writer.add(0, 1'700'000'000'000'000'009, frame, 60);
    writer.add_statistics(0, {.dropped_by_system = 5});
    two += writer.take();
    std::ofstream(kwdiag.folder.file("two.pcapng"), std::ios::binary) << two;
    const std::string snapshot = kwdiag.folder.file("a.kwsnap");
    (void)kwdiag(fmt::format("import {}/packet/tunnels.pcap {} --quiet --out {}", KWD_FIXTURES,
                             kwdiag.folder.file("two.pcapng"), snapshot));
    int files = 0;
    const auto exported = [&](const std::string& options) {
        const std::string file = kwdiag.folder.file(fmt::format("out-{}.pcapng", ++files));
        const Ran ran = kwdiag(fmt::format("export {} --pcapng {} {}", snapshot, file, options));
        INFO(ran.err);
        CHECK(ran.code == 0);
        return Tool::text(file);
    };
    const auto count = [](const std::string& file) {
        packet::CaptureReader reader(std::as_bytes(std::span(file)));
        int packets = 0;
        while (reader.next()) {
            ++packets;
        }
        CHECK(reader.problems().empty());
        return packets;
    };
    const std::string all = exported("");
    packet::CaptureReader reader(std::as_bytes(std::span(all)));
    std::vector<std::uint64_t> of_interface(2);
    while (const auto packet = reader.next()) {
        ++of_interface.at(packet->interface_id);
    }
    CHECK(of_interface == std::vector<std::uint64_t>{37, 4});
    REQUIRE(reader.interfaces().size() == 2);
    CHECK(reader.interfaces()[1].filter == "arp");
    CHECK(reader.interfaces()[1].statistics.value().dropped_by_system == 7);

    // As tcpdump and tshark count them in the file.
    CHECK(count(exported("--bpf icmp")) == 2);
    CHECK(count(exported("--bpf \"arp and src host 10.0.0.1\"")) == 0);
    CHECK(count(exported("--vni 77")) == 6);
    CHECK(count(exported("--vni 4096 --bpf \"less 100\"")) == 3);  // two of ARP, one later fragment
    CHECK(count(exported("--flow 10.244.2.2:41000-10.244.3.2:8080")) == 10);
    if (std::system("command -v capinfos >/dev/null") == 0) {
        const std::string file = kwdiag.folder.file("out-1.pcapng");
        CHECK(std::system(fmt::format("capinfos -Mc {} | grep -q 'packets: *41$'", file).c_str()) == 0);
    }

    const std::string none = kwdiag.folder.file("none.pcapng");
    const Ran wrong = kwdiag(fmt::format("export {} --pcapng {} --bpf \"udp prt 53\"", snapshot, none));
    CHECK(wrong.code == 2);
    CHECK_THAT(wrong.err, ContainsSubstring("'udp prt 53'") && ContainsSubstring("syntax error"));
    CHECK_FALSE(std::filesystem::exists(none));
    CHECK(kwdiag(fmt::format("export {} --pcapng {} --flow 10.0.0.1:x-10.0.0.2", snapshot, none)).code == 2);
    CHECK(kwdiag(fmt::format("export {} --out {} --vni 3", snapshot, none)).code == 2);
    const Ran there = kwdiag(fmt::format("export {} --pcapng {}", snapshot, kwdiag.folder.file("out-1.pcapng")));
    CHECK(there.code == 2);
    CHECK(Tool::text(kwdiag.folder.file("out-1.pcapng")) == all);
}

TEST_CASE("collectors that --only does not name are left out, and the snapshot says so", "[cli]") {
    const Tool kwdiag;
    const std::string out = kwdiag.folder.file("only.kwsnap");
    CHECK(kwdiag(fmt::format("collect --quiet --only routes,links --only system --out {}", out)).code == 0);
    const auto query = [&](const std::string& sql) {
        return json::parse(kwdiag(fmt::format("query --format json {} \"{}\"", out, sql)).out);
    };
    CHECK(query("SELECT collector, outcome FROM collections WHERE outcome <> 'skipped' ORDER BY collector") ==
          json::parse(R"([{"collector": "links", "outcome": "ok"}, {"collector": "routes", "outcome": "ok"},
                          {"collector": "system", "outcome": "ok"}])"));
    CHECK(query("SELECT reason, error_code FROM collections WHERE collector = 'logs'") ==
          json::parse(R"([{"reason": "--only did not name it", "error_code": "left_out"}])"));
    CHECK(query("SELECT reason FROM table_coverage WHERE table_name = 'log_lines'") ==
          json::parse(R"([{"reason": "the collector logs was skipped: --only did not name it"}])"));
    // Nobody asked whether there is flannel: that is not the same as that there is none.
    const json answer = json::parse(kwdiag("analyze --format json " + out).out);
    const auto& evaluations = answer["evaluations"];
    const auto rule =
        std::ranges::find_if(evaluations, [](const json& each) { return each["rule"] == "hostgw-missing-route"; });
    REQUIRE(rule != evaluations.end());
    CHECK((*rule)["verdict"] == "not_evaluated");
    // One line for all of them.
    const std::string told = kwdiag("analyze " + out).out;
    CHECK_THAT(told, ContainsSubstring("sockets, processes, services"));
    CHECK(told.find("did not name it") == told.rfind("did not name it"));
}

TEST_CASE("options of collectors that --only leaves out are refused", "[cli]") {
    const Tool kwdiag;
    const std::string out = kwdiag.folder.file("refused.kwsnap");
    const auto collect = [&](const std::string& arguments) {
        return kwdiag(fmt::format("collect --quiet --out {} {}", out, arguments));
    };
    for (const char* option : {"--packets 60", "--filter \"udp port 4789\"", "--interface lo", "--snap-length 256",
                               "--seconds 3", "--count 3", "--bytes 3M", "--ring 3", "--stop-when arp"}) {
        const Ran refused = collect(fmt::format("--only routes {}", option));
        INFO(option);
        CHECK(refused.code == 2);
        CHECK_THAT(refused.err, ContainsSubstring("is for packets, which --only leaves out"));
    }
    CHECK_THAT(collect("--only routes --kubeconfig /nowhere").err,
               ContainsSubstring("--kubeconfig is for k8s, which --only leaves out"));
    CHECK_THAT(collect("--only routes --since 2h").err,
               ContainsSubstring("--since is for logs, journal, which --only leaves out"));
    CHECK_FALSE(std::filesystem::exists(out));

    CHECK(collect("--only routes --packets 0").code == 0);
    std::filesystem::remove(out);
    CHECK(collect("--only routes,logs --since 2h").code != 2);
}

TEST_CASE("collecting tells no progress where nobody watches, and ends when it is asked to", "[cli]") {
    const Tool kwdiag;
    const std::string out = kwdiag.folder.file("live.kwsnap");
    CHECK(kwdiag(fmt::format("collect --packets 0 --out {}", out)).err.find("ok") == std::string::npos);

    const std::string stopped = kwdiag.folder.file("stopped.kwsnap");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::execl(KWD_KWDIAG, "kwdiag", "collect", "--quiet", "--packets", "3600", "--out", stopped.c_str(), nullptr);
        ::_exit(127);
    }
    const auto committed = [&] { return std::filesystem::exists(stopped) && std::filesystem::file_size(stopped) > 0; };
    for (int i = 0; i < 1000 && !committed(); ++i) {
        ::usleep(10'000);
    }
    ::kill(child, SIGTERM);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM));
    CHECK_FALSE(std::filesystem::exists(stopped + "-journal"));
    const Ran rows = kwdiag(fmt::format("query {} --format csv \"SELECT count(*) FROM collections\"", stopped));
    CHECK(rows.out == "count(*)\r\n21\r\n");
}

TEST_CASE("export writes every document, and explain says why a rule fired", "[cli]") {
    const Tool kwdiag;
    const std::string sample = kwdiag.sample();
    const std::string folder = kwdiag.folder.file("documents");
    const Ran exported = kwdiag(fmt::format("export {} --out {}", sample, folder));
    CHECK(exported.code == 0);
    const auto files = static_cast<std::ptrdiff_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
    CHECK(files == std::ranges::count(exported.out, '\n'));
    CHECK(files > 5);

    const Ran explained = kwdiag("rules explain overlay-vni-below-4096 " + sample);
    CHECK(explained.code == 0);
    CHECK_THAT(explained.out, ContainsSubstring("finding"));
    CHECK_THAT(explained.out, ContainsSubstring("flannel_config"));
}

TEST_CASE("without colours on a pipe", "[cli]") {
    const Tool kwdiag;
    CHECK(kwdiag("analyze " + kwdiag.sample()).out.find('\x1b') == std::string::npos);
}
