// SPDX-License-Identifier: Apache-2.0
#include "analyzers/k8s_objects.h"

#include "snapshot/tables/config.h"
#include "snapshot/tables/kubernetes.h"
#include "tests/analyzers/analyzed.h"

#include <catch2/catch_test_macros.hpp>

namespace kwd::analyzers {
namespace {

Analysis objects(std::string text) {
    return analyzed(&analyze_k8s_objects, "objects", std::move(text));
}

constexpr auto kNode = R"({"kind":"Node","metadata":{"name":"WIN-A","labels":{"kubernetes.io/os":"windows"},
  "annotations":{"flannel.alpha.coreos.com/backend-type":"vxlan","flannel.alpha.coreos.com/public-ip":"192.168.10.21",
   "flannel.alpha.coreos.com/backend-data":"{\"VNI\":4096,\"VtepMAC\":\"00:15:5D:3E:21:A1\"}"}},
 "spec":{"podCIDR":"10.244.2.0/24","podCIDRs":["10.244.2.0/24","fd00:2::/64"],"taints":[{"key":"os","value":"windows","effect":"NoSchedule"}]},
 "status":{"addresses":[{"type":"InternalIP","address":"192.168.10.21"},{"type":"InternalIP","address":"fd00::21"},{"type":"Hostname","address":"win-a"}],
  "capacity":{"pods":"110"},
  "conditions":[{"type":"Ready","status":"False","reason":"KubeletNotReady","message":"cni plugin not initialized"},{"type":"NetworkUnavailable","status":"False"}],
  "nodeInfo":{"operatingSystem":"windows","kernelVersion":"10.0.20348.2227","kubeletVersion":"v1.28.5","kubeProxyVersion":"v1.28.5","osImage":"Windows Server 2022 Datacenter","containerRuntimeVersion":"containerd://1.7.11"}}})";

TEST_CASE("a node with flannel's annotations", "[analyzers][kubernetes]") {
    const auto [node, place] =
        only_row(objects(R"({"kind":"List","items":[)" + std::string(kNode) + "]}"), snapshot::kK8sNodes);
    CHECK(place == "/items/0");
    CHECK(node.name == "win-a");
    CHECK(node.os == "windows");
    CHECK(node.kernel_version == "10.0.20348.2227");
    CHECK(node.internal_ip == "192.168.10.21");
    CHECK(node.host_name == "win-a");
    CHECK(node.pod_cidr == "10.244.2.0/24");
    CHECK(node.pod_cidrs == "10.244.2.0/24,fd00:2::/64");
    CHECK(node.max_pods == 110);
    CHECK(node.ready == false);
    CHECK(node.ready_reason == "KubeletNotReady: cni plugin not initialized");
    CHECK(node.network_unavailable == false);
    CHECK(node.flannel_backend_type == "vxlan");
    CHECK(node.flannel_vni == 4096);
    CHECK(node.flannel_vtep_mac == "00:15:5d:3e:21:a1");
    CHECK(node.taints == "os=windows:NoSchedule");
    CHECK_FALSE(node.is_this_node.has_value());
}

TEST_CASE("Windows' backend data without a VNI stays unknown", "[analyzers][kubernetes]") {
    const auto node =
        only_row(
            objects(
                R"({"kind":"NodeList","items":[{"metadata":{"name":"n","annotations":{"flannel.alpha.coreos.com/backend-data":"null"}},
  "status":{"conditions":[{"type":"Ready","status":"Unknown","reason":"NodeStatusUnknown","message":"Kubelet stopped posting node status."}]}}]})"),
            snapshot::kK8sNodes)
            .row;
    CHECK_FALSE(node.flannel_vni.has_value());
    CHECK(node.ready == false);
}

TEST_CASE("a list covers its table, an object alone is an outline of it", "[analyzers][kubernetes]") {
    const auto list = objects(R"({"kind":"NodeList","apiVersion":"v1","items":[]})");
    CHECK(list.coverage().at("k8s_nodes").empty());
    CHECK_FALSE(list.coverage().contains("k8s_pods"));

    const auto alone = objects(kNode);
    CHECK(alone.rows(snapshot::kK8sNodes).size() == 1);
    CHECK_FALSE(alone.coverage().contains("k8s_nodes"));
    CHECK(alone.outlines().contains("k8s_nodes"));

    CHECK(objects(R"({"kind":"List","items":[]})").coverage().empty());
}

TEST_CASE("objects of several kinds, one after another", "[analyzers][kubernetes]") {
    const auto analysis = objects(
        "{\"kind\":\"PodList\",\"items\":[{\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\"}}]}\n"
        "{\"kind\":\"ServiceList\",\"items\":[{\"metadata\":{\"name\":\"kubernetes\"}}]}\n");
    CHECK(only_row(analysis, snapshot::kK8sPods).place == "/items/0");
    CHECK(only_row(analysis, snapshot::kK8sServices).place == "line:2/items/0");
}

TEST_CASE("YAML of several documents has places by line", "[analyzers][kubernetes]") {
    const auto analysis = objects(
        "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  metadata:\n    name: a\n  spec:\n    hostNetwork: true\n"
        "- kind: Pod\n  metadata: {name: b, namespace: x}\n---\nkind: Service\nmetadata:\n  name: s\nspec:\n  "
        "clusterIP: None\n");
    const auto pods = analysis.rows(snapshot::kK8sPods);
    REQUIRE(pods.size() == 2);
    CHECK(pods[0].place == "line:4-8");
    CHECK(pods[0].row.name_space == "default");
    CHECK(pods[0].row.host_network == true);
    CHECK(pods[1].place == "line:9-10");
    CHECK(pods[1].row.host_network == false);
    CHECK(only_row(analysis, snapshot::kK8sServices).place == "line:12-16");
    CHECK_FALSE(only_row(analysis, snapshot::kK8sServices).row.cluster_ip.has_value());
}

TEST_CASE("a pod and its containers", "[analyzers][kubernetes]") {
    const auto pod =
        only_row(
            objects(
                R"({"kind":"List","items":[{"kind":"Pod","metadata":{"name":"web","namespace":"ns","annotations":{"a":"b"}},
  "spec":{"nodeName":"win-a","dnsPolicy":"ClusterFirst","nodeSelector":{"kubernetes.io/os":"windows"},"runtimeClassName":"hyperv",
   "containers":[{"image":"x:1","ports":[{"containerPort":80,"hostPort":8080},{"containerPort":81}]},{"image":"y:2","ports":[{"containerPort":53,"hostPort":5353,"protocol":"UDP"}]}]},
  "status":{"phase":"Pending","podIP":"10.244.2.7","hostIP":"192.168.10.21","conditions":[{"type":"Ready","status":"False"}],
   "containerStatuses":[{"restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}}},{"restartCount":1,"state":{"running":{}}}]}}]})"),
            snapshot::kK8sPods)
            .row;
    CHECK(pod.node_name == "win-a");
    CHECK(pod.pod_ip == "10.244.2.7");
    CHECK(pod.ready == false);
    CHECK(pod.images == "x:1,y:2");
    CHECK(pod.host_ports == "8080/TCP,5353/UDP");
    CHECK(pod.runtime_class == "hyperv");
    CHECK(pod.restart_count == 3);
    CHECK(pod.waiting_reason == "CrashLoopBackOff");
    CHECK(pod.annotations == R"({"a":"b"})");
    CHECK_FALSE(pod.labels.has_value());
    CHECK(pod.os == "windows");
    CHECK(pod.node_selector == R"({"kubernetes.io/os":"windows"})");
}

TEST_CASE("the control plane's pods tell how the cluster is laid out", "[analyzers][kubernetes]") {
    const auto analysis =
        objects(R"({"kind":"PodList","items":[{"metadata":{"name":"kube-apiserver-cp","namespace":"kube-system"},
  "spec":{"containers":[{"name":"kube-apiserver","image":"registry.k8s.io/kube-apiserver:v1.28.5",
   "command":["kube-apiserver","--secure-port=6443","--service-cluster-ip-range=10.96.0.0/12,fd00:96::/108"]}]}},
  {"metadata":{"name":"kube-controller-manager-cp","namespace":"kube-system"},
   "spec":{"containers":[{"name":"kube-controller-manager","command":["kube-controller-manager"],"args":["--cluster-cidr=10.244.0.0/16","--node-cidr-mask-size=24"]}]}},
  {"metadata":{"name":"x","namespace":"default"},"spec":{"containers":[{"name":"kube-apiserver","command":["--cluster-cidr=1.0.0.0/8"]}]}}]})");
    std::vector<std::string> settings;
    for (const auto& [row, place] : analysis.rows(snapshot::kClusterSettings)) {
        settings.push_back(row.name + "=" + row.value.value_or("") + " " + row.origin.value_or("") + " " + place);
    }
    CHECK(settings == std::vector<std::string>{
                          "service-cidr=10.96.0.0/12,fd00:96::/108 kube-apiserver /items/0/spec/containers/0/command/2",
                          "cluster-cidr=10.244.0.0/16 kube-controller-manager /items/1/spec/containers/0/args/0",
                          "node-cidr-mask=24 kube-controller-manager /items/1/spec/containers/0/args/1"});
}

TEST_CASE("a service's addresses, of both families and from outside", "[analyzers][kubernetes]") {
    const auto analysis = objects(R"({"kind":"ServiceList","items":[
  {"metadata":{"name":"web","namespace":"ns"},"spec":{"clusterIP":"10.96.3.4","clusterIPs":["10.96.3.4","FD00:96:0::4"],
   "externalIPs":["203.0.113.7"," "]},"status":{"loadBalancer":{"ingress":[{"ip":"198.51.100.9"},{"hostname":"lb.example"},{"ip":"2001:DB8::9"}]}}},
  {"metadata":{"name":"headless","namespace":"ns"},"spec":{"clusterIP":"None","clusterIPs":["None"]}}]})");
    const auto services = analysis.rows(snapshot::kK8sServices);
    REQUIRE(services.size() == 2);
    CHECK(services[0].row.cluster_ips == "10.96.3.4,fd00:96::4");
    CHECK(services[0].row.external_ips == "203.0.113.7");
    CHECK(services[0].row.ingress_ips == "198.51.100.9,2001:db8::9");
    CHECK_FALSE(services[1].row.cluster_ips.has_value());
}

TEST_CASE("a service with its ports", "[analyzers][kubernetes]") {
    const auto analysis = objects(R"({"kind":"ServiceList","items":[{"metadata":{"name":"web","namespace":"ns"},
  "spec":{"type":"NodePort","clusterIP":"10.96.3.4","sessionAffinity":"ClientIP","externalTrafficPolicy":"Local","selector":{"app":"web"},
   "ports":[{"name":"http","port":80,"protocol":"TCP","targetPort":"http","nodePort":31080},{"port":53,"protocol":"UDP","targetPort":5353}]}}]})");
    const auto service = only_row(analysis, snapshot::kK8sServices).row;
    CHECK(service.type == "NodePort");
    CHECK(service.cluster_ip == "10.96.3.4");
    CHECK(service.cluster_ips == "10.96.3.4");
    CHECK_FALSE(service.external_ips.has_value());
    CHECK_FALSE(service.ingress_ips.has_value());
    CHECK(service.session_affinity == "ClientIP");
    CHECK(service.external_traffic_policy == "Local");
    CHECK(service.selector == R"({"app":"web"})");
    const auto ports = analysis.rows(snapshot::kK8sServicePorts);
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].row.node_port == 31080);
    CHECK(ports[0].row.target_port == "http");
    CHECK(ports[1].row.target_port == "5353");
    CHECK(ports[1].place == "/items/0/spec/ports/1");
}

TEST_CASE("EndpointSlices come before the Endpoints that say the same", "[analyzers][kubernetes]") {
    const auto analysis = objects(R"({"kind":"List","items":[
  {"kind":"Endpoints","metadata":{"name":"web","namespace":"ns"},"subsets":[{"addresses":[{"ip":"10.244.2.7"}],"ports":[{"port":80,"protocol":"TCP"}]}]},
  {"kind":"Endpoints","metadata":{"name":"old","namespace":"ns"},"subsets":[{"notReadyAddresses":[{"ip":"10.244.2.8","nodeName":"win-a"}],"ports":[{"port":81,"protocol":"TCP"}]}]},
  {"kind":"EndpointSlice","metadata":{"name":"web-abc","namespace":"ns","labels":{"kubernetes.io/service-name":"web"}},
   "endpoints":[{"addresses":["10.244.2.7"],"conditions":{"ready":true},"nodeName":"win-a"},{"addresses":["10.244.2.9"]}],
   "ports":[{"name":"http","port":80,"protocol":"TCP"},{"port":443,"protocol":"TCP"}]}]})");
    std::vector<std::string> endpoints;
    for (const auto& [row, place] : analysis.rows(snapshot::kK8sEndpoints)) {
        endpoints.push_back(row.service + " " + row.address + ":" + std::to_string(row.port.value_or(0)) +
                            (row.ready == true ? " ready " : " not ") + place);
    }
    CHECK(endpoints == std::vector<std::string>{"web 10.244.2.7:80 ready /items/2/endpoints/0",
                                                "web 10.244.2.7:443 ready /items/2/endpoints/0",
                                                "web 10.244.2.9:80 ready /items/2/endpoints/1",
                                                "web 10.244.2.9:443 ready /items/2/endpoints/1",
                                                "old 10.244.2.8:81 not /items/1/subsets/0/notReadyAddresses/0"});
}

TEST_CASE("events of both APIs", "[analyzers][kubernetes]") {
    const auto events = objects(R"({"kind":"EventList","items":[
  {"metadata":{"name":"a","namespace":"ns"},"involvedObject":{"kind":"Pod","name":"web"},"type":"Warning","reason":"FailedCreatePodSandBox","message":"m","count":7,"lastTimestamp":"2024-01-31T10:11:12Z"},
  {"metadata":{"name":"b","namespace":"ns"},"regarding":{"kind":"Node","name":"n"},"note":"n2","eventTime":"2024-01-31T10:11:13.000001Z","series":{"count":3,"lastObservedTime":"2024-01-31T11:00:00Z"}}]})")
                            .rows(snapshot::kK8sEvents);
    REQUIRE(events.size() == 2);
    CHECK(events[0].row.object == "Pod/web");
    CHECK(events[0].row.count == 7);
    CHECK(events[0].row.last_time_utc == "2024-01-31T10:11:12Z");
    CHECK(events[1].row.object == "Node/n");
    CHECK(events[1].row.message == "n2");
    CHECK(events[1].row.count == 3);
    CHECK(events[1].row.last_time_utc == "2024-01-31T11:00:00Z");
}

TEST_CASE("ConfigMaps that lay out the cluster", "[analyzers][kubernetes]") {
    const auto analysis = objects(R"({"kind":"List","items":[
  {"kind":"ConfigMap","metadata":{"name":"kube-flannel-cfg"},"data":{"cni-conf.json":"{}","net-conf.json":"{\"Network\":\"10.244.0.0/16\",\"Backend\":{\"Type\":\"vxlan\",\"VNI\":4096,\"Port\":4789}}"}},
  {"kind":"ConfigMap","metadata":{"name":"kube-proxy"},"data":{"config.conf":"kind: KubeProxyConfiguration\nmode: iptables\nclusterCIDR: 10.244.0.0/16\nfeatureGates: {A: true}\n","kubeconfig.conf":"kind: Config\n"}},
  {"kind":"ConfigMap","metadata":{"name":"kubeadm-config"},"data":{"ClusterConfiguration":"kind: ClusterConfiguration\nnetworking:\n  serviceSubnet: 10.96.0.0/12\n"}},
  {"kind":"ConfigMap","metadata":{"name":"coredns"},"data":{"Corefile":".:53 {\n    kubernetes cluster.local in-addr.arpa {\n    }\n    forward . /etc/resolv.conf {\n    }\n}\n"}},
  {"kind":"Secret","metadata":{"name":"s"},"data":{"net-conf.json":"x"}}]})");
    const auto flannel = only_row(analysis, snapshot::kFlannelConfig);
    CHECK(flannel.row.vni == 4096);
    CHECK(flannel.place == "/items/0/data/net-conf.json");
    CHECK(only_row(analysis, snapshot::kKubeProxyConfig).row.mode == "iptables");
    std::vector<std::string> settings;
    for (const auto& [row, place] : analysis.rows(snapshot::kClusterSettings)) {
        settings.push_back(row.name + "=" + row.value.value_or("") + " " + row.origin.value_or(""));
    }
    CHECK(settings == std::vector<std::string>{"service-cidr=10.96.0.0/12 kubeadm-config",
                                               "cluster-domain=cluster.local config-map",
                                               "dns-forward=/etc/resolv.conf config-map"});
}

TEST_CASE("a list that breaks off gives what came before", "[analyzers][kubernetes]") {
    const auto analysis =
        objects(R"({"kind":"PodList","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"},"spec":{"nodeNa)");
    CHECK(analysis.rows(snapshot::kK8sPods).size() == 2);
    CHECK(analysis.coverage().at("k8s_pods") == "the document breaks off");
    CHECK(notes_of(analysis) == std::vector<std::string>{"truncated at line:1"});
}

TEST_CASE("aliases in YAML cannot multiply without end", "[analyzers][kubernetes]") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k) {
            text += (k == 0 ? "*a" : ", *a") + std::to_string(i - 1);
        }
        text += "]\n";
    }
    CHECK(notes_of(objects(text)) == std::vector<std::string>{"malformed at line:1"});
}

TEST_CASE("nesting without end is refused", "[analyzers][kubernetes]") {
    CHECK(objects("{\"kind\":\"List\",\"items\":" + std::string(100000, '[')).notes().size() == 1);
    CHECK_FALSE(objects("a: " + std::string(10000, '[')).notes().empty());
}

}  // namespace
}  // namespace kwd::analyzers
