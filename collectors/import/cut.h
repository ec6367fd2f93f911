// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/archive.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// The part of a file that is kept.
struct CutContent {
    std::string content;
    std::string note;  ///< which part it is; empty when it is the whole file
};

/// Keeps at most `max_bytes` of a file of this kind, and of one that already lacks its middle only one side: of logs
/// the end, from the beginning of a line, since the newest matters; of everything else the beginning.
[[nodiscard]] CutContent cut_to_size(ArchiveEntry&& entry, std::string_view kind, std::size_t max_bytes);

}  // namespace kwd::collectors
