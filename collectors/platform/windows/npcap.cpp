// SPDX-License-Identifier: Apache-2.0
#include "collectors/platform/windows/npcap.h"

#include "base/text.h"
#include "base/windows_error.h"
#include "collectors/platform/elevation.h"
#include "collectors/snap_filter.h"

#include <fmt/format.h>

#include <array>

// Source: pcap(3pcap), and Npcap's Developer's Guide.

namespace kwd::collectors {
namespace {

constexpr int kTimeoutMs = 100;

// On the system's language and code page depends how Npcap says what Windows told it.
std::string said(const char* text) {
    return text == nullptr ? std::string() : decode_text(text).utf8;
}

// Npcap tells most of what Windows refuses as a plain error, with Windows' code in brackets at the end.
Errc code_of(int status, std::string_view text) {
    switch (status) {
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED: return Errc::access_denied;
        case PCAP_ERROR_NO_SUCH_DEVICE: return Errc::not_found;
        default: return text.ends_with("(5)") ? Errc::access_denied : Errc::io;
    }
}

template <class Function>
bool take(const SystemLibrary& library, Function*& function, const char* name, std::string& missing) {
    function = library.function<Function>(name);
    if (function == nullptr && missing.empty()) {
        missing = name;
    }
    return function != nullptr;
}

}  // namespace

Result<Npcap> Npcap::load() {
    auto library = SystemLibrary::load(L"Npcap\\wpcap.dll");
    if (!library) {
        return library.error();
    }
    Npcap npcap{.library = std::move(*library)};
    std::string missing;
    take(npcap.library, npcap.findalldevs, "pcap_findalldevs", missing);
    take(npcap.library, npcap.freealldevs, "pcap_freealldevs", missing);
    take(npcap.library, npcap.create, "pcap_create", missing);
    take(npcap.library, npcap.set_snaplen, "pcap_set_snaplen", missing);
    take(npcap.library, npcap.set_promisc, "pcap_set_promisc", missing);
    take(npcap.library, npcap.set_timeout, "pcap_set_timeout", missing);
    take(npcap.library, npcap.set_buffer_size, "pcap_set_buffer_size", missing);
    take(npcap.library, npcap.activate, "pcap_activate", missing);
    take(npcap.library, npcap.setnonblock, "pcap_setnonblock", missing);
    take(npcap.library, npcap.compile, "pcap_compile", missing);
    take(npcap.library, npcap.setfilter, "pcap_setfilter", missing);
    take(npcap.library, npcap.freecode, "pcap_freecode", missing);
    take(npcap.library, npcap.next_ex, "pcap_next_ex", missing);
    take(npcap.library, npcap.datalink, "pcap_datalink", missing);
    take(npcap.library, npcap.stats, "pcap_stats", missing);
    take(npcap.library, npcap.geterr, "pcap_geterr", missing);
    take(npcap.library, npcap.close, "pcap_close", missing);
    if (!missing.empty()) {
        return Error{Errc::unsupported, fmt::format("find {} in Npcap's wpcap.dll", missing)};
    }
    return npcap;
}

Error Npcap::error(Errc code, std::string doing, int status, const char* text) const {
    if (std::string what = said(text); !what.empty()) {
        doing += ": " + what;
    }
    return with_what_it_needs({code, std::move(doing), NativeCode{Domain::pcap, status}});
}

Result<std::vector<CaptureDevice>> Npcap::devices() const {
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    pcap_if_t* all = nullptr;
    if (findalldevs(&all, text.data()) != 0) {
        return error(code_of(PCAP_ERROR, text.data()), "list the adapters by Npcap", PCAP_ERROR, text.data());
    }
    std::vector<CaptureDevice> devices;
    for (const pcap_if_t* each = all; each != nullptr; each = each->next) {
        devices.push_back({said(each->name), said(each->description)});
    }
    if (all != nullptr) {
        freealldevs(all);
    }
    if (devices.empty()) {
        return Error{Errc::not_found,
                     "list the adapters by Npcap: there is none, as when its driver does not run (sc query npcap), or "
                     "when it is for administrators only: needs an elevated process"};
    }
    return devices;
}

Result<NpcapCapture> NpcapCapture::open(const Npcap& npcap, const DeviceChoice& choice, std::uint32_t snap_length,
                                        int buffer_bytes) {
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    const std::string doing = fmt::format("capture packets on '{}' ({}) by Npcap", choice.name, choice.device.name);
    NpcapCapture opened(npcap, npcap.create(choice.device.name.c_str(), text.data()));
    pcap_t* capture = opened.capture_.get();
    if (capture == nullptr) {
        return npcap.error(code_of(PCAP_ERROR, text.data()), doing, PCAP_ERROR, text.data());
    }
    // Never promiscuous: that would change the adapter.
    (void)npcap.set_promisc(capture, 0);
    (void)npcap.set_snaplen(capture, static_cast<int>(snap_length));
    (void)npcap.set_timeout(capture, kTimeoutMs);
    (void)npcap.set_buffer_size(capture, buffer_bytes);
    if (const int status = npcap.activate(capture); status < 0) {
        const std::string what = said(npcap.geterr(capture));
        return npcap.error(code_of(status, what), doing, status, what.c_str());
    }
    if (npcap.setnonblock(capture, 1, text.data()) != 0) {
        return npcap.error(Errc::io, doing, PCAP_ERROR, text.data());
    }
    return opened;
}

Result<bpf_program> NpcapCapture::compile(const std::string& filter) const {
    bpf_program program{};
    if (npcap_->compile(capture_.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
        return npcap_->error(Errc::invalid_input, fmt::format("compile the packet filter '{}'", filter), PCAP_ERROR,
                             npcap_->geterr(capture_.get()));
    }
    return program;
}

Result<void> NpcapCapture::install(bpf_program program) const {
    const int status = npcap_->setfilter(capture_.get(), &program);
    return status == 0 ? Result<void>()
                       : npcap_->error(Errc::io, "set the packet filter", status, npcap_->geterr(capture_.get()));
}

Result<void> NpcapCapture::set_filter(const std::string& filter) {
    auto program = compile(filter);
    if (!program) {
        return program.error();
    }
    auto installed = install(*program);
    npcap_->freecode(&*program);
    return installed;
}

Result<void> NpcapCapture::set_filter_and_snap(const std::string& filter) {
    auto program = compile(filter);
    if (!program) {
        return program.error();
    }
    auto whole = compile(kWholePackets);
    Result<void> installed = Error{Errc::unsupported, "join packet filters"};
    if (whole) {
        auto joined = snap_filter({program->bf_insns, program->bf_len}, {whole->bf_insns, whole->bf_len}, kShortSnap);
        if (!joined.empty()) {
            installed = install({static_cast<unsigned>(joined.size()), joined.data()});
        }
        npcap_->freecode(&*whole);
    }
    if (!installed) {  // more is copied than would be needed, no less
        installed = install(*program);
    }
    npcap_->freecode(&*program);
    return installed;
}

Result<std::optional<NpcapCapture::Packet>> NpcapCapture::next() {
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int status = npcap_->next_ex(capture_.get(), &header, &bytes);
    if (status < 0) {
        return npcap_->error(Errc::io, "capture packets by Npcap", status, npcap_->geterr(capture_.get()));
    }
    if (status != 1 || header == nullptr || bytes == nullptr) {
        return std::optional<Packet>();
    }
    return std::optional(
        Packet{.time_ns_utc = std::int64_t{header->ts.tv_sec} * 1'000'000'000 + std::int64_t{header->ts.tv_usec} * 1000,
               .captured = std::as_bytes(std::span(bytes, header->caplen)),
               .original_length = header->len});
}

std::optional<CaptureCounts> NpcapCapture::counts() const {
    pcap_stat statistics{};
    if (npcap_->stats(capture_.get(), &statistics) != 0) {
        return std::nullopt;
    }
    return CaptureCounts{
        .matched = statistics.ps_recv, .dropped = statistics.ps_drop, .dropped_by_interface = statistics.ps_ifdrop};
}

}  // namespace kwd::collectors
