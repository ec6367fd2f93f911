// SPDX-License-Identifier: Apache-2.0
#include "analyzers/journal.h"

#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/log_component.h"
#include "analyzers/log_entries.h"
#include "analyzers/values.h"
#include "analyzers/words.h"
#include "base/json.h"
#include "base/text.h"
#include "snapshot/place.h"
#include "snapshot/tables/logs.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

// A field's value as text: a string, a list of bytes, or the first of several.
snapshot::Text field_of(const json& entry, std::string_view name) {
    const auto found = entry.find(name);
    if (found == entry.end()) {
        return std::nullopt;
    }
    const json* value = &*found;
    if (value->is_array() && !value->empty() && !value->front().is_number()) {
        value = &value->front();
    }
    if (!value->is_array()) {
        return text_of(value);
    }
    std::string bytes;
    for (const json& each : *value) {
        const auto byte = integer_of(&each);
        if (!byte || *byte < 0 || *byte > 255) {
            return std::nullopt;
        }
        bytes += static_cast<char>(*byte);
    }
    return decode_text(bytes).utf8;
}

// syslog's priorities (RFC 5424).
std::string_view severity_of_priority(const snapshot::Text& priority) {
    static constexpr auto severities =
        std::to_array<std::string_view>({"fatal", "fatal", "fatal", "error", "warning", "info", "info", "debug"});
    const auto number = priority ? parse_integer(*priority) : std::nullopt;
    return number && *number >= 0 && *number < static_cast<std::int64_t>(severities.size())
               ? severities[static_cast<std::size_t>(*number)]
               : std::string_view();
}

std::string component_of(const json& entry) {
    if (field_of(entry, "_TRANSPORT") == "kernel") {
        return "kernel";
    }
    for (const std::string_view name : {"SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "UNIT", "_COMM"}) {
        const auto value = field_of(entry, name);
        if (!value || value->empty()) {
            continue;
        }
        const auto known = component_of_container(*value);
        std::string_view other = *value;
        if (other.ends_with(".service")) {
            other.remove_suffix(8);
        }
        return std::string(known.empty() ? other : known);
    }
    return {};
}

LogEntry entry_of(const json& object) {
    const std::string message = field_of(object, "MESSAGE").value_or("");
    auto inner = read_log_line(std::string_view(message).substr(0, message.find('\n')));
    LogEntry entry;
    if (inner) {
        entry = std::move(*inner);
        if (const std::size_t more = message.find('\n'); more != std::string::npos) {
            entry.message += message.substr(more);
        }
    } else {
        entry.message = message;
    }
    for (const std::string_view name : {"_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"}) {
        const auto text = field_of(object, name);
        const auto number = text ? parse_integer(*text) : std::nullopt;
        if (const auto time = number ? time_of_epoch(*number) : std::nullopt) {
            entry.time = time;
            break;
        }
    }
    if (entry.severity.empty()) {
        entry.severity = severity_of_priority(field_of(object, "PRIORITY"));
    }
    if (const auto process = field_of(object, "_PID")) {
        entry.process_id = parse_integer(*process);
    }
    return entry;
}

}  // namespace

void analyze_journal(const snapshot::Document& document, Analysis& out) {
    const std::string text = text_of_document(document, out);
    LogEntries entries({}, out);
    Lines lines(text);
    std::size_t broken = 0;
    std::size_t first_broken = 0;
    std::size_t last = 0;
    while (const auto line = lines.next()) {
        if (entries.full()) {
            break;
        }
        last = line->number;
        if (trim(line->text).empty()) {
            continue;
        }
        const auto object = parse_json(line->text);
        if (!object || !object->is_object()) {
            first_broken = broken++ == 0 ? line->number : first_broken;
            continue;
        }
        entries.add(entry_of(*object), component_of(*object), line->number);
    }
    entries.finish();
    if (broken > 0) {
        const bool cut = broken == 1 && first_broken == last && !text.ends_with('\n');
        out.note(snapshot::line_place(first_broken), cut ? "truncated" : "malformed",
                 cut ? "the last entry is cut off"
                     : std::to_string(broken) + " lines are no journal entries; this is the first");
    }
}

}  // namespace kwd::analyzers
