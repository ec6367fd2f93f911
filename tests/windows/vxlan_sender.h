// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace kwd::test {

/// A VXLAN header and an Ethernet frame from 10.244.1.7 to 10.244.2.9, made by hand byte by byte: 54 bytes.
/// Source: RFC 7348, 894, 791, 768.
[[nodiscard]] std::vector<std::byte> vxlan_datagram(std::uint32_t vni);

/// The same on the wire, between the Ethernet addresses of two nodes, from 192.168.10.21 to 192.168.10.22.
[[nodiscard]] std::vector<std::byte> vxlan_frame(std::uint32_t vni);

/// The pcapng file that pktmon makes of one vxlan_frame(), which it saw at two places of the stack.
[[nodiscard]] std::string seen_by_pktmon(std::uint32_t vni);

/// Sends a vxlan_datagram() to port 4789 every 20 ms for as long as it lives, from a thread of its own.
class VxlanSender {
  public:
    VxlanSender(std::string address, std::uint32_t vni);

  private:
    void send(const std::stop_token& stop) const;

    std::string address_;
    std::uint32_t vni_;
    std::jthread thread_;
};

}  // namespace kwd::test
