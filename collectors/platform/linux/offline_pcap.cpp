// SPDX-License-Identifier: Apache-2.0
#include "collectors/offline_pcap.h"

namespace kwd::collectors {

Result<OfflinePcap> OfflinePcap::load() {
    return OfflinePcap{.open_dead = &::pcap_open_dead,
                       .compile = &::pcap_compile,
                       .offline_filter = &::pcap_offline_filter,
                       .freecode = &::pcap_freecode,
                       .geterr = &::pcap_geterr,
                       .close = &::pcap_close};
}

}  // namespace kwd::collectors
