// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/ip_helper.h"

#include <fmt/format.h>

#include <array>

namespace kwd::collectors {

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
