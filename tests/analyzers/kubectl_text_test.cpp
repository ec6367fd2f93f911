// SPDX-License-Identifier: Apache-2.0
// Layouts as kubectl's printers write them (kubernetes pkg/printers/internalversion, kubectl pkg/describe).
#include "analyzers/kubectl_text.h"

#include "analyzers/analyze.h"
#include "analyzers/transcript.h"
#include "snapshot/schema.h"
#include "snapshot/tables/kubernetes.h"
#include "snapshot/tables/network.h"
#include "tests/analyzers/analyzed.h"
#include "tests/analyzers/given_documents.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

using snapshot::kK8sEndpoints;
using snapshot::kK8sEvents;
using snapshot::kK8sNodes;
using snapshot::kK8sPods;
using snapshot::kK8sServicePorts;
using snapshot::kK8sServices;

Analysis printed(std::string text) {
    return analyzed(&analyze_kubectl_text, std::move(text));
}

Analysis of_file(const std::string& name) {
    return printed(fixture("loose/kubectl/" + name));
}

// The kinds of the documents are asked for too.
std::string facts_of(const GivenDocuments& documents) {
    snapshot::Database database = snapshot::Database::memory();
    snapshot::create_schema(database);
    for (const snapshot::DocumentInfo& each : documents.documents()) {
        snapshot::Statement insert = database.prepare(
            "INSERT INTO documents (id, collector, kind, name, size_bytes, sha256, content) VALUES (?, 'import', ?, ?, "
            "0, '', x'')");
        insert.bind(1, each.id);
        insert.bind(2, std::string_view(each.kind));
        insert.bind(3, std::string_view(each.name));
        insert.run();
    }
    analyze(documents, database);
    return database.text("SELECT coalesce(os_family, '?') || ' ' || coalesce(node_name, '?') FROM node_facts")
        .value_or("");
}

TEST_CASE("kubectl describe pod tells of the pod and of what happened to it", "[analyzers][kubectl]") {
    const Analysis read = of_file("describe-pod.txt");
    const auto pod = only_row(read, kK8sPods);
    CHECK(pod.row.name_space == "default");
    CHECK(pod.row.name == "web-5d9c7b8f6d-x2x7k");
    CHECK(pod.row.node_name == "win-a");
    CHECK(pod.row.host_ip == "192.168.10.21");
    CHECK_FALSE(pod.row.pod_ip);
    CHECK(pod.row.phase == "Pending");
    CHECK(pod.row.ready == false);
    CHECK(pod.row.waiting_reason == "ContainerCreating");
    CHECK(pod.row.restart_count == 0);
    CHECK(pod.row.images == "mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022");
    CHECK_FALSE(pod.row.host_ports);
    CHECK(pod.row.os == "windows");
    CHECK(pod.row.labels == R"({"app":"web","pod-template-hash":"5d9c7b8f6d"})");
    CHECK_FALSE(pod.row.annotations);
    CHECK_FALSE(pod.row.host_network);  // describe does not print it
    CHECK(pod.place == "line:1-41");

    const auto events = read.rows(kK8sEvents);
    REQUIRE(events.size() == 2);
    CHECK(events[0].row.reason == "Scheduled");
    CHECK_FALSE(events[0].row.count);
    CHECK(events[1].row.name_space == "default");
    CHECK(events[1].row.object == "Pod/web-5d9c7b8f6d-x2x7k");
    CHECK(events[1].row.type == "Warning");
    CHECK(events[1].row.reason == "FailedCreatePodSandBox");
    CHECK(events[1].row.count == 10);
    CHECK(events[1].row.message.value_or("").starts_with("Failed to create pod sandbox: rpc error"));
    CHECK(events[1].row.message.value_or("").ends_with("The network was not found. (0x803b0001)"));
    CHECK_FALSE(events[1].row.last_time_utc);  // an age, of a moment that is not known
    CHECK(events[1].place == "line:46");
    CHECK(read.notes().empty());
}

TEST_CASE("what kubectl prints for people covers its tables in outline only", "[analyzers][kubectl]") {
    const Analysis read = of_file("describe-pod.txt");
    CHECK(coverage_of(read, "k8s_pods") == "not covered");
    CHECK(read.outlines().contains("k8s_pods"));
    CHECK(read.outlines().contains("k8s_events"));
}

TEST_CASE("events that were pasted without what stood above them are read", "[analyzers][kubectl]") {
    const Analysis read = of_file("events-only.txt");
    const auto events = read.rows(kK8sEvents);
    REQUIRE(events.size() == 2);
    CHECK_FALSE(events[1].row.object);
    CHECK_FALSE(events[1].row.name_space);
    CHECK(events[1].row.reason == "FailedCreatePodSandBox");
    CHECK(read.rows(kK8sPods).empty());
}

TEST_CASE("kubectl describe node tells of the node as its object does", "[analyzers][kubectl]") {
    const Analysis read = of_file("describe-node.txt");
    const auto node = only_row(read, kK8sNodes);
    CHECK(node.row.name == "win-a");
    CHECK(node.row.os == "windows");
    CHECK(node.row.os_image == "Windows Server 2022 Datacenter");
    CHECK(node.row.kernel_version == "10.0.20348.2227");
    CHECK(node.row.kubelet_version == "v1.29.3");
    CHECK(node.row.kube_proxy_version == "v1.29.3");
    CHECK(node.row.container_runtime == "containerd://1.7.13");
    CHECK(node.row.internal_ip == "192.168.10.21");
    CHECK(node.row.host_name == "win-a");
    CHECK(node.row.pod_cidr == "10.244.2.0/24");
    CHECK(node.row.max_pods == 110);
    CHECK(node.row.ready == false);
    CHECK(node.row.ready_reason ==
          "KubeletNotReady: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
          "message:Network plugin returns error: cni plugin not initialized");
    CHECK(node.row.flannel_backend_type == "vxlan");
    CHECK(node.row.flannel_vni == 4096);
    CHECK(node.row.flannel_vtep_mac == "00:15:5d:3e:21:a1");
    CHECK(node.row.flannel_public_ip == "192.168.10.21");
    CHECK(node.row.taints == "os=windows:NoSchedule");

    const auto events = read.rows(kK8sEvents);
    REQUIRE(events.size() == 2);
    CHECK(events[0].row.reason == "Starting");
    CHECK_FALSE(events[0].row.message);
    CHECK(events[1].row.object == "Node/win-a");
    CHECK(events[1].row.message == "Node win-a has been rebooted, boot id: 10");
}

TEST_CASE("kubectl describe service tells of its ports and endpoints", "[analyzers][kubectl]") {
    const Analysis read = of_file("describe-service.txt");
    const auto service = only_row(read, kK8sServices);
    CHECK(service.row.name == "web");
    CHECK(service.row.type == "LoadBalancer");
    CHECK(service.row.cluster_ip == "10.96.12.34");
    CHECK(service.row.cluster_ips == "10.96.12.34");
    CHECK(service.row.ingress_ips == "192.168.10.200");
    CHECK(service.row.session_affinity == "None");
    CHECK(service.row.external_traffic_policy == "Cluster");
    CHECK(service.row.selector == R"({"app":"web"})");
    const auto port = only_row(read, kK8sServicePorts);
    CHECK(port.row.name == "http");
    CHECK(port.row.protocol == "TCP");
    CHECK(port.row.port == 80);
    CHECK(port.row.target_port == "80");
    CHECK(port.row.node_port == 30080);
    const auto endpoints = read.rows(kK8sEndpoints);
    REQUIRE(endpoints.size() == 2);
    CHECK(endpoints[1].row.service == "web");
    CHECK(endpoints[1].row.address == "10.244.2.6");
    CHECK(endpoints[1].row.port == 80);
}

TEST_CASE("the tables of kubectl get are cut at their columns", "[analyzers][kubectl]") {
    const Analysis pods = of_file("get-pods-wide.txt");
    REQUIRE(pods.rows(kK8sPods).size() == 2);
    CHECK(pods.rows(kK8sPods)[0].row.waiting_reason == "ContainerCreating");
    CHECK_FALSE(pods.rows(kK8sPods)[0].row.phase);
    CHECK_FALSE(pods.rows(kK8sPods)[0].row.pod_ip);
    CHECK(pods.rows(kK8sPods)[0].row.ready == false);
    CHECK(pods.rows(kK8sPods)[0].row.node_name == "win-a");
    CHECK(pods.rows(kK8sPods)[1].row.name_space == "kube-system");
    CHECK(pods.rows(kK8sPods)[1].row.phase == "Running");
    CHECK(pods.rows(kK8sPods)[1].row.ready == true);
    CHECK(pods.rows(kK8sPods)[1].row.restart_count == 3);
    CHECK(pods.rows(kK8sPods)[1].row.pod_ip == "192.168.10.21");
    CHECK(pods.rows(kK8sPods)[1].place == "line:3");

    const Analysis nodes = of_file("get-nodes-wide.txt");
    REQUIRE(nodes.rows(kK8sNodes).size() == 2);
    CHECK(nodes.rows(kK8sNodes)[0].row.os == "linux");
    CHECK(nodes.rows(kK8sNodes)[0].row.ready == true);
    CHECK(nodes.rows(kK8sNodes)[1].row.name == "win-a");
    CHECK(nodes.rows(kK8sNodes)[1].row.os == "windows");
    CHECK(nodes.rows(kK8sNodes)[1].row.ready == false);
    CHECK_FALSE(nodes.rows(kK8sNodes)[1].row.ready_reason);
    CHECK(nodes.rows(kK8sNodes)[1].row.internal_ip == "192.168.10.21");
    CHECK(nodes.rows(kK8sNodes)[1].row.kernel_version == "10.0.20348.2227");

    const Analysis services = of_file("get-svc.txt");
    CHECK(column_of(services, kK8sServices, &snapshot::K8sServicesRow::name) ==
          std::vector<std::string>{"kubernetes", "web", "kube-dns"});
    CHECK(services.rows(kK8sServices)[1].row.ingress_ips == "192.168.10.200");
    CHECK_FALSE(services.rows(kK8sServices)[0].row.external_ips);
    REQUIRE(services.rows(kK8sServicePorts).size() == 5);
    CHECK(services.rows(kK8sServicePorts)[1].row.node_port == 30080);
    CHECK(services.rows(kK8sServicePorts)[2].row.protocol == "UDP");
    CHECK(services.rows(kK8sServices)[2].row.selector == R"({"k8s-app":"kube-dns"})");

    const Analysis events = of_file("get-events.txt");
    REQUIRE(events.rows(kK8sEvents).size() == 2);
    CHECK(events.rows(kK8sEvents)[1].row.object == "Pod/web-5d9c7b8f6d-x2x7k");
    CHECK_FALSE(events.rows(kK8sEvents)[1].row.name_space);
}

TEST_CASE("the command above a table tells the namespace that the table does not", "[analyzers][kubectl]") {
    const Analysis read = printed(
        "$ kubectl -n kube-system get pods\n"
        "NAME     READY   STATUS    RESTARTS   AGE\n"
        "proxy    1/1     Running   0          2m\n"
        "PS C:\\> kubectl.exe get events\n"
        "LAST SEEN   TYPE     REASON   OBJECT    MESSAGE\n"
        "8s          Normal   Pulled   pod/web   Pulled image\n"
        "# kubectl get pods --namespace=web\n"
        "NAME     READY   STATUS             RESTARTS      AGE\n"
        "web-0    0/1     CrashLoopBackOff   9 (8s ago)    2m\n");
    REQUIRE(read.rows(kK8sPods).size() == 2);
    CHECK(read.rows(kK8sPods)[0].row.name_space == "kube-system");
    CHECK(read.rows(kK8sPods)[1].row.name_space == "web");
    CHECK(read.rows(kK8sPods)[1].row.waiting_reason == "CrashLoopBackOff");
    CHECK(read.rows(kK8sPods)[1].row.restart_count == 9);
    CHECK_FALSE(only_row(read, kK8sEvents).row.name_space);
}

TEST_CASE("text that is indented, as a ticket shows it, is read the same", "[analyzers][kubectl]") {
    std::string indented;
    const std::string text =
        fixture("loose/kubectl/describe-pod.txt") + "\n" + fixture("loose/kubectl/get-pods-wide.txt");
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        indented += (end > at ? "    " : "") + text.substr(at, end - at) + "\n";
        at = end + 1;
    }
    const Analysis read = printed(indented);
    CHECK(read.rows(kK8sPods).size() == 3);
    CHECK(read.rows(kK8sPods)[0].row.waiting_reason == "ContainerCreating");
    REQUIRE(read.rows(kK8sEvents).size() == 2);
    CHECK(read.rows(kK8sEvents)[1].row.count == 10);
}

TEST_CASE("a copy with a blank line behind each line is read the same", "[analyzers][kubectl]") {
    std::string spaced;
    for (const char c : fixture("loose/kubectl/describe-node.txt")) {
        spaced += c == '\n' ? "\n\n" : std::string(1, c);
    }
    const Analysis read = printed(spaced);
    CHECK(only_row(read, kK8sNodes).row.ready == false);
    CHECK(only_row(read, kK8sNodes).row.kernel_version == "10.0.20348.2227");
    CHECK(read.rows(kK8sEvents).size() == 2);
}

TEST_CASE("annotations as kubectl printed them until 1.10 are read", "[analyzers][kubectl]") {
    const Analysis read = printed(
        "Name:               win-a\n"
        "Annotations:        flannel.alpha.coreos.com/backend-data={\"VNI\":1,\"VtepMAC\":\"00:15:5d:00:00:01\"}\n"
        "                    flannel.alpha.coreos.com/backend-type=vxlan\n"
        "System Info:\n"
        " Kernel Version:             10.0.17763.253\n");
    CHECK(only_row(read, kK8sNodes).row.flannel_vni == 1);
    CHECK(only_row(read, kK8sNodes).row.flannel_backend_type == "vxlan");
    CHECK(only_row(read, kK8sNodes).row.kernel_version == "10.0.17763.253");
}

TEST_CASE("what Windows printed below is read too", "[analyzers][kubectl]") {
    const Analysis read = analyzed(&analyze_transcript, fixture("loose/kubectl/pasted-with-ipconfig.txt"));
    CHECK(read.rows(kK8sPods).size() == 2);
    CHECK_FALSE(read.rows(snapshot::kAddresses).empty());
    CHECK(read.notes().empty());
}

TEST_CASE("a description that breaks off gives what stands before the break", "[analyzers][kubectl]") {
    const std::string text = fixture("loose/kubectl/describe-pod.txt");
    const Analysis read = printed(text.substr(0, text.find("Conditions:")));
    CHECK(only_row(read, kK8sPods).row.waiting_reason == "ContainerCreating");
    CHECK_FALSE(only_row(read, kK8sPods).row.ready);
    CHECK(read.rows(kK8sEvents).empty());
    CHECK_FALSE(read.outlines().contains("k8s_events"));
}

TEST_CASE("addresses that kubectl left out make the endpoints partial", "[analyzers][kubectl]") {
    const Analysis read = printed(
        "NAME       ENDPOINTS                                         AGE\n"
        "kube-dns   10.1.0.20:53,10.1.0.21:53,[fd00::5]:53 + 3 more...   4d\n");
    REQUIRE(read.rows(kK8sEndpoints).size() == 3);
    CHECK(read.rows(kK8sEndpoints)[2].row.address == "fd00::5");
    CHECK(coverage_of(read, "k8s_endpoints") == "kubectl left out addresses of endpoints");
    CHECK(notes_of(read) == std::vector<std::string>{"truncated at line:2"});
}

TEST_CASE("lines that are no rows do not become objects", "[analyzers][kubectl]") {
    const Analysis crooked = printed(
        "NAME    READY   STATUS    RESTARTS   AGE\n"
        "a-name-that-is-too-long-for-its-column 1/1 Running 0 2m\n");
    CHECK(crooked.rows(kK8sPods).empty());
    CHECK(notes_of(crooked)[0] == "malformed at line:2");

    CHECK(notes_of(printed("Name:  x\n\n\nEvents:  <none>\n")) == std::vector<std::string>{"unrecognised at "});
    CHECK(printed("Events:\n  Type  Reason  Age  From  Message\n  ----  ------  ---  ----  -------\nEvents:\n")
              .rows(kK8sEvents)
              .empty());
    CHECK(printed(std::string(20000, ' ') + "Name: x\n" + std::string(5000, ':')).rows(kK8sPods).empty());
}

TEST_CASE("what a person wrote right below a table is no object", "[analyzers][kubectl]") {
    const Analysis read = printed(
        "```\n"
        "NAME      STATUS     ROLES    AGE   VERSION\n"
        "win-1     NotReady   <none>   3d    v1.29.1\n"
        "```\n"
        "```\n"
        "NAME    READY   STATUS              RESTARTS   AGE\n"
        "web-0   0/1     ContainerCreating   0          3d\n"
        "Thanks!\n"
        "Web-1   0/1     Pending             0          3d\n"
        "-web    0/1     Pending             0          3d\n"
        "we..b   0/1     Pending             0          3d\n"
        "web-2   0/1\n"
        "web.3   0/1     Pending\n");
    CHECK(only_row(read, kK8sNodes).row.name == "win-1");
    CHECK(column_of(read, kK8sPods, &snapshot::K8sPodsRow::name) == std::vector<std::string>{"web-0", "web.3"});
    CHECK(notes_of(read) == std::vector<std::string>{"malformed at line:8", "malformed at line:9",
                                                     "malformed at line:10", "malformed at line:11",
                                                     "malformed at line:12"});
}

TEST_CASE("kubectl get of several kinds names each with its kind", "[analyzers][kubectl]") {
    const Analysis read = printed(
        "NAME        READY   STATUS    RESTARTS   AGE\n"
        "pod/web-0   1/1     Running   0          3d\n"
        "\n"
        "NAME                 TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n"
        "service/kubernetes   ClusterIP   10.96.0.1    <none>        443/TCP   3d\n");
    CHECK(only_row(read, kK8sPods).row.name == "web-0");
    CHECK(only_row(read, kK8sServices).row.name == "kubernetes");
}

TEST_CASE("a description without events ends where a table begins", "[analyzers][kubectl]") {
    const Analysis read = printed(
        "Name:             web-0\n"
        "Namespace:        default\n"
        "Service Account:  default\n"
        "Node:             win-1/10.0.0.5\n"
        "Status:           Pending\n"
        "\n"
        "NAMESPACE   NAME    READY   STATUS             RESTARTS   AGE\n"
        "default     web-1   0/1     CrashLoopBackOff   9          3d\n");
    CHECK(column_of(read, kK8sPods, &snapshot::K8sPodsRow::name) == std::vector<std::string>{"web-0", "web-1"});
    CHECK(read.rows(kK8sPods)[0].place == "line:1-6");
    CHECK(read.rows(kK8sPods)[1].row.waiting_reason == "CrashLoopBackOff");
}

TEST_CASE("a name that is no object's hides nothing below it", "[analyzers][kubectl]") {
    const std::string resolved =
        "Server:  kube-dns.kube-system.svc.cluster.local\n"
        "Address:  10.96.0.10\n"
        "\n"
        "Name:    kubernetes.default.svc.cluster.local\n"
        "Address:  10.96.0.1\n"
        "\n";
    CHECK(only_row(printed(resolved + "NAME      STATUS   ROLES    AGE   VERSION\n"
                                      "win-1     Ready    <none>   3d    v1.29.1\n"),
                   kK8sNodes)
              .row.name == "win-1");

    const std::string events = fixture("loose/kubectl/events-only.txt");
    CHECK(printed(resolved + events.substr(events.find('\n') + 1)).rows(kK8sEvents).size() == 2);

    // Further in, as a ticket quotes it.
    CHECK(only_row(printed(resolved + "    Name:             web-0\n"
                                      "    Service Account:  default\n"
                                      "    Node:             win-1/10.0.0.5\n"),
                   kK8sPods)
              .row.name == "web-0");

    // What is described is not known, but its events stand in its namespace.
    const Analysis deployment = printed("Name:       web\nNamespace:  shop\nReplicas:   1 desired\n" + events);
    REQUIRE(deployment.rows(kK8sEvents).size() == 2);
    CHECK(deployment.rows(kK8sEvents)[0].row.name_space == "shop");
}

TEST_CASE("what stands right below events is no part of their messages", "[analyzers][kubectl]") {
    const std::string events =
        "Events:\n"
        "  Type     Reason     Age   From     Message\n"
        "  ----     ------     ----  ----     -------\n"
        "  Warning  Failed     2m    kubelet  Error: hcsshim::CreateComputeSystem: (0x2)\n"
        "[Event Detail: Provider: 00000000]\n";
    const std::string klog = "E0131 10:11:12.123456    1234 remote_runtime.go:116] RunPodSandbox failed: 0x80070032\n";
    const std::string message = "Error: hcsshim::CreateComputeSystem: (0x2)\n[Event Detail: Provider: 00000000]";
    for (const std::string& below :
         {std::string(), klog, "kubelet log says:\nnothing\n" + klog, std::string("```\nnothing\n"),
          std::string("NAME    DATA   AGE\nroot    1      3d\n")}) {
        CAPTURE(below);
        const Analysis read = printed(events + below);
        CHECK(only_row(read, kK8sEvents).row.message == message);
        CHECK(only_row(read, kK8sEvents).place == "line:4-5");
    }

    const Analysis more = printed(events + klog + "  Normal   Pulled     2m    kubelet  Image is there\n");
    REQUIRE(more.rows(kK8sEvents).size() == 2);
    CHECK(more.rows(kK8sEvents)[0].row.message == message);
    CHECK(more.rows(kK8sEvents)[1].row.message == "Image is there");
}

TEST_CASE("who pastes one description asks about that node", "[analyzers][kubectl][facts]") {
    GivenDocuments documents;
    documents.add("kubectl-text", fixture("loose/kubectl/describe-pod.txt"));
    CHECK(facts_of(documents) == "windows win-a");

    GivenDocuments node;
    node.add("kubectl-text", fixture("loose/kubectl/describe-node.txt"));
    CHECK(facts_of(node) == "windows win-a");

    // Several nodes, or something else beside it that speaks of a node.
    GivenDocuments nodes;
    nodes.add("kubectl-text", fixture("loose/kubectl/get-nodes-wide.txt"));
    CHECK(facts_of(nodes).empty());
    documents.add("arp", fixture("loose/windows/arp-german-cp850.txt"));
    CHECK(facts_of(documents).empty());
}

}  // namespace
}  // namespace kwd::analyzers
