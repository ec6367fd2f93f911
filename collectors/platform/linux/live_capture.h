// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"
#include "collectors/packet_documents.h"

#include <pcap/pcap.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace kwd::collectors {

/// One interface that is captured on, by libpcap: never promiscuous, without waiting for packets.
class LiveCapture {
  public:
    /// How much the kernel may keep for us until we look: what dumpcap is given where packets must not be lost.
    static constexpr int kBufferBytes = 64 << 20;

    /// Errors: access_denied, not_found, io with what libpcap says.
    [[nodiscard]] static Result<LiveCapture> open(const std::string& interface, std::uint32_t snap_length,
                                                  int buffer_bytes = kBufferBytes);

    /// Errors: invalid_input for a filter that does not compile, with what libpcap says; io.
    [[nodiscard]] Result<void> set_filter(const std::string& filter);
    /// The same; of packets that hold no DNS only as much is copied as their headers may take.
    [[nodiscard]] Result<void> set_filter_and_snap(const std::string& filter);

    /// To be waited for with poll().
    [[nodiscard]] int descriptor() const { return ::pcap_get_selectable_fd(capture_.get()); }
    [[nodiscard]] pcap_t* handle() const noexcept { return capture_.get(); }
    [[nodiscard]] const packet::CaptureInterface& description() const noexcept { return description_; }
    /// nullopt where the kernel does not tell.
    [[nodiscard]] std::optional<CaptureCounts> counts() const;

  private:
    struct Close {
        void operator()(pcap_t* capture) const noexcept { ::pcap_close(capture); }
    };
    explicit LiveCapture(pcap_t* capture) : capture_(capture) {}
    [[nodiscard]] Result<void> install(bpf_program program);

    std::unique_ptr<pcap_t, Close> capture_;
    packet::CaptureInterface description_;
};

/// An Error of libpcap's. `text`: what it says, if anything.
[[nodiscard]] Error pcap_error(Errc code, std::string doing, int status, const char* text);

}  // namespace kwd::collectors
