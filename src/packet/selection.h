// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip.h"
#include "base/result.h"
#include "packet/capture.h"
#include "packet/dissect.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kwd::packet {

/// Two ends of traffic, which goes either way.
struct FlowEnds {
    struct End {
        IpAddress address;
        std::optional<std::uint16_t> port;  ///< nullopt: any, and none
    };
    End one;
    End other;
};

/// Reads `A:P-B:P`: 10.244.1.7:50000-10.244.2.9:53, [fd00::7]:50000-[fd00::9]:53; a port may be left out.
/// Errors: invalid_input.
[[nodiscard]] Result<FlowEnds> parse_flow_ends(std::string_view text);

/// Which packets of a capture are wanted: all, or those that meet everything that is asked.
class Selection {
  public:
    std::optional<std::uint32_t> vni = {};  ///< came through VXLAN with this VNI
    std::optional<FlowEnds> flow = {};      ///< between these ends, encapsulated or not

    /// Later fragments of what was taken are taken too, where the first came before them and not long ago.
    [[nodiscard]] bool takes(const CapturedPacket& packet);

  private:
    struct Fragmented {
        IpAddress source = IpAddress::v4(0);
        IpAddress destination = IpAddress::v4(0);
        std::uint32_t identification = 0;
    };
    [[nodiscard]] bool meets(const Packet& packet) const;
    [[nodiscard]] bool follows(const Layers& layers) const;
    void remember(const Layers& layers);

    std::array<Fragmented, 64> fragmented_;  ///< datagrams of which the first fragment was taken
    std::size_t next_ = 0;
};

}  // namespace kwd::packet
