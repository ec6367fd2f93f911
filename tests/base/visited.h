// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/archive.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::test {

/// What a visitor got, to be looked at afterwards.
struct Visited {
    std::vector<ArchiveEntry> entries;

    EntryVisitor visitor() {
        return [this](ArchiveEntry&& entry) { entries.push_back(std::move(entry)); };
    }

    /// `path=content` of each, in the order of the visit.
    [[nodiscard]] std::vector<std::string> listing() const {
        std::vector<std::string> lines;
        for (const ArchiveEntry& entry : entries) {
            lines.push_back(entry.path + "=" + entry.bytes);
        }
        return lines;
    }
};

/// `path: text` of each note.
inline std::vector<std::string> notes_of(const ArchiveSummary& summary) {
    std::vector<std::string> lines;
    for (const ArchiveNote& note : summary.notes) {
        lines.push_back(note.path + ": " + note.text);
    }
    return lines;
}

inline bool has_note(const ArchiveSummary& summary, std::string_view path, std::string_view part) {
    return std::any_of(summary.notes.begin(), summary.notes.end(), [&](const ArchiveNote& note) {
        return note.path == path && note.text.find(part) != std::string::npos;
    });
}

}  // namespace kwd::test
