// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"
#include "base/xml.h"
#include "collectors/import/binary_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>

namespace kwd::collectors {
namespace {

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = std::min<std::size_t>(bytes.size(), 8); i-- > 0;) {
        number = (number << 8U) | static_cast<unsigned char>(bytes[i]);
    }
    return number;
}

std::int64_t signed_little_endian(std::string_view bytes) {
    const auto bits = static_cast<unsigned>(std::min<std::size_t>(bytes.size(), 8) * 8);
    const auto number = little_endian(bytes);
    if (bits == 0 || bits == 64) {
        return static_cast<std::int64_t>(number);
    }
    const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
    return static_cast<std::int64_t>((number ^ sign)) - static_cast<std::int64_t>(sign);
}

// What XML may not hold becomes U+FFFD: evidence is kept.
void append_escaped(std::string_view text, std::string& out) {
    std::string allowed;
    for (const char c : text) {
        const bool is_blank = c == '\n' || c == '\t' || c == '\r';
        allowed += static_cast<unsigned char>(c) < 0x20 && !is_blank ? std::string("\uFFFD") : std::string(1, c);
    }
    out += escape_xml(allowed);
}

void append_utf16_text(std::string_view bytes, std::string& out) {
    while (bytes.size() >= 2 && bytes[bytes.size() - 1] == '\0' && bytes[bytes.size() - 2] == '\0') {
        bytes.remove_suffix(2);
    }
    std::string text;
    append_utf16(text, bytes, ByteOrder::little);
    append_escaped(text, out);
}

void append_time(std::int64_t seconds, std::uint64_t fraction, std::string& out) {
    using namespace std::chrono;
    const sys_seconds time{std::chrono::seconds(seconds)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    out += fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(), fraction);
}

// 100 ns since 1601; years beyond 9999 have no place in ISO 8601.
void append_filetime(std::uint64_t ticks, std::string& out) {
    constexpr std::uint64_t kTicks = 10'000'000;
    constexpr std::int64_t kSecondsTo1970 = 11'644'473'600;
    constexpr std::int64_t kLast = 253'402'300'799;
    const auto seconds = static_cast<std::int64_t>(ticks / kTicks) - kSecondsTo1970;
    if (seconds <= kLast) {
        append_time(seconds, ticks % kTicks, out);
    }
}

void append_systemtime(std::string_view bytes, std::string& out) {
    if (bytes.size() >= 16) {
        const auto part = [&](std::size_t i) { return little_endian(bytes.substr(i * 2, 2)); };
        out += fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", part(0), part(1), part(3), part(4), part(5),
                           part(6), part(7));
    }
}

void append_sid(std::string_view bytes, std::string& out) {
    if (bytes.size() < 8 || bytes.size() < 8 + static_cast<unsigned char>(bytes[1]) * std::size_t{4}) {
        return;
    }
    std::uint64_t authority = 0;
    for (std::size_t i = 2; i < 8; ++i) {
        authority = (authority << 8U) | static_cast<unsigned char>(bytes[i]);
    }
    out += fmt::format("S-{}-{}", static_cast<unsigned>(static_cast<unsigned char>(bytes[0])), authority);
    for (std::size_t i = 0; i < static_cast<unsigned char>(bytes[1]); ++i) {
        out += fmt::format("-{}", little_endian(bytes.substr(8 + i * 4, 4)));
    }
}

void append_hexadecimal(std::string_view bytes, std::string& out) {
    for (const char c : bytes) {
        out += fmt::format("{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
}

void append_guid(std::string_view bytes, std::string& out) {
    if (bytes.size() >= 16) {
        out += fmt::format("{{{:08X}-{:04X}-{:04X}-", little_endian(bytes.substr(0, 4)),
                           little_endian(bytes.substr(4, 2)), little_endian(bytes.substr(6, 2)));
        append_hexadecimal(bytes.substr(8, 2), out);
        out += '-';
        append_hexadecimal(bytes.substr(10, 6), out);
        out += '}';
    }
}

}  // namespace

void append_event_value(std::uint8_t type, std::string_view bytes, std::string& out) {
    switch (type) {
        case 0x01: append_utf16_text(bytes, out); break;
        case 0x02: append_escaped(repair_utf8(bytes.substr(0, bytes.find('\0'))), out); break;
        case 0x03:
        case 0x05:
        case 0x07:
        case 0x09: out += std::to_string(signed_little_endian(bytes)); break;
        case 0x04:
        case 0x06:
        case 0x08:
        case 0x0a: out += std::to_string(little_endian(bytes)); break;
        case 0x0b:
            if (bytes.size() >= 4) {
                out += fmt::format("{}",
                                   std::bit_cast<float>(static_cast<std::uint32_t>(little_endian(bytes.substr(0, 4)))));
            }
            break;
        case 0x0c:
            if (bytes.size() >= 8) {
                out += fmt::format("{}", std::bit_cast<double>(little_endian(bytes)));
            }
            break;
        case 0x0d: out += little_endian(bytes) != 0 ? "true" : "false"; break;
        case 0x0e: append_hexadecimal(bytes, out); break;
        case 0x0f: append_guid(bytes, out); break;
        case 0x10:
        case 0x14:
        case 0x15: out += fmt::format("0x{:x}", little_endian(bytes)); break;
        case 0x11: append_filetime(little_endian(bytes), out); break;
        case 0x12: append_systemtime(bytes, out); break;
        case 0x13: append_sid(bytes, out); break;
        default: break;
    }
}

}  // namespace kwd::collectors
