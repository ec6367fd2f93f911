// SPDX-License-Identifier: Apache-2.0
#include "analyzers/event_text.h"

#include "analyzers/event_row.h"
#include "analyzers/powershell_list.h"
#include "base/iso_time.h"
#include "snapshot/place.h"
#include "snapshot/tables/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace kwd::analyzers {
namespace {

using snapshot::EventsRow;
using snapshot::line_place;
using snapshot::Text;

// `Event[12]:`; without the colon since Windows 11.
bool begins_event(std::string_view line) {
    constexpr std::string_view kBegin = "Event[";
    const std::size_t end = line.find(']');
    return line.starts_with(kBegin) && end != std::string_view::npos &&
           (end + 1 == line.size() || line[end + 1] == ':') &&
           parse_integer(line.substr(kBegin.size(), end - kBegin.size())).has_value();
}

// `  Log Name: System`; empty where the line is no setting.
std::string_view value_in(std::string_view line) {
    const std::size_t colon = line.find(':');
    return line.starts_with(' ') && colon != std::string_view::npos ? trim(line.substr(colon + 1)) : std::string_view{};
}

// Log name, source, date, id, task, level, opcode, keyword, user, its name, computer, description.
constexpr std::size_t kDescription = 11;

std::size_t read_wevtutil(const TextLines& lines, std::size_t at, Analysis& out) {
    const std::size_t begin = at++;
    std::array<std::string_view, kDescription> values;
    std::size_t count = 0;
    for (; at < lines.size() && count < kDescription && lines[at].starts_with("  "); ++at) {
        values[count++] = value_in(lines[at]);
    }
    std::string message;
    if (count == kDescription && lines[at].starts_with("  ")) {
        message = value_in(lines[at++]);
        for (; at < lines.size() && !begins_event(lines[at]) && echoed_command(lines[at]).empty(); ++at) {
            message += (message.empty() ? "" : "\n") + std::string(lines[at]);
        }
    } else {
        out.note(line_place(begin + 1, at), "truncated", "the event breaks off");
    }
    Text time = printed_event_time(text_or_null(values[2]));
    if (time && !values[2].ends_with('Z')) {
        time->erase(time->find_last_not_of('Z') + 1);  // the node's own clock
    }
    if (parse_integer(values[3])) {
        add_event({.channel = text_or_null(values[0]),
                   .provider = text_or_null(values[1]),
                   .event_id = parse_integer(values[3]),
                   .level = event_level(text_or_null(values[5]), std::nullopt),
                   .time_utc = std::move(time),
                   .message = text_or_null(message)},
                  line_place(begin + 1, at), out);
    }
    return at;
}

// `1/31/2024 10:11:12 AM`: the local time of a node that speaks American English; without its zone there is no UTC.
Text american_time(std::string_view text) {
    const auto words = split_words(text, " /:");
    if (words.size() != 7 || (words[6] != "AM" && words[6] != "PM")) {
        return std::nullopt;
    }
    std::array<std::int64_t, 6> n{};
    for (std::size_t i = 0; i < n.size(); ++i) {
        n[i] = parse_integer(words[i]).value_or(-1);
    }
    if (n[0] < 1 || n[0] > 12 || n[1] < 1 || n[1] > 31 || n[2] < 1970 || n[2] > 2200 || n[3] < 1 || n[3] > 12 ||
        n[4] < 0 || n[4] > 59 || n[5] < 0 || n[5] > 59) {
        return std::nullopt;
    }
    const std::int64_t hour = n[3] % 12 + (words[6] == "PM" ? 12 : 0);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", n[2], n[0], n[1], hour, n[4], n[5]);
}

bool is_event(const PowerShellObject& object) {
    return object.has("Message") && (object.has("TimeCreated") || object.has("InstanceId"));
}

void add_printed(const PowerShellObject& object, const Text& channel, const Text& provider, Analysis& out) {
    const Text own_channel = object.text({"LogName"});
    const Text own_provider = object.text({"ProviderName", "Source"});
    EventsRow row{.channel = own_channel ? own_channel : channel,
                  .provider = own_provider ? own_provider : provider,
                  .event_id = object.integer({"Id", "EventID", "InstanceId"}),
                  .level = event_level(object.text({"LevelDisplayName", "EntryType"}), object.integer({"Level"})),
                  .time_utc = printed_event_time(object.text({"TimeCreated", "TimeGenerated"})),
                  .message = object.text({"Message"})};
    if (row.message && row.message->ends_with("...")) {
        out.note(object.place, "truncated", "the message was cut off when it was printed");
    }
    add_event(std::move(row), object.place, out);
}

}  // namespace

// `/Date(1706695872345)/` of Windows PowerShell, or ISO 8601.
Text printed_event_time(const Text& text) {
    if (!text) {
        return std::nullopt;
    }
    if (const std::size_t date = text->find("/Date("); date != std::string::npos) {
        const std::size_t end = text->find_first_not_of("0123456789", date + 6);
        const auto milliseconds = parse_integer(std::string_view(*text).substr(date + 6, end - date - 6));
        return milliseconds ? event_time(*milliseconds) : std::nullopt;
    }
    if (const auto time = parse_iso_time(*text)) {
        return event_time(time->seconds * 1000);
    }
    return american_time(*text);
}

bool read_event_text(const TextLines& lines, const Text& channel, Analysis& out) {
    Text provider;
    bool any = false;
    for (std::size_t at = 0; at < lines.size();) {
        constexpr std::string_view kProvider = "ProviderName:";
        if (const std::string_view line = trim(lines[at]); line.starts_with(kProvider)) {
            provider = text_or_null(line.substr(kProvider.size()));
        }
        if (begins_event(lines[at])) {
            any = true;
            at = read_wevtutil(lines, at, out);
            continue;
        }
        auto read = read_powershell_table(lines, at);
        if (!read) {
            read = read_powershell_list(lines, at);
        }
        for (const PowerShellObject& each : read ? read->objects : std::vector<PowerShellObject>{}) {
            if (is_event(each)) {
                any = true;
                add_printed(each, channel, provider, out);
            }
        }
        at = read ? std::max(read->end, at + 1) : at + 1;
    }
    if (any) {
        out.covers_partly(snapshot::kEvents.name, "events as text may be a choice of them, and their messages cut off");
    }
    return any;
}

}  // namespace kwd::analyzers
