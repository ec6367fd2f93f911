// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/protocols.h"

#include <span>

namespace kwd::packet {

void ProtocolCounts::add(const PacketRecord& record) {
    ++by_kind[static_cast<std::size_t>(record.kind)];
    if (record.kind == PacketRecord::Kind::tcp) {
        ++by_application[static_cast<std::size_t>(application_of_tcp(record.key.low_port, record.key.high_port))];
    }
    if (record.kind != PacketRecord::Kind::udp) {
        return;
    }
    const auto source = record.from_low ? record.key.low_port : record.key.high_port;
    const auto destination = record.from_low ? record.key.high_port : record.key.low_port;
    const std::span payload{record.payload, record.payload_captured};
    const auto application = application_of_udp(source, destination, payload);
    ++by_application[static_cast<std::size_t>(application)];
    if (application == Application::dhcp) {
        ++dhcp_messages[static_cast<std::size_t>(dhcp_message(payload))];
    } else if (application == Application::geneve) {
        const auto vni = geneve_vni(payload);
        if (geneve_vnis.size() == kMostVnis && !geneve_vnis.contains(vni)) {
            ++geneve_not_kept;
        } else {
            ++geneve_vnis[vni];
        }
    }
}

}  // namespace kwd::packet
