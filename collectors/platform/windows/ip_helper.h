// SPDX-License-Identifier: Apache-2.0
#pragma once

// The IP Helper's headers, in the only order in which they compile.
#include <winsock2.h>
// clang-format off
#include <ws2tcpip.h>
#include <ws2ipdef.h>
#include <windows.h>
#include <iphlpapi.h>
#include <netioapi.h>
// clang-format on

#include <cstdint>
#include <memory>
#include <string>

namespace kwd::collectors {

struct FreeMib {
    void operator()(void* table) const noexcept { FreeMibTable(table); }
};
/// A table that an IP Helper function gave; freed also where the function failed after all.
template <class T>
using MibTable = std::unique_ptr<T, FreeMib>;

/// The address in canonical text without a zone; empty for a family that is neither IPv4 nor IPv6.
[[nodiscard]] std::string address_text(const SOCKADDR_INET& address);

/// 4 or 6, 0 for another.
[[nodiscard]] std::int64_t family_of(const SOCKADDR_INET& address) noexcept;

/// Lower case with colons; empty where there is none.
[[nodiscard]] std::string mac_text(const std::uint8_t* bytes, std::size_t length);

/// Upper case without braces.
[[nodiscard]] std::string guid_text(const GUID& guid);

}  // namespace kwd::collectors
