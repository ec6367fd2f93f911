// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/event_log_file.h"

#include "collectors/import/binary_xml.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace kwd::collectors {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kFileHeader = 4096;
constexpr std::size_t kChunk = 65536;
constexpr std::size_t kChunkHeader = 512;
constexpr std::size_t kRecordHeader = 24;
constexpr std::size_t kMostOfOne = 1U << 20U;
// A chunk of some hundred small events, which Windows wrote, costs about 100'000 tokens.
// Text that Windows wrote costs one for some five bytes of it.
constexpr std::size_t kTokensToBegin = 2'000'000;
constexpr std::size_t kTokensPerByte = 8;

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = size; i-- > 0;) {
        number = (number << 8U) | static_cast<unsigned char>(bytes[at + i]);
    }
    return number;
}

struct Record {
    std::size_t begin = 0;
    std::size_t size = 0;  ///< 0: none
};

Record record_at(std::string_view chunk, std::size_t at) {
    if (chunk.size() < at + kRecordHeader + 4 || chunk.substr(at, 4) != "**\0\0"sv) {
        return {};
    }
    const std::size_t size = number_at(chunk, at + 4, 4);
    return size < kRecordHeader + 4 || size > chunk.size() - at ? Record{} : Record{at, size};
}

// The size stands at the record's end once more.
bool ends_where_it_says(std::string_view chunk, const Record& record) {
    return record.size != 0 && number_at(chunk, record.begin + record.size - 4, 4) == record.size;
}

// Either of the two sizes may be the wrong one: what follows tells.
bool is_whole(std::string_view chunk, const Record& record, std::size_t end) {
    const std::size_t behind = record.begin + record.size;
    return ends_where_it_says(chunk, record) ||
           (record.size != 0 && (behind == end || record_at(chunk, behind).size != 0));
}

Record next_record(std::string_view chunk, std::size_t from, std::size_t end) {
    for (std::size_t at = chunk.find("**\0\0"sv, from); at < end; at = chunk.find("**\0\0"sv, at + 1)) {
        if (const Record record = record_at(chunk, at); ends_where_it_says(chunk, record)) {
            return record;
        }
    }
    return {};
}

// Up to where the chunk's header says that its free space begins, whatever stands there was a record. Behind it may
// stand some that the header of a log in use does not know of yet, and older ones: their numbers do not go on.
std::vector<Record> records_of(std::string_view chunk, bool& breaks_off) {
    const std::size_t free_space = number_at(chunk, 48, 4);
    const bool is_known = free_space >= kChunkHeader && free_space <= kChunk;
    const std::size_t end = is_known ? std::min(free_space, chunk.size()) : kChunkHeader;
    breaks_off = breaks_off || !is_known;
    std::vector<Record> records;
    std::uint64_t last = 0;
    for (std::size_t at = kChunkHeader; at < chunk.size();) {
        Record record = record_at(chunk, at);
        if (at < end && !is_whole(chunk, record, end)) {
            breaks_off = true;
            record = next_record(chunk, at + 1, end);
        }
        const std::uint64_t id = record.size == 0 ? 0 : number_at(chunk, record.begin + 8, 8);
        if (record.size == 0 || (at >= end && last != 0 && id != last + 1)) {
            break;
        }
        records.push_back(record);
        last = id;
        at = record.begin + record.size;
    }
    return records;
}

struct Chunk {
    std::string_view bytes;
    std::uint64_t first_number = 0;
};

// In the order in which they were written: a full log begins again at the front of its file.
std::vector<Chunk> chunks_of(std::string_view bytes, bool& breaks_off) {
    std::vector<Chunk> chunks;
    for (std::size_t at = kFileHeader; at + kChunkHeader <= bytes.size(); at += kChunk) {
        const std::string_view chunk = bytes.substr(at, kChunk);
        if (chunk.substr(0, 8) == "ElfChnk\0"sv) {
            // The first record's own number is as new as the records are, the header's may be of an earlier round.
            const bool has_first = record_at(chunk, kChunkHeader).size != 0;
            chunks.push_back({chunk, number_at(chunk, has_first ? kChunkHeader + 8 : 24, 8)});
        } else if (chunk.find_first_not_of('\0') != std::string_view::npos) {
            breaks_off = true;  // zeros are room for more
        }
    }
    std::stable_sort(chunks.begin(), chunks.end(),
                     [](const Chunk& a, const Chunk& b) { return a.first_number < b.first_number; });
    return chunks;
}

}  // namespace

bool is_event_log(std::string_view bytes) noexcept {
    return bytes.substr(0, 8) == "ElfFile\0"sv;
}

EventLogText event_log_as_xml(std::string_view bytes, std::size_t max_bytes) {
    EventLogText text;
    // Even an empty log has room for one chunk.
    text.breaks_off = bytes.size() < kFileHeader + kChunk || (bytes.size() - kFileHeader) % kChunk != 0;
    std::size_t tokens = kTokensToBegin + std::min(kTokensPerByte * bytes.size(), max_bytes);
    const std::vector<Chunk> chunks = chunks_of(bytes, text.breaks_off);
    std::vector<std::string> events;  // the newest first
    std::size_t taken = 0;
    for (auto chunk = chunks.rbegin(); chunk != chunks.rend() && !text.is_cut; ++chunk) {
        const std::vector<Record> records = records_of(chunk->bytes, text.breaks_off);
        BinaryXml binary(chunk->bytes, tokens);
        for (auto record = records.rbegin(); record != records.rend() && !text.is_cut; ++record) {
            std::string event;
            const std::size_t begin = record->begin + kRecordHeader;
            if (!binary.render(begin, record->begin + record->size - 4, kMostOfOne, event) || event.empty()) {
                ++text.unread;
                text.is_cut = tokens == 0;  // so much work for so small a file, and none left for older ones
            } else if (event.size() + 1 > max_bytes - taken) {
                text.is_cut = true;
            } else {
                event += '\n';
                taken += event.size();
                event.shrink_to_fit();
                events.push_back(std::move(event));
            }
        }
    }
    text.events = events.size();
    text.xml.reserve(taken);
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        text.xml += *event;
        std::string().swap(*event);
    }
    return text;
}

}  // namespace kwd::collectors
