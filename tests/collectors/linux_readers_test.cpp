// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"
#include "collectors/logs.h"
#include "collectors/platform/linux/clock_state.h"
#include "collectors/platform/linux/journal.h"
#include "collectors/platform/linux/proc.h"
#include "collectors/platform/linux/services.h"
#include "collectors/platform/linux/sockets.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace kwd;
using namespace kwd::collectors;
using nlohmann::json;

TEST_CASE("chrony's offset is positive when the local clock is behind, ours when it is ahead", "[collectors][linux]") {
    const auto behind = read_chrony_tracking(
        "C0A80A01,192.168.10.1,3,1706695872.123456789,0.000412000,-0.000001,0.000010,1.234,0.001,0.010,0.001,0.002,64."
        "2,"
        "Normal\n");
    REQUIRE(behind);
    CHECK(behind->source == "chrony 192.168.10.1");
    CHECK(*behind->offset_ms == Catch::Approx(-0.412));
    CHECK(behind->synchronized == true);

    const auto lost = read_chrony_tracking("7F7F0101,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised\n");
    REQUIRE(lost);
    CHECK(lost->source == "chrony");
    CHECK(lost->synchronized == false);
    CHECK_FALSE(lost->offset_ms);

    CHECK_FALSE(read_chrony_tracking("506 Cannot talk to daemon"));
    CHECK_FALSE(read_chrony_tracking(""));
}

TEST_CASE("a process's name may hold anything", "[collectors][linux]") {
    const auto info = read_process_stat(
        "812 (a) R 1 (b)) S 1 812 812 0 -1 4194560 9000 0 0 0 100 50 0 0 20 0 19 0 6230 1500000000 22015 "
        "18446744073709551615 1 1 0\n");
    REQUIRE(info);
    CHECK(info->process_id == 812);
    CHECK(info->name == "a) R 1 (b)");
    CHECK(info->state == 'S');
    CHECK(info->parent_id == 1);
    CHECK(info->thread_count == 19);
    CHECK(info->started_ticks == 6230);
    CHECK(info->working_set_bytes % 22015 == 0);
    CHECK_FALSE(info->kernel_thread);

    const auto kernel = read_process_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0\n");
    REQUIRE(kernel);
    CHECK(kernel->kernel_thread);

    CHECK_FALSE(read_process_stat(""));
    CHECK_FALSE(read_process_stat("12 (x"));
    CHECK_FALSE(read_process_stat("12 (x) S 1 2"));
}

TEST_CASE("a program is named as it calls itself, in full", "[collectors][linux]") {
    ProcessInfo process;
    process.name = "kube-controller";
    process.executable = "/usr/local/bin/kube-controller-manager";
    CHECK(program_name(process) == "kube-controller-manager");
    process.name = "k3s-server";
    process.executable = "/var/lib/rancher/k3s/data/x/bin/k3s";
    CHECK(program_name(process) == "k3s-server");
    process.name = "WALinuxAgent";
    CHECK(program_name(process) == "walinuxagent");
}

TEST_CASE("lines of /proc/net/tcp and its like are sockets", "[collectors][linux]") {
    const auto listening = read_socket_line(
        "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 31337 1 "
        "0000000000000000 100 0 0 10 0");
    REQUIRE(listening);
    CHECK(listening->local_address == "127.0.0.1");
    CHECK(listening->local_port == 3306);
    CHECK(listening->state == 10);
    CHECK(listening->user_id == 101);
    CHECK(listening->inode == 31337);

    const auto mapped = read_socket_line(
        " 3: 0000000000000000FFFF00000500000A:280A 0000000000000000FFFF00000900000A:C7B2 01 00000000:00000000 "
        "02:000A7D4A 00000000     0        0 4711 2 0000000000000000 20 4 30 10 -1");
    REQUIRE(mapped);
    CHECK(mapped->local_address == "::ffff:10.0.0.5");
    CHECK(mapped->local_port == 10250);
    CHECK(mapped->remote_address == "::ffff:10.0.0.9");
    CHECK(mapped->remote_port == 51122);
    CHECK(mapped->state == 1);

    CHECK_FALSE(read_socket_line("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "));
    CHECK_FALSE(read_socket_line("0: 0100007F 0 0A 0:0 0:0 0 0 0 1"));
    CHECK_FALSE(read_socket_line(""));
}

TEST_CASE("units are read from systemctl show", "[collectors][linux]") {
    const json services = read_systemctl_show(R"(Type=notify
MainPID=812
ExecMainStatus=0
ExecStart={ path=/usr/bin/kubelet ; argv[]=/usr/bin/kubelet --v=2 $KUBELET_ARGS ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }
User=
NRestarts=3
Id=kubelet.service
Requires=system.slice sysinit.target
Description=kubelet: The Kubernetes Node Agent
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
FragmentPath=/lib/systemd/system/kubelet.service
DropInPaths=/etc/systemd/system/kubelet.service.d/10-kubeadm.conf

Id=flanneld.service
LoadState=not-found
ActiveState=inactive
SubState=dead

Id=firewalld.service
LoadState=masked
ActiveState=failed
UnitFileState=masked
User=nobody
MainPID=0

Id=kubelet.service
LoadState=loaded
)");
    REQUIRE(services.size() == 3);
    CHECK(services[0] == json{{"name", "kubelet.service"},
                              {"display_name", "kubelet: The Kubernetes Node Agent"},
                              {"state", "running"},
                              {"start_type", "auto"},
                              {"process_id", 812},
                              {"binary_path", "/usr/bin/kubelet --v=2 $KUBELET_ARGS"},
                              {"account", "root"},
                              {"dependencies", "system.slice,sysinit.target"},
                              {"exit_code", 0},
                              {"restarts", 3},
                              {"load_state", "loaded"},
                              {"active_state", "active"},
                              {"sub_state", "running"},
                              {"unit_file_state", "enabled"},
                              {"unit_file", "/lib/systemd/system/kubelet.service"},
                              {"drop_ins", "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"}});
    CHECK(services[1] == json{{"name", "flanneld.service"},
                              {"load_state", "not-found"},
                              {"active_state", "inactive"},
                              {"sub_state", "dead"}});
    CHECK(services[2]["state"] == "failed");
    CHECK(services[2]["start_type"] == "disabled");
    CHECK(services[2]["account"] == "nobody");
    CHECK_FALSE(services[2].contains("process_id"));
}

TEST_CASE("the journal's newest lines come last, a half one is dropped", "[collectors][linux]") {
    CHECK(in_reverse("{3}\n{2}\n{1}\n") == "{1}\n{2}\n{3}\n");
    CHECK(in_reverse("{3}\n{2}\n{1 but cu") == "{2}\n{3}\n");
    CHECK(in_reverse("{3").empty());
    CHECK(in_reverse("").empty());
}

TEST_CASE("a link in a log folder may only lead to logs", "[collectors][linux]") {
    const auto from_pod = [](std::string_view real) { return may_be_log("/var/log/pods/x/kube-proxy/0.log", real); };
    CHECK(from_pod("/var/log/pods/x/kube-proxy/0.log"));
    CHECK(from_pod("/var/log/syslog"));
    CHECK(from_pod("/var/lib/docker/containers/id/id-json.log"));
    CHECK_FALSE(from_pod("/etc/shadow"));
    CHECK_FALSE(from_pod("/var/logs/x"));
    CHECK_FALSE(from_pod("/var/log"));
    CHECK_FALSE(from_pod(""));
}

TEST_CASE("secrets in UTF-16 are found, and such a document is stored as UTF-8", "[collectors][clean]") {
    const auto wide = [](std::string_view text) {
        std::string bytes = "\xFF\xFE";
        for (const char c : text) {
            bytes += {c, '\0'};
        }
        return bytes;
    };
    const auto clean = without_secrets({.kind = "other", .name = "x", .content = wide("token=abc")});
    CHECK(clean.content == "token=[removed: token]");
    CHECK(clean.note == "stored as UTF-8; secrets removed: 1 token");
    CHECK(without_secrets({.kind = "other", .name = "x", .content = wide("plain")}).content == wide("plain"));
}

TEST_CASE("a document is stored without its secrets, says so, and stays JSON", "[collectors][clean]") {
    const auto text = without_secrets({.kind = "other", .name = "x", .content = "token=abc\n", .note = "the end"});
    CHECK(text.content == "token=[removed: token]\n");
    CHECK(text.note == "the end; secrets removed: 1 token");

    const auto plain = without_secrets({.kind = "other", .name = "x", .content = "plain\xFF"});
    CHECK(plain.content == "plain\xFF");
    CHECK(plain.note.empty());

    // A quote of the shell's that is never closed would take the rest of the JSON with it.
    const auto broken = without_secrets({.kind = "other", .name = "x", .content = R"({"a": "token='x", "b": 1})"});
    CHECK(json::parse(broken.content)["b"] == 1);
    CHECK(broken.content.find("'x") == std::string::npos);
}
