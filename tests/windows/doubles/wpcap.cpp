// SPDX-License-Identifier: Apache-2.0
#include "tests/windows/doubles/double.h"

#include <pcap/pcap.h>

#include <list>
#include <sstream>
#include <string>

// A double of Npcap's wpcap.dll whose driver is of no use: it lists the devices that are named, one a line, in
// npcap\devices.txt, and can open none of them.

using namespace kwd::double_of_windows;

namespace {

constexpr const char* kUseless = "Error opening adapter: The system cannot find the device specified. (20)";

char g_capture = 0;

}  // namespace

extern "C" {

__declspec(dllexport) int pcap_findalldevs(pcap_if_t** all, char* /*error*/) {
    static std::list<std::string> names;
    static std::list<pcap_if_t> devices;
    std::istringstream lines(file_text("npcap\\devices.txt"));
    *all = nullptr;
    for (std::string line; std::getline(lines, line);) {
        names.push_back(line);
        devices.push_back({*all, names.back().data(), nullptr, nullptr, 0});
        *all = &devices.back();
    }
    return 0;
}
__declspec(dllexport) void pcap_freealldevs(pcap_if_t* /*all*/) {}
__declspec(dllexport) pcap_t* pcap_create(const char* /*device*/, char* /*error*/) {
    return reinterpret_cast<pcap_t*>(&g_capture);
}
__declspec(dllexport) int pcap_set_snaplen(pcap_t* /*capture*/, int /*bytes*/) {
    return 0;
}
__declspec(dllexport) int pcap_set_promisc(pcap_t* /*capture*/, int /*yes*/) {
    return 0;
}
__declspec(dllexport) int pcap_set_timeout(pcap_t* /*capture*/, int /*milliseconds*/) {
    return 0;
}
__declspec(dllexport) int pcap_set_buffer_size(pcap_t* /*capture*/, int /*bytes*/) {
    return 0;
}
__declspec(dllexport) int pcap_activate(pcap_t* /*capture*/) {
    return PCAP_ERROR;
}
__declspec(dllexport) int pcap_setnonblock(pcap_t* /*capture*/, int /*yes*/, char* /*error*/) {
    return PCAP_ERROR;
}
__declspec(dllexport) int pcap_compile(pcap_t* /*capture*/, bpf_program* /*program*/, const char* /*filter*/,
                                       int /*optimise*/, bpf_u_int32 /*netmask*/) {
    return PCAP_ERROR;
}
__declspec(dllexport) int pcap_setfilter(pcap_t* /*capture*/, bpf_program* /*program*/) {
    return PCAP_ERROR;
}
__declspec(dllexport) void pcap_freecode(bpf_program* /*program*/) {}
__declspec(dllexport) int pcap_next_ex(pcap_t* /*capture*/, pcap_pkthdr** /*header*/, const u_char** /*bytes*/) {
    return PCAP_ERROR;
}
__declspec(dllexport) int pcap_datalink(pcap_t* /*capture*/) {
    return PCAP_ERROR;
}
__declspec(dllexport) int pcap_stats(pcap_t* /*capture*/, pcap_stat* /*statistics*/) {
    return PCAP_ERROR;
}
__declspec(dllexport) char* pcap_geterr(pcap_t* /*capture*/) {
    return const_cast<char*>(kUseless);
}
__declspec(dllexport) void pcap_close(pcap_t* /*capture*/) {}
}
