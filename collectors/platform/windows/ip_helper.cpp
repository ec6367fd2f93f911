// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/ip_helper.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace kwd::collectors {

IpHelper::IpHelper(SystemLibrary library)
    : library_(std::move(library)),
      free_mib_table_(library_.function<decltype(FreeMibTable)>("FreeMibTable")),
      get_if_table2_ex(library_.function<decltype(GetIfTable2Ex)>("GetIfTable2Ex")),
      get_unicast_ip_address_table(library_.function<decltype(GetUnicastIpAddressTable)>("GetUnicastIpAddressTable")),
      get_ip_interface_table(library_.function<decltype(GetIpInterfaceTable)>("GetIpInterfaceTable")),
      get_ip_forward_table2(library_.function<decltype(GetIpForwardTable2)>("GetIpForwardTable2")),
      get_ip_net_table2(library_.function<decltype(GetIpNetTable2)>("GetIpNetTable2")),
      get_adapters_addresses(library_.function<decltype(GetAdaptersAddresses)>("GetAdaptersAddresses")),
      get_extended_tcp_table(library_.function<decltype(GetExtendedTcpTable)>("GetExtendedTcpTable")),
      get_extended_udp_table(library_.function<decltype(GetExtendedUdpTable)>("GetExtendedUdpTable")) {}

Result<IpHelper> IpHelper::load() {
    auto library = SystemLibrary::load(L"iphlpapi.dll");
    if (!library) {
        return std::move(library).error();
    }
    IpHelper helper(std::move(*library));
    if (helper.free_mib_table_ == nullptr) {
        return Error{Errc::unsupported, "use iphlpapi.dll: it has no FreeMibTable"};
    }
    return helper;
}

std::string address_text(const SOCKADDR_INET& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address.si_family == AF_INET) {
        bytes = &address.Ipv4.sin_addr;
    } else if (address.si_family == AF_INET6) {
        bytes = &address.Ipv6.sin6_addr;
    }
    if (bytes == nullptr || inet_ntop(address.si_family, bytes, text.data(), text.size()) == nullptr) {
        return {};
    }
    return text.data();
}

std::int64_t family_of(const SOCKADDR_INET& address) noexcept {
    return address.si_family == AF_INET ? 4 : address.si_family == AF_INET6 ? 6 : 0;
}

std::string mac_text(const std::uint8_t* bytes, std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) {
        text += fmt::format("{}{:02x}", i == 0 ? "" : ":", bytes[i]);
    }
    return text;
}

std::string guid_text(const GUID& guid) {
    return fmt::format("{:08X}-{:04X}-{:04X}-{:02X}{:02X}-{:02X}{:02X}{:02X}{:02X}{:02X}{:02X}", guid.Data1, guid.Data2,
                       guid.Data3, guid.Data4[0], guid.Data4[1], guid.Data4[2], guid.Data4[3], guid.Data4[4],
                       guid.Data4[5], guid.Data4[6], guid.Data4[7]);
}

}  // namespace kwd::collectors
