// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/event_log_file.h"

#include "collectors/import/binary_xml.h"

#include <algorithm>
#include <cstdint>

namespace kwd::collectors {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kFileHeader = 4096;
constexpr std::size_t kChunk = 65536;
constexpr std::size_t kChunkHeader = 512;
constexpr std::size_t kRecordHeader = 24;
constexpr std::size_t kMostOfOne = 1U << 20U;
// A token of an event that Windows wrote is some ten bytes of it; templates are followed once for each event.
constexpr std::size_t kTokensPerChunk = 2'000'000;

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = size; i-- > 0;) {
        number = (number << 8U) | static_cast<unsigned char>(bytes[at + i]);
    }
    return number;
}

// Behind the last one may stand older ones: their numbers do not go on.
void read_chunk(std::string_view chunk, std::size_t max_bytes, EventLogText& text) {
    std::size_t tokens = kTokensPerChunk;
    BinaryXml binary(chunk, tokens);
    std::uint64_t last = 0;
    for (std::size_t at = kChunkHeader; at + kRecordHeader + 4 <= chunk.size();) {
        const std::size_t size = number_at(chunk, at + 4, 4);
        const std::uint64_t id = number_at(chunk, at + 8, 8);
        const bool is_record =
            chunk.substr(at, 4) == "**\0\0"sv && size >= kRecordHeader + 4 && size <= chunk.size() - at;
        if (!is_record || (last != 0 && id != last + 1)) {
            break;
        }
        last = id;
        const std::size_t before = text.xml.size();
        const std::size_t most = std::min(kMostOfOne, max_bytes - std::min(before, max_bytes));
        if (binary.render(at + kRecordHeader, at + size - 4, most, text.xml) && text.xml.size() > before) {
            text.xml += '\n';
            ++text.events;
        } else if (text.xml.resize(before); most < kMostOfOne) {
            text.is_cut = true;  // there may be no room for it
            return;
        } else {
            ++text.unread;
        }
        at += size;
    }
}

}  // namespace

bool is_event_log(std::string_view bytes) noexcept {
    return bytes.substr(0, 8) == "ElfFile\0"sv;
}

EventLogText event_log_as_xml(std::string_view bytes, std::size_t max_bytes) {
    EventLogText text;
    // Even an empty log has room for one chunk.
    text.breaks_off = bytes.size() < kFileHeader + kChunk || (bytes.size() - kFileHeader) % kChunk != 0;
    for (std::size_t at = kFileHeader; at + kChunkHeader <= bytes.size() && !text.is_cut; at += kChunk) {
        const std::string_view chunk = bytes.substr(at, kChunk);
        if (chunk.substr(0, 8) == "ElfChnk\0"sv) {
            read_chunk(chunk, max_bytes, text);
        } else if (chunk.find_first_not_of('\0') != std::string_view::npos) {
            text.breaks_off = true;  // zeros are room for more
        }
    }
    return text;
}

}  // namespace kwd::collectors
