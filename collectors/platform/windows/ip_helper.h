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

#include "base/result.h"
#include "collectors/platform/windows/system_library.h"

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

namespace kwd::collectors {

struct FreeMib {
    decltype(&FreeMibTable) free_table = nullptr;
    void operator()(void* table) const noexcept { free_table(table); }
};
/// A table that an IP Helper function gave; freed also where the function failed after all.
template <class T>
using MibTable = std::unique_ptr<T, FreeMib>;

/// The functions of iphlpapi.dll that are asked. Windows does not know that library by name as it does kernel32: were
/// it linked, a file called iphlpapi.dll beside kwdiag.exe would be loaded in its place. A function that this version
/// of Windows lacks is nullptr; call() answers for it.
class IpHelper {
  public:
    /// Errors: not_found, io; unsupported when tables could not be freed.
    [[nodiscard]] static Result<IpHelper> load();

    /// What the function answers; ERROR_PROC_NOT_FOUND for one that is not there.
    template <class... Parameters>
    [[nodiscard]] static DWORD call(DWORD(WINAPI* function)(Parameters...),
                                    std::type_identity_t<Parameters>... arguments) {
        return function != nullptr ? function(arguments...) : DWORD{ERROR_PROC_NOT_FOUND};
    }
    template <class T>
    [[nodiscard]] MibTable<T> owned(T* table) const {
        return MibTable<T>(table, FreeMib{free_mib_table_});
    }

  private:
    SystemLibrary library_;
    decltype(&FreeMibTable) free_mib_table_;

    explicit IpHelper(SystemLibrary library);

  public:
    decltype(&GetIfTable2Ex) get_if_table2_ex;
    decltype(&GetUnicastIpAddressTable) get_unicast_ip_address_table;
    decltype(&GetIpInterfaceTable) get_ip_interface_table;
    decltype(&GetIpForwardTable2) get_ip_forward_table2;
    decltype(&GetIpNetTable2) get_ip_net_table2;
    decltype(&GetAdaptersAddresses) get_adapters_addresses;
    decltype(&GetExtendedTcpTable) get_extended_tcp_table;
    decltype(&GetExtendedUdpTable) get_extended_udp_table;
};

/// The address in canonical text without a zone; empty for a family that is neither IPv4 nor IPv6.
[[nodiscard]] std::string address_text(const SOCKADDR_INET& address);

/// 4 or 6, 0 for another.
[[nodiscard]] std::int64_t family_of(const SOCKADDR_INET& address) noexcept;

/// Lower case with colons; empty where there is none.
[[nodiscard]] std::string mac_text(const std::uint8_t* bytes, std::size_t length);

/// Upper case without braces.
[[nodiscard]] std::string guid_text(const GUID& guid);

}  // namespace kwd::collectors
