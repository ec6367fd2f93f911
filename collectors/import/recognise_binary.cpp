// SPDX-License-Identifier: Apache-2.0
// Files that begin with a magic number, and bytes that no text has.
#include "collectors/import/event_log_file.h"
#include "collectors/import/recognisers.h"

#include <algorithm>
#include <initializer_list>

namespace kwd::collectors {
namespace {

using namespace std::string_view_literals;

bool begins_with_any(std::string_view bytes, std::initializer_list<std::string_view> magics) {
    return std::any_of(magics.begin(), magics.end(),
                       [&](auto magic) { return bytes.substr(0, magic.size()) == magic; });
}

}  // namespace

// pcapng block type (draft-ietf-opsawg-pcapng), pcap in both byte orders with micro- and nanoseconds
bool is_capture(const Sample& sample) {
    return begins_with_any(sample.bytes(), {"\x0a\x0d\x0d\x0a"sv, "\xd4\xc3\xb2\xa1"sv, "\xa1\xb2\xc3\xd4"sv,
                                            "\x4d\x3c\xb2\xa1"sv, "\xa1\xb2\x3c\x4d"sv});
}

bool is_event_log_file(const Sample& sample) {
    return is_event_log(sample.bytes());
}

// ETL has no magic number
bool is_trace_log(const Sample& sample) {
    return sample.binary() && (sample.name_ends(".etl") || sample.name_ends(".cab.etl"));
}

bool is_archive(const Sample& sample) {
    return begins_with_any(sample.bytes(), {"PK\x03\x04"sv, "PK\x05\x06"sv, "\x1f\x8b"sv, "7z\xbc\xaf\x27\x1c"sv,
                                            "\xfd\x37zXZ\0"sv, "\x28\xb5\x2f\xfd"sv, "BZh"sv, "MSCF"sv, "Rar!"sv}) &&
           sample.binary();
}

bool is_executable(const Sample& sample) {
    return sample.binary() && begins_with_any(sample.bytes(), {"MZ"sv,
                                                               "\x7f"
                                                               "ELF"sv});
}

bool is_registry_hive(const Sample& sample) {
    return sample.binary() && begins_with_any(sample.bytes(), {"regf"sv});
}

bool is_memory_dump(const Sample& sample) {
    return sample.binary() && begins_with_any(sample.bytes(), {"MDMP"sv, "PAGEDU64"sv, "PAGEDUMP"sv});
}

bool is_sqlite(const Sample& sample) {
    return begins_with_any(sample.bytes(), {"SQLite format 3\0"sv});
}

bool is_picture(const Sample& sample) {
    return sample.binary() && begins_with_any(sample.bytes(), {"\x89PNG"sv, "\xff\xd8\xff"sv, "GIF8"sv});
}

bool is_binary(const Sample& sample) {
    return sample.binary();
}

}  // namespace kwd::collectors
