// SPDX-License-Identifier: Apache-2.0
#include "base/wide.h"
#include "base/windows_handle.h"
#include "collectors/platform/windows/capture_adapters.h"
#include "tests/windows/node.h"
#include "tests/windows/vxlan_sender.h"

#include <windows.h>
#include <winsvc.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

using namespace kwd;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using test::Node;

namespace fs = std::filesystem;

namespace {

// A node with pktmon, and without Npcap.
class PktmonNode : public Node {
  public:
    PktmonNode() {
        install_pktmon();
        serve("pktmon\\capture.pcapng", test::seen_by_pktmon(4097));
        serve("pktmon\\components.json", "[]");
    }

    [[nodiscard]] json capture(const std::string& options = "") const {
        const std::string snapshot = file("node.kwsnap");
        const Ran ran = kwdiag("collect --quiet --only packets --packets 1 " + options + " --out " + snapshot);
        INFO(ran.err);
        REQUIRE((ran.code == 0 || ran.code == 3));
        return query(snapshot, "SELECT * FROM collections WHERE collector = 'packets'").at(0);
    }

    void serve_components_of_lo() const {
        // Linux's loopback has the index 1 everywhere, and Wine keeps it.
        serve("pktmon\\components.json",
              R"([{"Group":"lo","Components":[{"Name":"IPv4","Type":"Protocol","Id":7,"Properties":[]},)"
              R"({"Name":"lo","Type":"Miniport","Id":10,"Properties":[{"Name":"ifIndex","Value":1}]}]}])");
    }

    [[nodiscard]] bool called(std::string_view beginning) const {
        const auto all = calls();
        return std::ranges::any_of(all, [&](const std::string& call) { return call.starts_with(beginning); });
    }
    // Whether a command was given that changes what pktmon does.
    [[nodiscard]] bool touched() const {
        return called("pktmon start --") || called("pktmon stop") || called("pktmon filter add") ||
               called("pktmon filter remove") || called("pktmon unload");
    }
    [[nodiscard]] static bool is_running() { return fs::exists("C:\\kwdiag-double\\pktmon\\running.txt"); }
    [[nodiscard]] static bool has_filters() { return fs::exists("C:\\kwdiag-double\\pktmon\\filters.txt"); }
    [[nodiscard]] static bool left_files() {
        return std::ranges::any_of(fs::directory_iterator("C:\\windows\\Temp"), [](const fs::directory_entry& each) {
            return each.path().filename().string().starts_with("kwdiag-pktmon-");
        });
    }
};

// Puts a double whose driver is of no use where Npcap's library lies.
void install_useless_npcap(const Node& node, const std::string& devices) {
    wchar_t system[MAX_PATH] = {};
    GetSystemDirectoryW(system, MAX_PATH);
    const fs::path folder = fs::path(system) / "Npcap";
    fs::create_directories(folder);
    fs::copy_file(KWD_DOUBLES "/wpcap.dll", folder / "wpcap.dll", fs::copy_options::overwrite_existing);
    node.serve("npcap\\devices.txt", devices);
}

std::string guid_of(const std::string& name) {
    const auto node = collectors::node_adapters();
    REQUIRE(node);
    const auto found = std::ranges::find(node->adapters, name, &collectors::CaptureAdapter::name);
    REQUIRE(found != node->adapters.end());
    return found->guid;
}

bool becomes_true(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(50ms);
    }
    return true;
}

// kwdiag.exe, as it is started by who holds its programs in a job; none for who does not.
Handle start_kwdiag(const std::string& arguments, HANDLE job = nullptr) {
    std::wstring command = wide("\"Z:" KWD_KWDIAG "\" " + arguments);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    REQUIRE(CreateProcessW(nullptr, command.data(), nullptr, nullptr, FALSE, CREATE_SUSPENDED, nullptr, nullptr,
                           &startup, &made) != 0);
    Handle process(made.hProcess);
    const Handle thread(made.hThread);
    REQUIRE((job == nullptr || AssignProcessToJobObject(job, process.get()) != 0));
    ResumeThread(thread.get());
    return process;
}

// A job whose processes end with it, as those of a HostProcess container do.
Handle make_job(DWORD more_limits = 0) {
    Handle job(CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | more_limits;
    REQUIRE(SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits) != 0);
    return job;
}

// The driver of the double, which the node has as a service while this lives.
class PktmonDriver {
  public:
    PktmonDriver()
        : manager_(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS)),
          service_(CreateServiceW(manager_, L"PktMon", L"PktMon", SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                                  SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
                                  wide(KWD_DOUBLES "\\pktmon.exe driver").c_str(), nullptr, nullptr, nullptr, nullptr,
                                  nullptr)) {
        if (service_ == nullptr) {  // of a test that was ended
            service_ = OpenServiceW(manager_, L"PktMon", SERVICE_ALL_ACCESS);
            stop();
        }
        REQUIRE(service_ != nullptr);
    }
    ~PktmonDriver() {
        stop();
        DeleteService(service_);
        CloseServiceHandle(service_);
        CloseServiceHandle(manager_);
    }
    PktmonDriver(const PktmonDriver&) = delete;
    PktmonDriver& operator=(const PktmonDriver&) = delete;

    void load() const {
        REQUIRE(StartServiceW(service_, 0, nullptr) != 0);
        REQUIRE(becomes_true([&] { return state() == SERVICE_RUNNING; }));
    }
    [[nodiscard]] bool is_loaded() const { return state() != SERVICE_STOPPED; }

  private:
    [[nodiscard]] DWORD state() const {
        SERVICE_STATUS status{};
        QueryServiceStatus(service_, &status);
        return status.dwCurrentState;
    }
    void stop() const {
        SERVICE_STATUS status{};
        if (ControlService(service_, SERVICE_CONTROL_STOP, &status) != 0) {
            becomes_true([&] { return !is_loaded(); });
        }
    }

    SC_HANDLE manager_;
    SC_HANDLE service_;
};

}  // namespace

TEST_CASE("without Npcap, packets are captured by pktmon, which is then as it was", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const json collection = node.capture();
    INFO(collection.dump());
    CHECK(collection["outcome"] == "ok");
    const json flows = node.query(node.file("node.kwsnap"), "SELECT outer_source, vni, packets FROM vxlan_flows");
    REQUIRE(flows.size() == 1);
    CHECK(flows[0] == json{{"outer_source", "192.168.10.21"}, {"vni", 4097}, {"packets", 1}});

    CHECK(node.called("pktmon filter add kwdiag-vxlan -t UDP -p 4789"));
    CHECK(node.called(
        "pktmon start --capture --comp nics --pkt-size 1600 --file-name C:\\windows\\Temp\\kwdiag-pktmon-"));
    CHECK_FALSE(node.is_running());
    CHECK_FALSE(node.has_filters());
    CHECK_FALSE(node.left_files());
}

TEST_CASE("pktmon's driver is unloaded when it was not loaded before", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const PktmonDriver driver;
    CHECK(node.capture()["outcome"] == "ok");
    CHECK_FALSE(driver.is_loaded());
    CHECK(node.called("pktmon unload"));
}

TEST_CASE("pktmon's driver stays when it was loaded before", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const PktmonDriver driver;
    driver.load();
    CHECK(node.capture()["outcome"] == "ok");
    CHECK(driver.is_loaded());
    CHECK_FALSE(node.called("pktmon unload"));
}

TEST_CASE("pktmon's driver is unloaded when no trace could be made", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const PktmonDriver driver;
    CHECK(node.capture("--interface \"is not there\"")["outcome"] == "failed");
    CHECK_FALSE(node.called("pktmon start --"));
    CHECK_FALSE(driver.is_loaded());
}

TEST_CASE("pktmon's driver stays with a trace that somebody began while kwdiag had it", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const PktmonDriver driver;
    node.fault("pktmon-filter-add fail 0x80070057");
    node.serve("pktmon\\theirs.txt", "C:\\traces\\theirs.etl");
    CHECK(node.capture()["outcome"] == "failed");
    CHECK_FALSE(node.called("pktmon unload"));
    CHECK(driver.is_loaded());
    CHECK(node.is_running());
}

TEST_CASE("that pktmon's driver cannot be unloaded is told, and costs no packet", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const PktmonDriver driver;
    SECTION("because this version knows no such command") {
        node.serve("pktmon\\version.txt", "2019");
        const json collection = node.capture();
        CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("this version cannot"));
        CHECK(collection["outcome"] == "partial");
        CHECK_FALSE(node.called("pktmon unload"));
    }
    SECTION("because Windows refuses") {
        node.fault("pktmon-unload fail 0x80070005");
        const json collection = node.capture();
        CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("unload the driver of pktmon"));
        CHECK(collection["outcome"] == "partial");
        // The guard tries again.
        CHECK(becomes_true([&] {
            const auto all = node.calls();
            return std::ranges::count(all, "pktmon unload") == 2;
        }));
    }
    CHECK(driver.is_loaded());
    CHECK_FALSE(node.is_running());
    CHECK_FALSE(node.has_filters());
    CHECK(node.query(node.file("node.kwsnap"), "SELECT vni FROM vxlan_flows").size() == 1);
}

TEST_CASE("pktmon's driver is unloaded when the list of components does not come back", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const PktmonDriver driver;
    node.fault("pktmon-list hang");
    CHECK(node.capture()["outcome"] == "ok");
    CHECK(node.called("pktmon start --capture --comp nics"));
    CHECK_FALSE(driver.is_loaded());
}

TEST_CASE("pktmon's driver is unloaded when converting takes all the time there is",
          "[windows][capture][pktmon][slow]") {
    const PktmonNode node;
    const PktmonDriver driver;
    node.fault("pktmon-etl2pcap hang");
    CHECK(node.capture()["outcome"] == "timed_out");
    CHECK_FALSE(driver.is_loaded());
    CHECK_FALSE(node.has_filters());
}

TEST_CASE("pktmon is told to look at the adapter, by its component", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.serve_components_of_lo();
    CHECK(node.capture("--interface lo")["outcome"] == "ok");
    CHECK(node.called("pktmon start --capture --comp 10 "));
}

TEST_CASE("a capture by pktmon does not claim to know what was dropped", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const auto ran = node.kwdiag("capture --quiet --only packets --seconds 1 --out " + node.file("node.kwsnap"));
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.out, ContainsSubstring("how many were dropped is not told"));
}

TEST_CASE("a filter of one's own is refused where only pktmon is, which knows none", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const json collection = node.capture("--filter \"tcp port 443\"");
    CHECK(collection["outcome"] == "skipped");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("Npcap is needed"));
    CHECK_FALSE(node.touched());
}

TEST_CASE("where Npcap is there and of no use, that is told, and packets are captured by pktmon",
          "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.serve_components_of_lo();
    std::string why;
    SECTION("because its driver is not bound to the adapter") {
        install_useless_npcap(node, "\\Device\\NPF_{01234567-89AB-CDEF-0123-456789ABCDEF}");
        why = "capture packets on 'lo': the capturing driver is not bound to it";
    }
    SECTION("because the adapter cannot be opened") {
        install_useless_npcap(node, "\\Device\\NPF_{" + guid_of("lo") + "}");
        why = "by Npcap: Error opening adapter: The system cannot find the device specified. (20)";
    }
    SECTION("because it lists no adapter") {
        install_useless_npcap(node, "");
        why = "list the adapters by Npcap: there is none";
    }
    const json collection = node.capture("--interface lo");
    INFO(collection.dump());
    CHECK(collection["outcome"] == "partial");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring(why));
    CHECK(node.query(node.file("node.kwsnap"), "SELECT vni FROM vxlan_flows").size() == 1);
    CHECK_FALSE(node.is_running());
}

TEST_CASE("where Npcap is of no use and pktmon cannot do what was asked, it is Npcap's failure that is told",
          "[windows][capture][pktmon]") {
    const PktmonNode node;
    install_useless_npcap(node, "\\Device\\NPF_{" + guid_of("lo") + "}");
    std::string options;
    std::string why;
    SECTION("a filter of one's own") {
        options = "--interface lo --filter \"tcp port 443\"";
        why = "by Npcap: Error opening adapter";
    }
    SECTION("an adapter that is not there") {
        options = "--interface vEthernet";
        why = "find the interface 'vEthernet'";
    }
    const json collection = node.capture(options);
    CHECK(collection["outcome"] == "failed");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring(why));
    CHECK_FALSE(node.touched());
}

TEST_CASE("a pktmon trace of somebody else is not touched", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.serve("pktmon\\running.txt", "C:\\traces\\theirs.etl");
    const json collection = node.capture();
    CHECK(collection["outcome"] == "skipped");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("a trace of somebody else is running"));
    CHECK_FALSE(node.touched());
    CHECK(node.is_running());
}

TEST_CASE("pktmon filters of somebody else are not touched", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.serve("pktmon\\filters.txt", "kwdiag-vxlan UDP 4789\ntheirs TCP 443\n");
    const json collection = node.capture();
    CHECK(collection["outcome"] == "skipped");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("filters of somebody else are set"));
    CHECK_FALSE(node.touched());
    CHECK(node.has_filters());
}

TEST_CASE("when a trace cannot be started, the filters for it are taken away", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.fault("pktmon-start fail 0x8007001f");
    CHECK(node.capture()["outcome"] == "failed");
    CHECK(node.called("pktmon filter add kwdiag-vxlan"));
    CHECK_FALSE(node.has_filters());
    CHECK_FALSE(node.left_files());
}

TEST_CASE("a filter that pktmon refuses is told, and only VXLAN's is needed", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.fault("pktmon-filter-add fail 0x80070057");
    const json collection = node.capture();
    CHECK(collection["outcome"] == "failed");
    CHECK_FALSE(node.called("pktmon start --"));
    CHECK_FALSE(node.has_filters());
    CHECK_FALSE(node.left_files());
}

TEST_CASE("when kwdiag is killed while pktmon captures, pktmon is given back all the same",
          "[windows][capture][pktmon]") {
    const PktmonNode node;
    const PktmonDriver driver;
    const bool before = GENERATE(false, true);
    if (before) {
        driver.load();
    }
    // A session of OpenSSH is a job too, and lets go who wants to.
    const Handle job = make_job(JOB_OBJECT_LIMIT_BREAKAWAY_OK);
    const bool by_job = GENERATE(false, true);
    const Handle process =
        start_kwdiag("collect --quiet --only packets --packets 60 --out " + node.file("killed.kwsnap"),
                     by_job ? job.get() : nullptr);
    const bool ran = becomes_true([&] { return node.called("pktmon start --capture") && PktmonNode::is_running(); });
    if (by_job) {
        TerminateJobObject(job.get(), 1);
    } else {
        TerminateProcess(process.get(), 1);
    }
    REQUIRE(ran);
    CHECK(becomes_true([] { return !PktmonNode::is_running() && !PktmonNode::has_filters(); }));
    CHECK(becomes_true([] { return !PktmonNode::left_files(); }));
    CHECK(becomes_true([&] { return driver.is_loaded() == before; }));
    CHECK(node.called("pktmon unload") == !before);
}

TEST_CASE("in a job that would end the guard with kwdiag, as a HostProcess container is, pktmon is not used",
          "[windows][capture][pktmon]") {
    const PktmonNode node;
    const Handle job = make_job();
    const std::string snapshot = node.file("node.kwsnap");
    const Handle process = start_kwdiag("collect --quiet --only packets --packets 1 --out " + snapshot, job.get());
    REQUIRE(WaitForSingleObject(process.get(), 60'000) == WAIT_OBJECT_0);
    const json collection = node.query(snapshot, "SELECT * FROM collections WHERE collector = 'packets'").at(0);
    INFO(collection.dump());
    CHECK(collection["outcome"] == "skipped");
    CHECK(collection["error_code"] == "unsupported");
    CHECK_THAT(collection["reason"].get<std::string>(),
               ContainsSubstring("lets no process go") && ContainsSubstring("HostProcess"));
    CHECK_FALSE(node.touched());
    CHECK_FALSE(node.left_files());
}

TEST_CASE("what a killed kwdiag left behind in pktmon is taken away by the next", "[windows][capture][pktmon]") {
    const PktmonNode node;
    const fs::path left = "C:\\windows\\Temp\\kwdiag-pktmon-1-2";
    fs::create_directories(left);
    node.serve("pktmon\\running.txt", (left / "capture.etl").string());
    node.serve("pktmon\\filters.txt", "kwdiag-vxlan UDP 4789\n");
    CHECK(node.capture()["outcome"] == "ok");
    CHECK_FALSE(node.is_running());
    CHECK_FALSE(node.has_filters());
    CHECK_FALSE(node.left_files());
}

TEST_CASE("a pktmon that does not come back is left in time to give back what was taken",
          "[windows][capture][pktmon][slow]") {
    const PktmonNode node;
    node.fault("pktmon-start hang");
    CHECK(node.capture()["outcome"] == "timed_out");
    CHECK_FALSE(node.has_filters());
    CHECK_FALSE(node.left_files());
}

TEST_CASE("a pktmon that speaks another language is understood", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.serve("pktmon\\sentences.txt", "Monitoraggio pacchetti non in esecuzione.");
    CHECK(node.capture()["outcome"] == "ok");
}

TEST_CASE("the pktmon of Windows Server 2019 is asked in its own syntax", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.serve("pktmon\\version.txt", "2019");
    const json collection = node.capture();
    INFO(collection.dump());
    CHECK(collection["outcome"] == "ok");
    CHECK(node.called("pktmon start --etw -p 1600 --file-name "));
    CHECK(node.called("pktmon pcapng "));
    CHECK_FALSE(node.is_running());
}

TEST_CASE("a pktmon that cannot tell whose trace is running is not used", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.serve("pktmon\\version.txt", "2019-first");
    const json collection = node.capture();
    CHECK(collection["outcome"] == "skipped");
    CHECK_THAT(collection["reason"].get<std::string>(), ContainsSubstring("Npcap is needed"));
    CHECK_FALSE(node.touched());
}

TEST_CASE("a trace that cannot be converted is given back before that is told", "[windows][capture][pktmon]") {
    const PktmonNode node;
    node.fault("pktmon-etl2pcap fail 0x8007000d");
    CHECK(node.capture()["outcome"] == "failed");
    CHECK(node.called("pktmon stop"));
    CHECK_FALSE(node.is_running());
    CHECK_FALSE(node.has_filters());
    CHECK_FALSE(node.left_files());
}

TEST_CASE("with neither Npcap nor pktmon, what to install is told", "[windows][capture]") {
    const Node node;
    const std::string snapshot = node.file("node.kwsnap");
    (void)node.kwdiag("collect --quiet --only packets --packets 1 --out " + snapshot);
    const json collection = node.query(snapshot, "SELECT * FROM collections WHERE collector = 'packets'").at(0);
    CHECK(collection["outcome"] == "skipped");
    CHECK_THAT(collection["reason"].get<std::string>(),
               ContainsSubstring("npcap.com") && ContainsSubstring("Windows Server 2022"));
}
