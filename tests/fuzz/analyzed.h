// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "tests/fuzz/check.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kwd::analyzers {

/// One way to read the bytes: an analyzer, and where the document lay.
struct Reading {
    AnalyzeFunction analyze;
    std::string_view path;
};

/// The first byte chooses how the others are read. What must hold: nothing is thrown, and each note says what and
/// where.
inline Analysis analyze_as_chosen(std::span<const Reading> readings, const std::uint8_t* data, std::size_t size) {
    Analysis out;
    if (size == 0) {
        return out;
    }
    const Reading& reading = readings[data[0] % readings.size()];
    snapshot::Document document;
    document.info.id = 1;
    document.info.name = reading.path;
    document.info.original_path = std::string(reading.path);
    document.info.collected_at_utc = "2024-02-01T12:00:00Z";
    document.content.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
    reading.analyze(document, out);
    for (const Analysis::Note& note : out.notes()) {
        check(!note.problem.empty() && !note.text.empty());
    }
    return out;
}

}  // namespace kwd::analyzers
