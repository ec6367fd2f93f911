// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/capture_adapter.h"
#include "collectors/packet_documents.h"
#include "collectors/platform/windows/ip_helper.h"  // winsock2.h before windows.h, as pcap.h wants it
#include "collectors/platform/windows/system_library.h"

#include <pcap/pcap.h>

#include <vector>

namespace kwd::collectors {

/// The functions of Npcap's wpcap.dll that capturing needs: libpcap's own, typed by its header.
///
/// It is taken from System32\Npcap alone. The WinPcap mode, in which Npcap lies in System32 too, is an addition to that
/// folder and never without it; a wpcap.dll of System32 alone is WinPcap, whose driver is unmaintained since 2013 and
/// does not see the adapters of a virtual switch.
struct Npcap {
    SystemLibrary library;
    decltype(::pcap_findalldevs)* findalldevs = nullptr;
    decltype(::pcap_freealldevs)* freealldevs = nullptr;
    decltype(::pcap_create)* create = nullptr;
    decltype(::pcap_set_snaplen)* set_snaplen = nullptr;
    decltype(::pcap_set_promisc)* set_promisc = nullptr;
    decltype(::pcap_set_timeout)* set_timeout = nullptr;
    decltype(::pcap_set_buffer_size)* set_buffer_size = nullptr;
    decltype(::pcap_activate)* activate = nullptr;
    decltype(::pcap_setnonblock)* setnonblock = nullptr;
    decltype(::pcap_compile)* compile = nullptr;
    decltype(::pcap_setfilter)* setfilter = nullptr;
    decltype(::pcap_freecode)* freecode = nullptr;
    decltype(::pcap_next_ex)* next_ex = nullptr;
    decltype(::pcap_datalink)* datalink = nullptr;
    decltype(::pcap_stats)* stats = nullptr;
    decltype(::pcap_geterr)* geterr = nullptr;
    decltype(::pcap_close)* close = nullptr;

    /// Errors: not_found when Npcap is not installed; unsupported when this version lacks a function, which is named;
    /// io with the Win32 code.
    [[nodiscard]] static Result<Npcap> load();

    /// What it can capture on. Errors: access_denied, not_found when it lists nothing at all, which is how it says that
    /// its driver does not run or that we may not; io.
    [[nodiscard]] Result<std::vector<CaptureDevice>> devices() const;

    [[nodiscard]] Error error(Errc code, std::string doing, int status, const char* text) const;
};

/// One open capture. The functions outlive it.
class NpcapCapture {
  public:
    struct Packet {
        std::int64_t time_ns_utc;
        std::span<const std::byte> captured;  ///< valid until the next one is asked for
        std::uint32_t original_length;
    };

    /// How much the driver may keep for us until we look.
    static constexpr int kBufferBytes = 64 << 20;

    /// Opens a device, never promiscuous, without waiting for packets. Errors: access_denied, not_found, io with what
    /// Npcap says.
    [[nodiscard]] static Result<NpcapCapture> open(const Npcap& npcap, const DeviceChoice& choice,
                                                   std::uint32_t snap_length, int buffer_bytes = kBufferBytes);

    /// Errors: invalid_input for a filter that does not compile, with what Npcap says.
    [[nodiscard]] Result<void> set_filter(const std::string& filter);
    /// The same; of packets that hold no DNS only as much is copied as their headers may take.
    [[nodiscard]] Result<void> set_filter_and_snap(const std::string& filter);

    /// The next packet that has come; nullopt when there is none at the moment. Errors: io, when the adapter has gone
    /// for example.
    [[nodiscard]] Result<std::optional<Packet>> next();

    /// As LINKTYPE_ or DLT_ numbers.
    [[nodiscard]] int data_link() const { return npcap_->datalink(capture_.get()); }

    /// nullopt where Npcap does not tell.
    [[nodiscard]] std::optional<CaptureCounts> counts() const;

  private:
    struct Close {
        decltype(::pcap_close)* close;
        void operator()(pcap_t* capture) const noexcept { close(capture); }
    };
    [[nodiscard]] Result<bpf_program> compile(const std::string& filter) const;
    [[nodiscard]] Result<void> install(bpf_program program) const;
    NpcapCapture(const Npcap& npcap, pcap_t* capture) : npcap_(&npcap), capture_(capture, Close{npcap.close}) {}

    const Npcap* npcap_;
    std::unique_ptr<pcap_t, Close> capture_;
};

}  // namespace kwd::collectors
