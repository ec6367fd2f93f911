// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <fmt/format.h>

namespace kwd {

const char* name_of(Errc code) noexcept {
    switch (code) {
        case Errc::not_found: return "not_found";
        case Errc::access_denied: return "access_denied";
        case Errc::unsupported: return "unsupported";
        case Errc::timed_out: return "timed_out";
        case Errc::malformed: return "malformed";
        case Errc::too_large: return "too_large";
        case Errc::invalid_input: return "invalid_input";
        case Errc::left_out: return "left_out";
        case Errc::io: return "io";
    }
    return "io";
}

const char* name_of(Domain domain) noexcept {
    switch (domain) {
        case Domain::posix: return "errno";
        case Domain::win32: return "Win32";
        case Domain::hresult: return "HRESULT";
        case Domain::sqlite: return "SQLite";
        case Domain::pcap: return "pcap";
        case Domain::archive: return "archive";
    }
    return "errno";
}

std::string Error::text() const {
    if (!native) {
        return fmt::format("{} ({})", doing, name_of(code));
    }
    if (native->domain == Domain::hresult) {
        return fmt::format("{} ({}, HRESULT 0x{:08x})", doing, name_of(code),
                           static_cast<std::uint32_t>(native->value));
    }
    return fmt::format("{} ({}, {} {})", doing, name_of(code), name_of(native->domain), native->value);
}

}  // namespace kwd
