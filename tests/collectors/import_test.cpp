// SPDX-License-Identifier: Apache-2.0
// Whole imports: what lies on disk in, documents and collections out.
#include "collectors/import/import.h"

#include "snapshot/snapshot.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace kwd;
using namespace kwd::collectors;

namespace {

namespace fs = std::filesystem;
const std::string kBundles = std::string(KWD_FIXTURES) + "/bundles/";
const std::string kNodes = std::string(KWD_FIXTURES) + "/nodes/";
const std::string kLoose = std::string(KWD_FIXTURES) + "/loose/";

/// One import into a snapshot of its own.
class Import {
  public:
    explicit Import(const std::vector<std::string>& paths, const ImportOptions& options = {})
        : store_(*snapshot::Store::create(folder_.file("x.kwsnap"), "test")),
          result(import_paths(paths, store_, options)) {}

    [[nodiscard]] std::vector<snapshot::DocumentInfo> documents() const {
        return snapshot::StoredDocuments(store_.database()).documents();
    }
    [[nodiscard]] snapshot::DocumentInfo document(const std::string& name) const {
        for (const auto& info : documents()) {
            if (info.name == name) {
                return info;
            }
        }
        return {};
    }
    [[nodiscard]] std::string kind(const std::string& name) const { return document(name).kind; }
    [[nodiscard]] std::string note(const std::string& name) const { return document(name).note.value_or(""); }
    [[nodiscard]] std::string content(const std::string& name) {
        return snapshot::StoredDocuments(store_.database()).document(document(name).id)->content;
    }
    [[nodiscard]] std::string text(const std::string& sql) {
        auto statement = store_.database().prepare(sql);
        std::string all;
        while (statement.step()) {
            all += all.empty() ? "" : "\n";
            for (int i = 0; i < statement.column_count(); ++i) {
                all += (i == 0 ? "" : "|") + statement.optional_text(i).value_or("NULL");
            }
        }
        return all;
    }
    [[nodiscard]] std::string meta(const std::string& key) {
        return text("SELECT value FROM meta WHERE key = '" + key + "'");
    }

  private:
    test::TemporaryFolder folder_;
    mutable snapshot::Store store_;

  public:
    Result<ImportSummary> result;
};

void write(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("a folder of collectlogs.ps1 gives one document for every file", "[import]") {
    Import import({kBundles + "sdn"});
    REQUIRE(import.result);
    CHECK(import.documents().size() == 14);
    CHECK(import.text("SELECT collector, outcome, documents FROM collections") == "import: sdn|ok|14");
    CHECK(import.meta("bundle_type") == "microsoft/SDN collectlogs");
    CHECK(import.meta("imported_from") == "sdn");
    CHECK(import.kind("network.txt") == "hns-networks");
    CHECK(import.kind("endpoint.txt") == "hns-endpoints");
    CHECK(import.kind("policy.txt") == "hns-load-balancers");
    CHECK(import.kind("namespaces.txt") == "hns-namespaces");
    CHECK(import.kind("ip.txt") == "ip-state");
    CHECK(import.kind("routes.txt") == "ip-state");
    CHECK(import.kind("mtu.txt") == "netsh");
    CHECK(import.kind("winver.txt") == "winver");
    CHECK(import.kind("netadapter.txt") == "ps-list");
    CHECK(import.kind("vfpOutput.txt") == "vfp");
    CHECK(import.kind("adapters/Ethernet_int.txt") == "ps-list");
    CHECK(import.document("network.txt").original_path == "sdn/abcd1234.xyz/network.txt");
}

TEST_CASE("documents keep their bytes, whatever the encoding", "[import]") {
    Import import({kBundles + "sdn"});
    std::ifstream file(kBundles + "sdn/abcd1234.xyz/network.txt", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    CHECK(bytes.substr(0, 2) == "\xff\xfe");
    CHECK(import.content("network.txt") == bytes);
}

TEST_CASE("what is kept without being read is listed", "[import]") {
    Import import({kBundles + "sdn"});
    std::set<std::string> unread;
    for (const auto* document : import.result->unrecognised()) {
        unread.insert(document->name);
    }
    CHECK(unread == std::set<std::string>{"hcsdiag.txt", "nvspinfo.txt"});
    CHECK(import.kind("winevt/System.evtx") == "event-records");
    CHECK_FALSE(import.document("winevt/System.evtx").truncated);
}

TEST_CASE("an event log file is kept as the XML of its events", "[import][evtx]") {
    Import import({kLoose + "events/system.evtx"});
    CHECK(import.kind("system.evtx") == "event-records");
    CHECK(import.content("system.evtx").substr(0, 7) == "<Event ");
    CHECK(import.note("system.evtx") == "2 events of an event log file (evtx), kept as XML");
    CHECK_FALSE(import.document("system.evtx").truncated);

    const std::string both = import.content("system.evtx");
    ImportOptions options;
    options.max_text_bytes = both.size() - 1;  // the file itself is larger
    Import last({kLoose + "events/system.evtx"}, options);
    CHECK(last.content("system.evtx") == both.substr(both.find('\n') + 1));
    CHECK(last.document("system.evtx").truncated);
    CHECK(last.note("system.evtx").find("older ones are left out") != std::string::npos);

    Import stub({kLoose + "hostile/System.evtx"});
    CHECK(stub.document("System.evtx").truncated);
    CHECK(stub.note("System.evtx").find("missing or destroyed") != std::string::npos);
    CHECK(stub.text("SELECT outcome FROM collections") == "partial");
}

TEST_CASE("a bundle of EKS's collector is understood though parts of it are missing", "[import]") {
    Import import({kBundles + "eks"});
    REQUIRE(import.result);
    CHECK(import.meta("bundle_type") == "EKS node logs");
    CHECK(import.meta("node_name").empty());  // the name has the instance's
    CHECK(import.meta("taken_at_local") == "2024-01-31T10:11:12Z");
    CHECK(import.kind("system/sysinfo") == "systeminfo");
    CHECK(import.kind("system/system-eventlogs.csv") == "event-records");
    CHECK(import.kind("system/kubelet/kubelet-service.csv") == "event-records");
    CHECK(import.kind("system/services") == "windows-services");
    CHECK(import.kind("system/network/hns/network.txt") == "hns-networks");
    CHECK(import.kind("system/network/hns/endpoint.txt") == "other");
    CHECK(import.kind("system/cni/vpc-bridge.conf") == "cni-conf");
    CHECK(import.document("system/cni/vpc-bridge.conf").original_path ==
          "C:\\ProgramData\\Amazon\\EKS\\cni\\config\\vpc-bridge.conf");
    CHECK(import.document("system/events/System.evtx").truncated);
    CHECK(import.text("SELECT outcome FROM collections") == "partial");
}

TEST_CASE("a bundle of Rancher's collector for RKE1 is known by its name", "[import]") {
    Import import({kBundles + "rancher"});
    REQUIRE(import.result);
    CHECK(import.meta("bundle_type") == "Rancher node logs");
    CHECK(import.meta("node_name") == "WIN-K");
    CHECK(import.meta("taken_at_local") == "2024-01-31T10:11:12Z");
    CHECK(import.kind("network/hns/endpoint.txt") == "hns-endpoints");
    CHECK(import.document("config/flannel/net-conf.json").original_path == "C:\\etc\\kube-flannel\\net-conf.json");
    CHECK(import.document("config/cni/10-flannel.conflist").original_path ==
          "C:\\etc\\cni\\net.d\\10-flannel.conflist");
}

TEST_CASE("an AKS zip is understood with what is known of its maker", "[import]") {
    Import import({kBundles + "aks/WIN01-20240131-101112_logs.zip"});
    REQUIRE(import.result);
    CHECK(import.meta("bundle_type") == "AKS node logs");
    CHECK(import.meta("node_name") == "WIN01");
    CHECK(import.meta("taken_at_local") == "2024-01-31T10:11:12");
    CHECK(import.kind("kubelet.err.log") == "log");
    CHECK(import.note("kubelet.err.log") == "component: kubelet");
    CHECK(import.document("kubelet.err.log").original_path == "C:\\k\\kubelet.err.log");
    CHECK(import.kind("kubelet.log") == "log");
    CHECK(import.note("kubelet.err-20240130T235900.123.log") == "rotated log; component: kubelet");
    CHECK(import.kind("config.toml") == "containerd-config");
    CHECK(import.kind("20240131-101112-containerd-toml.txt") == "other");
    CHECK(import.kind("20240131-101112-hnsdiag-list.txt") == "hnsdiag-list");
    CHECK(import.kind("10-azure.conflist") == "cni-conf");
    CHECK(import.kind("network.txt") == "hns-networks");
    CHECK(import.kind("endpoint.txt") == "hns-endpoints");
    CHECK(import.kind("adapters/Ethernet_int.txt") == "ps-list");
    CHECK(import.kind("kubeclusterconfig.json") == "cluster-config");
    CHECK(import.kind("Extension-Logs.zip/CommandExecution.log") == "log");
    CHECK(import.text("SELECT outcome FROM collections") == "ok");
    // both files of one name
    const auto documents = import.documents();
    CHECK(std::count_if(documents.begin(), documents.end(),
                        [](const auto& info) { return info.name.find("azure-vnet") == 0; }) == 2);
}

TEST_CASE("tokens do not get into the snapshot", "[import]") {
    Import aks({kBundles + "aks/WIN01-20240131-101112_logs.zip"});
    CHECK(aks.kind("bootstrap-config") == "kubeconfig");
    CHECK(aks.content("bootstrap-config").find("abcdef.0123456789abcdef") == std::string::npos);
    CHECK(aks.note("bootstrap-config").find("token") != std::string::npos);

    Import rke({kBundles + "rke2/rancher_rke2_win-r_2024-01-31_10_11_12.tar.gz"});
    CHECK(rke.kind("config/rke2/config.yaml") == "cluster-config");
    CHECK(rke.content("config/rke2/config.yaml").find("0123456789abcdef0123") == std::string::npos);
    CHECK(rke.content("config/rke2/config.yaml").find("max-pods=110") != std::string::npos);
}

TEST_CASE("a Rancher tar.gz is understood below its one folder", "[import]") {
    Import import({kBundles + "rke2/rancher_rke2_win-r_2024-01-31_10_11_12.tar.gz"});
    REQUIRE(import.result);
    CHECK(import.meta("bundle_type") == "Rancher RKE2 node logs");
    CHECK(import.meta("node_name") == "win-r");
    CHECK(import.documents().size() == 15);
    CHECK(import.kind("network/hns/network.txt") == "hns-networks");
    CHECK(import.kind("network/hns/endpoint.txt") == "hns-endpoints");
    CHECK(import.kind("network/hnsdiaglistall") == "hnsdiag-list");
    CHECK(import.kind("network/networkroutes") == "ps-list");
    CHECK(import.kind("system/systeminfo") == "systeminfo");
    CHECK(import.kind("services/rke2-status.txt") == "windows-services");
    CHECK(import.kind("eventlogs/hns-admin.json") == "event-records");
    CHECK(import.kind("certs/rke2/client-ca.crt") == "other");
    CHECK(import.note("k8s/components/kube-proxy.log") == "component: kube-proxy");
    CHECK(import.document("config/cni/10-calico.conf").original_path ==
          "C:\\var\\lib\\rancher\\rke2\\agent\\etc\\cni\\10-calico.conf");
    CHECK(import.document("system/systeminfo").collected_at_utc == "2024-01-31T10:11:12Z");
}

TEST_CASE("it makes no difference whether a bundle is named or the folder it lies in", "[import]") {
    Import import({kBundles + "rke2"});
    REQUIRE(import.result);
    CHECK(import.meta("node_name") == "win-r");
    CHECK(import.document("config/cni/10-calico.conf").original_path ==
          "C:\\var\\lib\\rancher\\rke2\\agent\\etc\\cni\\10-calico.conf");
    CHECK(
        import.document("system/systeminfo").original_path ==
        "rke2/rancher_rke2_win-r_2024-01-31_10_11_12.tar.gz/rancher_rke2_win-r_2024-01-31_10_11_12/system/systeminfo");
}

TEST_CASE("of Get-NetView the state before it restarted HNS is read", "[import]") {
    Import import({kBundles + "netview/msdbg.WIN-N-2024-01-31_10-11-12.zip"});
    REQUIRE(import.result);
    CHECK(import.meta("bundle_type") == "Get-NetView");
    CHECK(import.meta("node_name") == "WIN-N");
    CHECK(import.kind("HNS/Get-HNSNetwork-1.txt") == "hns-networks");
    CHECK(import.kind("HNS/Get-HNSNetwork-2.txt") == "other");
    CHECK(import.note("HNS/Get-HNSNetwork-2.txt").find("restarted HNS") != std::string::npos);
    CHECK(import.kind("HNS/HNSDiag_all.txt") == "other");
    CHECK(import.kind("_ipconfig.txt") == "ipconfig");
    CHECK(import.kind("NetIp/Get-NetRoute.txt") == "ps-list");
}

TEST_CASE("a cluster-info dump gives objects and logs of pods", "[import]") {
    Import import({kBundles + "cluster-info"});
    REQUIRE(import.result);
    CHECK(import.meta("bundle_type") == "kubectl cluster-info dump");
    CHECK(import.kind("nodes.json") == "k8s-objects");
    CHECK(import.kind("kube-system/pods.json") == "k8s-objects");
    CHECK(import.note("kube-system/kube-proxy-windows-9tjxq/logs.txt") == "component: kube-proxy");
}

TEST_CASE("every file of the sample nodes has a reader, but for those that nothing reads yet", "[import][nodes]") {
    for (const std::string name : {"overlay-healthy", "overlay-broken-sample"}) {
        Import import({kNodes + name});
        REQUIRE(import.result);
        std::set<std::string> unread;
        for (const auto* document : import.result->unrecognised()) {
            unread.insert(document->name);
        }
        CHECK(unread == std::set<std::string>{"files/C/var/lib/cni/networks/flannel.4096/lock", "sdn/containers.txt",
                                              "sdn/reservedports.txt"});
        CHECK(import.text("SELECT outcome FROM collections") == "ok");
        CHECK(import.document("files/C/run/flannel/subnet.env").original_path == "C:\\run\\flannel\\subnet.env");
        CHECK(import.kind("sdn/namespaces.txt") == "hns-namespaces");
        CHECK(import.kind("sdn/hnsportpoolallocs.txt") == "hns-port-pools");
    }
}

TEST_CASE("several paths give a collection each", "[import]") {
    Import import({kLoose + "hns/networks-v2.json", kLoose + "config"});
    REQUIRE(import.result);
    CHECK(import.text("SELECT collector, outcome FROM collections ORDER BY id") ==
          "import: networks-v2.json|ok\nimport: config|ok");
    CHECK(import.meta("imported_from") == "networks-v2.json; config");
    CHECK(import.document("networks-v2.json").original_path == "networks-v2.json");
}

TEST_CASE("a path that is not there fails by itself", "[import]") {
    Import import({"/nowhere/at-all.zip", kLoose + "hns/networks-v2.json"});
    REQUIRE(import.result);
    CHECK(import.documents().size() == 1);
    CHECK(import.text("SELECT collector, outcome, error_code FROM collections ORDER BY id") ==
          "import: at-all.zip|failed|not_found\nimport: networks-v2.json|ok|NULL");
}

TEST_CASE("an import that stores nothing is an error", "[import]") {
    Import nowhere({"/nowhere/at-all.zip"});
    REQUIRE_FALSE(nowhere.result);
    CHECK(nowhere.result.error().code == Errc::not_found);

    const test::TemporaryFolder folder;
    fs::create_directories(folder.file("empty"));
    Import empty({folder.file("empty")});
    REQUIRE_FALSE(empty.result);
    CHECK(empty.result.error().code == Errc::not_found);
    CHECK(empty.text("SELECT outcome FROM collections") == "failed");
    CHECK(empty.meta("imported_from").empty());
}

TEST_CASE("an empty file is a document that says so", "[import]") {
    const test::TemporaryFolder folder;
    write(folder.file("b/endpoint.txt"), "");
    write(folder.file("b/notes.txt"), "");
    Import import({folder.file("b")});
    REQUIRE(import.result);
    CHECK(import.kind("endpoint.txt") == "hns-endpoints");
    CHECK(import.note("endpoint.txt").find("empty file") == 0);
    CHECK(import.kind("notes.txt") == "other");
    CHECK(import.note("notes.txt") == "empty file");
}

TEST_CASE("a damaged archive gives what could be read, and says that it is damaged", "[import]") {
    const test::TemporaryFolder folder;
    std::ifstream file(kBundles + "rke2/rancher_rke2_win-r_2024-01-31_10_11_12.tar.gz", std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    bytes.resize(bytes.size() / 2);
    write(folder.file("cut.tar.gz"), bytes);
    Import import({folder.file("cut.tar.gz")});
    REQUIRE(import.result);
    CHECK(!import.documents().empty());
    CHECK(import.text("SELECT outcome FROM collections") == "partial");
    CHECK(!import.result->notes.empty());
    CHECK(import.text("SELECT reason FROM collections") != "NULL");
}

TEST_CASE("a bomb stops at the limit, and says so", "[import]") {
    const test::TemporaryFolder folder;
    write(folder.file("b/a.log"), std::string(3'000'000, 'a'));
    write(folder.file("b/b.log"), std::string(3'000'000, 'b'));
    ImportOptions options;
    options.limits.max_total_bytes = 4'000'000;
    Import import({folder.file("b")}, options);
    REQUIRE(import.result);
    CHECK(import.text("SELECT outcome FROM collections") == "partial");
    CHECK(!import.result->notes.empty());
}

TEST_CASE("of a huge log the newest part is kept and marked", "[import]") {
    const test::TemporaryFolder folder;
    std::string log;
    for (int i = 0; i < 1000; ++i) {
        log += "I0131 10:11:12.345678    5532 proxier.go:765] line " + std::to_string(i) + "\n";
    }
    write(folder.file("b/kube-proxy.log"), log);
    ImportOptions options;
    options.max_text_bytes = 1000;
    Import import({folder.file("b")}, options);
    REQUIRE(import.result);
    const auto kept = import.content("kube-proxy.log");
    CHECK(kept.size() <= 1000);
    CHECK(kept.find("I0131") == 0);
    CHECK(kept.find("line 999\n") != std::string::npos);
    CHECK(import.document("kube-proxy.log").truncated);
    CHECK(import.note("kube-proxy.log").find("the last ") == 0);
    CHECK(import.text("SELECT outcome FROM collections") == "partial");
}

TEST_CASE("of a program or a dump only the beginning is kept", "[import]") {
    const test::TemporaryFolder folder;
    write(folder.file("b/kubelet.exe"), "MZ" + std::string(5000, '\0'));
    ImportOptions options;
    options.max_unread_bytes = 100;
    Import import({folder.file("b")}, options);
    REQUIRE(import.result);
    CHECK(import.document("kubelet.exe").size_bytes == 100);
    CHECK(import.document("kubelet.exe").truncated);
    CHECK(import.text("SELECT outcome FROM collections") == "ok");
}

TEST_CASE("the same log twice is read once, two equal configurations twice", "[import]") {
    const test::TemporaryFolder folder;
    const std::string log = "I0131 10:11:12.345678    5532 proxier.go:765] x\n";
    write(folder.file("b/kube-proxy.log"), log);
    write(folder.file("b/copy/kube-proxy.log"), log);
    const std::string conf = R"({"cniVersion":"1.0.0","name":"n","type":"win-overlay"})";
    write(folder.file("b/net.d/10.conf"), conf);
    write(folder.file("b/conf/10.conf"), conf);
    Import import({folder.file("b")});
    REQUIRE(import.result);
    CHECK(import.text("SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY kind") ==
          "cni-conf|2\nlog|1\nother|1");
    CHECK(import.note("kube-proxy.log") == "the same bytes as copy/kube-proxy.log");
    CHECK(import.text("SELECT outcome FROM collections") == "ok");
}

TEST_CASE("a link is not followed, and the collection says so", "[import]") {
    const test::TemporaryFolder folder;
    write(folder.file("outside.log"), "not ours\n");
    write(folder.file("b/subnet.env"), "FLANNEL_SUBNET=10.244.2.1/24\n");
    std::error_code error;
    fs::create_symlink(folder.file("outside.log"), folder.file("b/kubelet.log"), error);
    if (error) {
        SKIP("links cannot be made here");
    }
    Import import({folder.file("b")});
    REQUIRE(import.result);
    CHECK(import.documents().size() == 1);
    CHECK(import.text("SELECT outcome FROM collections") == "partial");
    CHECK(import.text("SELECT reason FROM collections").find("kubelet.log: is a symbolic link") == 0);
}

TEST_CASE("progress is told of every file", "[import]") {
    std::set<std::string> seen;
    ImportOptions options;
    options.progress = [&](std::string_view path) { seen.emplace(path); };
    Import import({kBundles + "sdn"}, options);
    CHECK(seen.size() == 14);
}

TEST_CASE("the path that was given does not show in the snapshot", "[import]") {
    const test::TemporaryFolder folder;
    write(folder.file("b/net-conf.json"), R"({"Network":"10.244.0.0/16","Backend":{"Type":"vxlan"}})");
    Import import({folder.file("b")});
    CHECK(import.document("net-conf.json").original_path == "b/net-conf.json");
    CHECK(import.text("SELECT count(*) FROM documents WHERE original_path LIKE '%tmp%'") == "0");
}
