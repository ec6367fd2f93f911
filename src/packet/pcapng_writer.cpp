// SPDX-License-Identifier: Apache-2.0
#include "packet/pcapng_writer.h"

#include "packet/pcapng_format.h"

#include <cassert>
#include <utility>

namespace kwd::packet {

static constexpr std::uint8_t kNanoseconds = 9;

template <class Number>
static void put(std::string& out, Number number) {
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        out += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xff);
    }
}

static void pad(std::string& out) {
    out.append((4 - out.size() % 4) % 4, '\0');
}

static void put_option(std::string& out, std::uint16_t code, std::string_view value) {
    value = value.substr(0, 0xffff);
    put<std::uint16_t>(out, code);
    put<std::uint16_t>(out, static_cast<std::uint16_t>(value.size()));
    out += value;
    pad(out);
}

static void put_block(std::string& out, std::uint32_t type, const std::string& body) {
    const auto length = static_cast<std::uint32_t>(body.size()) + pcapng::kBlockOverhead;
    put<std::uint32_t>(out, type);
    put<std::uint32_t>(out, length);
    out += body;
    put<std::uint32_t>(out, length);
}

static std::string section_header(std::string_view application) {
    std::string body;
    put<std::uint32_t>(body, pcapng::kByteOrderMagic);
    put<std::uint16_t>(body, 1);
    put<std::uint16_t>(body, 0);
    put<std::uint64_t>(body, ~std::uint64_t{0});  // the section's length, which is not known yet
    put_option(body, pcapng::kUserApplication, application);
    put_option(body, pcapng::kEndOfOptions, {});
    return body;
}

static std::string interface_description(const CaptureInterface& interface) {
    std::string body;
    put<std::uint16_t>(body, static_cast<std::uint16_t>(interface.link_type));
    put<std::uint16_t>(body, 0);
    put<std::uint32_t>(body, interface.snap_length);
    if (!interface.name.empty()) {
        put_option(body, pcapng::kInterfaceName, interface.name);
    }
    if (!interface.description.empty()) {
        put_option(body, pcapng::kInterfaceDescriptionText, interface.description);
    }
    put_option(body, pcapng::kTimeResolution, {reinterpret_cast<const char*>(&kNanoseconds), 1});
    put_option(body, pcapng::kEndOfOptions, {});
    return body;
}

PcapngWriter::PcapngWriter(std::string_view application, std::span<const CaptureInterface> interfaces)
    : interfaces_(interfaces.size()) {
    put_block(opening_, pcapng::kSectionHeader, section_header(application));
    for (const auto& interface : interfaces) {
        put_block(opening_, pcapng::kInterfaceDescription, interface_description(interface));
    }
    section_ = opening_;
}

void PcapngWriter::add(std::uint32_t interface_id, std::int64_t time_ns_utc, std::span<const std::byte> captured,
                       std::uint32_t original_length) {
    assert(interface_id < interfaces_ && time_ns_utc >= 0 && captured.size() < 0x80000000U);
    const auto time = static_cast<std::uint64_t>(time_ns_utc);
    const auto captured_length = static_cast<std::uint32_t>(captured.size());
    const auto length = (captured_length + 3U) / 4 * 4 + 20 + pcapng::kBlockOverhead;
    put<std::uint32_t>(section_, pcapng::kEnhancedPacket);
    put<std::uint32_t>(section_, length);
    put<std::uint32_t>(section_, interface_id);
    put<std::uint32_t>(section_, static_cast<std::uint32_t>(time >> 32));
    put<std::uint32_t>(section_, static_cast<std::uint32_t>(time));
    put<std::uint32_t>(section_, captured_length);
    put<std::uint32_t>(section_, original_length);
    section_.append(reinterpret_cast<const char*>(captured.data()), captured.size());
    pad(section_);
    put<std::uint32_t>(section_, length);
}

std::string PcapngWriter::take() {
    return std::exchange(section_, opening_);
}

}  // namespace kwd::packet
