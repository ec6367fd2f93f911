// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <pcap/pcap.h>

namespace kwd::collectors {

/// The functions of libpcap that match packets which were captured long ago.
struct OfflinePcap {
    decltype(::pcap_open_dead)* open_dead;
    decltype(::pcap_compile)* compile;
    decltype(::pcap_offline_filter)* offline_filter;
    decltype(::pcap_freecode)* freecode;
    decltype(::pcap_geterr)* geterr;
    decltype(::pcap_close)* close;

    /// They stay for as long as the process runs. Errors: not_found where libpcap is not installed (Npcap, on Windows);
    /// unsupported when this version lacks one of them.
    [[nodiscard]] static Result<OfflinePcap> load();
};

}  // namespace kwd::collectors
