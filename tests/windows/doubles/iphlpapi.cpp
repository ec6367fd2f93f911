// SPDX-License-Identifier: Apache-2.0
// Stands in for iphlpapi.dll, which has no network compartments in Wine. In the host's it gives what Wine's own gives,
// which lies beside it as kwdiphlp.dll; in those of compartments.json, what that file says, and for the host's that
// file's listener where it has one. Nobody knows from a Windows
// machine what SetCurrentThreadCompartmentId answers for a number that is nobody's: ERROR_NOT_FOUND here.
#include <winsock2.h>
// clang-format off
#include <ws2tcpip.h>
#include <ws2ipdef.h>
#include <windows.h>
#include <iphlpapi.h>
#include <netioapi.h>
// clang-format on

#include "tests/windows/doubles/double.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace {

using namespace kwd::double_of_windows;
using nlohmann::json;

constexpr DWORD kHost = 1;
constexpr DWORD kHasMoved = 1U << 31U;  // of a thread's compartment: it was in another

DWORD tls_slot() {
    static const DWORD slot = TlsAlloc();
    return slot;
}

DWORD remembered() {
    return static_cast<DWORD>(reinterpret_cast<std::uintptr_t>(TlsGetValue(tls_slot())));
}

DWORD current() {
    const DWORD compartment = remembered() & ~kHasMoved;
    return compartment == 0 ? kHost : compartment;
}

const json& compartments() {
    static const json all = [] {
        json read = json::parse(file_text("compartments.json"), nullptr, false);
        return read.is_array() ? read : json::array();
    }();
    return all;
}

const json* find(DWORD id) {
    const auto found = std::ranges::find_if(compartments(), [&](const json& each) { return each.at("id") == id; });
    return found == compartments().end() ? nullptr : &*found;
}

template <class Function, class... Arguments>
DWORD of_wine(const char* name, Arguments... arguments) {
    static const auto function =
        reinterpret_cast<Function*>(reinterpret_cast<void*>(GetProcAddress(LoadLibraryA("kwdiphlp.dll"), name)));
    return static_cast<DWORD>(function(arguments...));
}

/// What a function is asked in a compartment of the file: logged, and its faults obeyed.
struct Asked {
    explicit Asked(const std::string& function) : pod(find(current())) {
        const std::string compartment = std::to_string(current());
        log_call(function + " in compartment " + compartment);
        result = static_cast<DWORD>(fault_of(function + "/" + compartment).result);
    }
    const json* pod;
    DWORD result = NO_ERROR;

    [[nodiscard]] DWORD number(const char* name) const { return pod->value(name, DWORD{0}); }
    [[nodiscard]] std::string text(const char* name) const { return pod->value(name, std::string()); }
    [[nodiscard]] NET_LUID luid() const {
        NET_LUID luid{};
        luid.Value = 0x6000000000000 + number("interface_index");
        return luid;
    }
};

SOCKADDR_INET address_of(const std::string& text) {
    SOCKADDR_INET address{};
    address.Ipv4.sin_family = AF_INET;
    inet_pton(AF_INET, text.c_str(), &address.Ipv4.sin_addr);
    return address;
}

void set_mac(const std::string& text, UCHAR* bytes, ULONG& length) {
    for (length = 0; length < 6; ++length) {
        bytes[length] = static_cast<UCHAR>(std::stoul(text.substr(length * 3, 2), nullptr, 16));
    }
}

// Of one row, as FreeMibTable takes it away.
template <class Table>
Table* table_of_one() {
    auto* const table = static_cast<Table*>(HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(Table)));
    table->NumEntries = 1;
    return table;
}

// Copies a table out as the functions do that count in bytes.
template <class Table>
DWORD give(const Table& table, void* buffer, DWORD* size) {
    const bool fits = buffer != nullptr && *size >= sizeof table;
    *size = sizeof table;
    if (fits) {
        std::memcpy(buffer, &table, sizeof table);
    }
    return fits ? NO_ERROR : ERROR_INSUFFICIENT_BUFFER;
}

}  // namespace

extern "C" {

BOOL WINAPI DllMain(HINSTANCE, DWORD reason, void*) {
    if (reason == DLL_THREAD_DETACH && (remembered() & kHasMoved) != 0) {
        log_call("a thread ends in compartment " + std::to_string(current()));
    }
    return TRUE;
}

DWORD WINAPI get_compartment() {
    return current();
}

DWORD WINAPI set_compartment(DWORD id) {
    if (!is_elevated()) {
        return ERROR_ACCESS_DENIED;
    }
    if (id != kHost && find(id) == nullptr) {
        return ERROR_NOT_FOUND;
    }
    log_call("SetCurrentThreadCompartmentId " + std::to_string(id));
    if (const Fault fault = fault_of("SetCurrentThreadCompartmentId/" + std::to_string(id)); fault.result != S_OK) {
        return static_cast<DWORD>(fault.result);
    }
    TlsSetValue(tls_slot(), reinterpret_cast<void*>(static_cast<std::uintptr_t>(id | kHasMoved)));
    return NO_ERROR;
}

DWORD WINAPI get_if_table2_ex(MIB_IF_TABLE_LEVEL level, MIB_IF_TABLE2** table) {
    if (current() == kHost) {
        return of_wine<decltype(GetIfTable2Ex)>("GetIfTable2Ex", level, table);
    }
    const Asked asked("GetIfTable2Ex");
    if (asked.result == NO_ERROR) {
        *table = table_of_one<MIB_IF_TABLE2>();
        MIB_IF_ROW2& row = (*table)->Table[0];
        row.InterfaceLuid = asked.luid();
        row.InterfaceIndex = asked.number("interface_index");
        CLSIDFromString(widened(asked.text("guid")).c_str(), &row.InterfaceGuid);
        const std::wstring alias = widened(asked.text("name"));
        std::copy_n(alias.c_str(), std::min<std::size_t>(alias.size() + 1, IF_MAX_STRING_SIZE), row.Alias);
        set_mac(asked.text("mac"), row.PhysicalAddress, row.PhysicalAddressLength);
        row.Type = IF_TYPE_ETHERNET_CSMACD;
        row.Mtu = asked.number("mtu");
        row.OperStatus = IfOperStatusUp;
        row.AdminStatus = NET_IF_ADMIN_STATUS_UP;
        row.TransmitLinkSpeed = ~0ULL;
    }
    return asked.result;
}

DWORD WINAPI get_unicast_ip_address_table(ADDRESS_FAMILY family, MIB_UNICASTIPADDRESS_TABLE** table) {
    if (current() == kHost) {
        return of_wine<decltype(GetUnicastIpAddressTable)>("GetUnicastIpAddressTable", family, table);
    }
    const Asked asked("GetUnicastIpAddressTable");
    if (asked.result == NO_ERROR) {
        *table = table_of_one<MIB_UNICASTIPADDRESS_TABLE>();
        MIB_UNICASTIPADDRESS_ROW& row = (*table)->Table[0];
        row.Address = address_of(asked.text("address"));
        row.InterfaceLuid = asked.luid();
        row.InterfaceIndex = asked.number("interface_index");
        row.PrefixOrigin = IpPrefixOriginManual;
        row.OnLinkPrefixLength = static_cast<UINT8>(asked.number("prefix_length"));
        row.DadState = IpDadStatePreferred;
    }
    return asked.result;
}

DWORD WINAPI get_ip_interface_table(ADDRESS_FAMILY family, MIB_IPINTERFACE_TABLE** table) {
    if (current() == kHost) {
        return of_wine<decltype(GetIpInterfaceTable)>("GetIpInterfaceTable", family, table);
    }
    const Asked asked("GetIpInterfaceTable");
    if (asked.result == NO_ERROR) {
        *table = table_of_one<MIB_IPINTERFACE_TABLE>();
        MIB_IPINTERFACE_ROW& row = (*table)->Table[0];
        row.Family = AF_INET;
        row.InterfaceLuid = asked.luid();
        row.InterfaceIndex = asked.number("interface_index");
        row.NlMtu = asked.number("mtu");
        row.Metric = 5000;
        row.Connected = TRUE;
    }
    return asked.result;
}

DWORD WINAPI get_ip_forward_table2(ADDRESS_FAMILY family, MIB_IPFORWARD_TABLE2** table) {
    if (current() == kHost) {
        return of_wine<decltype(GetIpForwardTable2)>("GetIpForwardTable2", family, table);
    }
    const Asked asked("GetIpForwardTable2");
    if (asked.result == NO_ERROR) {
        *table = table_of_one<MIB_IPFORWARD_TABLE2>();
        MIB_IPFORWARD_ROW2& row = (*table)->Table[0];
        row.InterfaceLuid = asked.luid();
        row.InterfaceIndex = asked.number("interface_index");
        row.DestinationPrefix.Prefix = address_of("0.0.0.0");
        row.NextHop = address_of(asked.text("gateway"));
        row.Metric = 256;
        row.Protocol = static_cast<NL_ROUTE_PROTOCOL>(MIB_IPPROTO_NETMGMT);
    }
    return asked.result;
}

DWORD WINAPI get_ip_net_table2(ADDRESS_FAMILY family, MIB_IPNET_TABLE2** table) {
    if (current() == kHost) {
        return of_wine<decltype(GetIpNetTable2)>("GetIpNetTable2", family, table);
    }
    const Asked asked(family == AF_INET ? "GetIpNetTable2" : "GetIpNetTable2 for IPv6");
    if (family != AF_INET) {
        return ERROR_NOT_FOUND;
    }
    if (asked.result == NO_ERROR) {
        *table = table_of_one<MIB_IPNET_TABLE2>();
        MIB_IPNET_ROW2& row = (*table)->Table[0];
        row.Address = address_of(asked.text("gateway"));
        row.InterfaceLuid = asked.luid();
        row.InterfaceIndex = asked.number("interface_index");
        set_mac(asked.text("gateway_mac"), row.PhysicalAddress, row.PhysicalAddressLength);
        row.State = NlnsReachable;
    }
    return asked.result;
}

ULONG WINAPI get_adapters_addresses(ULONG family, ULONG flags, void* reserved, IP_ADAPTER_ADDRESSES* adapters,
                                    ULONG* size) {
    if (current() == kHost) {
        return of_wine<decltype(GetAdaptersAddresses)>("GetAdaptersAddresses", family, flags, reserved, adapters, size);
    }
    const Asked asked("GetAdaptersAddresses");
    if (asked.result != NO_ERROR) {
        return asked.result;
    }
    static wchar_t empty[] = L"";
    IP_ADAPTER_ADDRESSES adapter{};
    adapter.Length = sizeof adapter;
    adapter.IfIndex = asked.number("interface_index");
    adapter.FriendlyName = empty;
    adapter.DnsSuffix = empty;
    adapter.CompartmentId = asked.number("id");
    const DWORD result = give(adapter, adapters, size);
    return result == ERROR_INSUFFICIENT_BUFFER ? ERROR_BUFFER_OVERFLOW : result;
}

DWORD WINAPI get_extended_tcp_table(void* buffer, DWORD* size, BOOL sorted, ULONG family, TCP_TABLE_CLASS what,
                                    ULONG reserved) {
    if (find(current()) == nullptr) {
        return of_wine<decltype(GetExtendedTcpTable)>("GetExtendedTcpTable", buffer, size, sorted, family, what,
                                                      reserved);
    }
    Asked asked(family == AF_INET ? "GetExtendedTcpTable" : "GetExtendedTcpTable for IPv6");
    if (asked.result != NO_ERROR) {
        return asked.result;
    }
    if (asked.pod->contains("gives_sockets_of_host")) {
        asked.pod = find(kHost);
    }
    if (family == AF_INET6) {
        return give(MIB_TCP6TABLE_OWNER_PID{}, buffer, size);
    }
    MIB_TCPTABLE_OWNER_PID table{};
    table.dwNumEntries = 1;
    table.table[0].dwState = MIB_TCP_STATE_LISTEN;
    table.table[0].dwLocalPort = htons(static_cast<u_short>(asked.number("listens")));
    table.table[0].dwOwningPid = asked.number("process_id");
    return give(table, buffer, size);
}

DWORD WINAPI get_extended_udp_table(void* buffer, DWORD* size, BOOL sorted, ULONG family, UDP_TABLE_CLASS what,
                                    ULONG reserved) {
    if (current() == kHost) {
        return of_wine<decltype(GetExtendedUdpTable)>("GetExtendedUdpTable", buffer, size, sorted, family, what,
                                                      reserved);
    }
    const Asked asked(family == AF_INET ? "GetExtendedUdpTable" : "GetExtendedUdpTable for IPv6");
    if (asked.result != NO_ERROR) {
        return asked.result;
    }
    return family == AF_INET6 ? give(MIB_UDP6TABLE_OWNER_PID{}, buffer, size)
                              : give(MIB_UDPTABLE_OWNER_PID{}, buffer, size);
}

}  // extern "C"
