// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/application.h"
#include "packet/traffic/packet_record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

namespace kwd::packet {

/// What packets are, by what their headers and ports say.
struct ProtocolCounts {
    static constexpr std::size_t kMostVnis = 65536;

    std::array<std::uint64_t, 6> by_kind{};  ///< by PacketRecord::Kind
    std::array<std::uint64_t, kApplications> by_application{};
    std::array<std::uint64_t, kDhcpMessages> dhcp_messages{};
    std::map<std::uint32_t, std::uint64_t> geneve_vnis = {};  ///< packets by VNI
    std::uint64_t geneve_not_kept = 0;                        ///< packets of VNIs that found no place among kMostVnis

    void add(const PacketRecord& record);

    [[nodiscard]] std::uint64_t of(PacketRecord::Kind kind) const noexcept {
        return by_kind[static_cast<std::size_t>(kind)];
    }
};

}  // namespace kwd::packet
