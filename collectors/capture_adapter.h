// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// A network adapter of a Windows node, as far as choosing where to capture needs to know it.
struct CaptureAdapter {
    std::uint32_t index = 0;  ///< interface index
    std::string name = {};    ///< alias: "Ethernet", "vEthernet (Ethernet)"
    std::string description = {};
    std::string guid = {};  ///< without braces
    std::string mac = {};   ///< lower case with colons; empty where it has none
    bool hardware = false;  ///< a network card, or what a hypervisor gives to a virtual machine as one
    bool loopback = false;
    bool up = false;
    bool addressed = false;  ///< it has an IP address
};

struct AdapterChoice {
    CaptureAdapter adapter;
    std::string reason;  ///< why this one, for the document's note
};

/// The adapter to capture on: the one that `wanted` names (alias, description, GUID or index), else the one that leads
/// out of the node.
///
/// VXLAN is put on and taken off within the virtual switch, so that the host's own virtual adapter ("vEthernet") shows
/// only what is inside: where that leads out, the network card below the switch is taken, which is known by the same
/// MAC address, or by being the only card that is up and has no address. `leading_out`: index of the default route's
/// interface. Errors: not_found, with what there is.
[[nodiscard]] Result<AdapterChoice> choose_adapter(std::span<const CaptureAdapter> adapters, std::string_view wanted,
                                                   std::optional<std::uint32_t> leading_out);

/// A device as a capturing library lists it.
struct CaptureDevice {
    std::string name;  ///< \Device\NPF_{GUID}
    std::string description;
};

struct DeviceChoice {
    CaptureDevice device;
    std::string name;  ///< for people: the adapter's alias where it is known
    std::string reason;
};

/// The device to open: the one that `wanted` names (also by its own name or description), else that of
/// choose_adapter(). Errors: not_found, with what there is.
[[nodiscard]] Result<DeviceChoice> choose_device(std::span<const CaptureDevice> devices,
                                                 std::span<const CaptureAdapter> adapters, std::string_view wanted,
                                                 std::optional<std::uint32_t> leading_out);

}  // namespace kwd::collectors
