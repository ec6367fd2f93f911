// SPDX-License-Identifier: Apache-2.0
#include "collectors/offline_pcap.h"

#include "collectors/platform/windows/system_library.h"

#include <fmt/format.h>

namespace kwd::collectors {

Result<OfflinePcap> OfflinePcap::load() {
    static const auto library = SystemLibrary::load(L"Npcap\\wpcap.dll");
    if (!library) {
        return Error{library.error().code,
                     fmt::format("a filter expression is compiled by Npcap, which is not there ({}); "
                                 "--vni and --flow do without it",
                                 library.error().doing)};
    }
    const OfflinePcap pcap{.open_dead = library->function<decltype(::pcap_open_dead)>("pcap_open_dead"),
                           .compile = library->function<decltype(::pcap_compile)>("pcap_compile"),
                           .offline_filter = library->function<decltype(::pcap_offline_filter)>("pcap_offline_filter"),
                           .freecode = library->function<decltype(::pcap_freecode)>("pcap_freecode"),
                           .geterr = library->function<decltype(::pcap_geterr)>("pcap_geterr"),
                           .close = library->function<decltype(::pcap_close)>("pcap_close")};
    if (pcap.open_dead == nullptr || pcap.compile == nullptr || pcap.offline_filter == nullptr ||
        pcap.freecode == nullptr || pcap.geterr == nullptr || pcap.close == nullptr) {
        return Error{Errc::unsupported,
                     "this version of Npcap's wpcap.dll matches no packets that were captured before"};
    }
    return pcap;
}

}  // namespace kwd::collectors
