// SPDX-License-Identifier: Apache-2.0
#include "packet/pcapng_writer.h"

#include "packet/pcapng_format.h"

#include <array>
#include <cassert>
#include <optional>
#include <utility>

namespace kwd::packet {

static constexpr std::uint8_t kNanoseconds = 9;

// Least significant byte first. Compilers make one store of it.
template <class Number>
static void write(char* to, Number number) noexcept {
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        to[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xff);
    }
}

template <class Number>
static void put(std::string& out, Number number) {
    std::array<char, sizeof(Number)> bytes;
    write(bytes.data(), number);
    out.append(bytes.data(), bytes.size());
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
    if (!interface.filter.empty()) {
        put_option(body, pcapng::kFilter, static_cast<char>(pcapng::kFilterText) + interface.filter);
    }
    put_option(body, pcapng::kTimeResolution, {reinterpret_cast<const char*>(&kNanoseconds), 1});
    put_option(body, pcapng::kEndOfOptions, {});
    return body;
}

static void put_count(std::string& out, std::uint16_t code, std::optional<std::uint64_t> number) {
    if (number) {
        std::string value;
        put(value, *number);
        put_option(out, code, value);
    }
}

// Times are split into two halves, of which the higher one comes first.
static std::optional<std::uint64_t> halves(std::optional<std::int64_t> time_ns_utc) {
    const auto time = static_cast<std::uint64_t>(time_ns_utc.value_or(0));
    return time_ns_utc ? std::optional(time << 32 | time >> 32) : std::nullopt;
}

static std::string interface_statistics(std::uint32_t interface_id, const CaptureStatistics& statistics) {
    std::string body;
    put<std::uint32_t>(body, interface_id);
    put<std::uint64_t>(body, halves(statistics.end_ns_utc).value_or(0));
    put_count(body, pcapng::kStartTime, halves(statistics.begin_ns_utc));
    put_count(body, pcapng::kEndTime, halves(statistics.end_ns_utc));
    put_count(body, pcapng::kReceived, statistics.received);
    put_count(body, pcapng::kDroppedByInterface, statistics.dropped_by_interface);
    put_count(body, pcapng::kAccepted, statistics.accepted);
    put_count(body, pcapng::kDroppedBySystem, statistics.dropped_by_system);
    put_option(body, pcapng::kEndOfOptions, {});
    return body;
}

PcapngWriter::PcapngWriter(std::string_view application, std::span<const CaptureInterface> interfaces) {
    put_block(opening_, pcapng::kSectionHeader, section_header(application));
    section_ = opening_;
    for (const auto& interface : interfaces) {
        add_interface(interface);
    }
}

std::uint32_t PcapngWriter::add_interface(const CaptureInterface& source) {
    const std::string description = interface_description(source);
    put_block(opening_, pcapng::kInterfaceDescription, description);
    put_block(section_, pcapng::kInterfaceDescription, description);
    return interfaces_++;
}

void PcapngWriter::add(std::uint32_t interface_id, std::int64_t time_ns_utc, std::span<const std::byte> captured,
                       std::uint32_t original_length) {
    assert(interface_id < interfaces_ && time_ns_utc >= 0 && captured.size() < 0x80000000U);
    const auto time = static_cast<std::uint64_t>(time_ns_utc);
    const auto captured_length = static_cast<std::uint32_t>(captured.size());
    const auto padding = (4U - captured_length % 4) % 4;
    const auto length = captured_length + padding + 20 + pcapng::kBlockOverhead;
    // What stands before and behind the packet is put together first: a packet costs three steps, not one a byte.
    std::array<char, 28> before;
    write(before.data(), pcapng::kEnhancedPacket);
    write(before.data() + 4, length);
    write(before.data() + 8, interface_id);
    write(before.data() + 12, static_cast<std::uint32_t>(time >> 32));
    write(before.data() + 16, static_cast<std::uint32_t>(time));
    write(before.data() + 20, captured_length);
    write(before.data() + 24, original_length);
    std::array<char, 7> behind{};
    write(behind.data() + padding, length);
    section_.append(before.data(), before.size());
    section_.append(reinterpret_cast<const char*>(captured.data()), captured.size());
    section_.append(behind.data(), padding + 4);
}

void PcapngWriter::add_statistics(std::uint32_t interface_id, const CaptureStatistics& statistics) {
    assert(interface_id < interfaces_);
    put_block(section_, pcapng::kInterfaceStatistics, interface_statistics(interface_id, statistics));
}

std::string PcapngWriter::take() {
    std::string section = std::exchange(section_, {});
    section_.reserve(section.size());  // the next one will be as long
    section_ = opening_;
    return section;
}

std::string PcapngWriter::take_part() {
    return std::exchange(section_, {});
}

}  // namespace kwd::packet
