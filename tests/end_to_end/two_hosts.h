// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/temporary_folder.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace kwd::test {

/// Two Linux hosts in network namespaces of the test's own, as flannel's vxlan backend sets them up: a veth between
/// them (192.168.77.1 and .2), on each a VXLAN device with VNI 4096 on UDP 4789, a bridge for pods (10.244.1.0/24 and
/// 10.244.2.0/24), a route, a neighbor entry and an FDB entry for the other, net-conf.json and subnet.env in a root
/// folder. The namespaces go when it goes.
class TwoHosts {
  public:
    TwoHosts();
    ~TwoHosts();
    TwoHosts(const TwoHosts&) = delete;
    TwoHosts& operator=(const TwoHosts&) = delete;

    /// Runs a command in host 'a' or 'b'; fails the test when it fails.
    void in(char host, const std::string& command) const;
    /// Runs a command in a host and does not care how it ends.
    void try_in(char host, const std::string& command) const;
    /// Makes a pod on a host: a namespace with 10.244.1.5 (on 'a') or 10.244.2.5 (on 'b') behind the bridge.
    void add_pod(char host) const;
    /// A command as a host would run it, for `during` on the other.
    [[nodiscard]] std::string as_host(char host, const std::string& command) const;
    /// A command as the pod of a host would run it, for in(), try_in() and `during`.
    [[nodiscard]] std::string as_pod(char host, const std::string& command) const;
    /// Puts a router between the hosts, whose way to 'b' carries only `mtu` bytes.
    void put_router_between(int mtu) const;

    /// Whether host 'a' reaches the pod bridge of host 'b' within a second or two.
    [[nodiscard]] bool pods_reach_each_other() const;

    struct Answer {
        int exit_code;
        std::string said;  ///< `run`: its report, as JSON
    };
    /// `kwdiag run` on a host, with packets for three seconds while both ping each other's pods.
    [[nodiscard]] Answer run_kwdiag(char host) const;
    /// The same with traffic of the test's own: a shell command that runs on the host from when kwdiag captures until
    /// that ends.
    [[nodiscard]] Answer run_kwdiag(char host, const std::string& during) const;
    /// `kwdiag capture` on a host with these options and that traffic, then `kwdiag analyze --update`. Answers what the
    /// former printed.
    [[nodiscard]] std::string capture(char host, const std::string& options, const std::string& during) const;
    /// Rows of `kwdiag query` on the snapshot that run_kwdiag() or capture() took of a host, as JSON.
    [[nodiscard]] nlohmann::json query(char host, const std::string& sql) const;

  private:
    [[nodiscard]] std::string name(char host) const;
    [[nodiscard]] Answer run_beside(char host, const std::string& during, const std::string& arguments) const;
    void make_host(char host) const;
    void make_tunnel(char host, char other) const;

    TemporaryFolder folder_;
    std::string prefix_;
};

}  // namespace kwd::test
