// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include "base/archive_reading.h"
#include "base/utf8.h"
#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    constexpr kwd::ArchiveLimits kLimits{.max_entries = 50,
                                         .max_entry_bytes = 20'000,
                                         .max_total_bytes = 1U << 20,
                                         .max_ratio = 50,
                                         .ratio_free_bytes = 100'000};

    std::set<std::string> paths;
    const kwd::EntryVisitor visit = [&](kwd::ArchiveEntry&& entry) {
        check(paths.insert(entry.path).second);
        check(kwd::is_utf8(entry.path) && !entry.path.empty());
        check(!entry.path.starts_with('/') && ("/" + entry.path + "/").find("/../") == std::string::npos);
        check(entry.bytes.size() <= kLimits.max_entry_bytes);
        check(entry.bytes.size() + entry.cut_bytes <= entry.size && entry.cut_at <= entry.bytes.size());
    };
    kwd::Reading reading(kLimits, visit, kLimits.max_depth);
    const auto read = kwd::read_archive_into(reading, bytes, "", "input");
    const auto summary = std::move(reading).summary();
    check(summary.entries == paths.size());
    check(read || paths.empty());
    check(!read || *read || !summary.notes.empty());
    // A limit may be passed by one block of libarchive's
    check(summary.total_bytes <= kLimits.max_total_bytes + (64U << 20));
    return 0;
}
