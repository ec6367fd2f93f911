// SPDX-License-Identifier: Apache-2.0
#include "analyzers/event_records.h"

#include "analyzers/csv.h"
#include "analyzers/event_row.h"
#include "analyzers/event_xml.h"
#include "analyzers/json_node.h"
#include "analyzers/text_lines.h"
#include "base/iso_time.h"
#include "base/json.h"
#include "base/text.h"
#include "snapshot/place.h"
#include "snapshot/tables/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::EventsRow;
using snapshot::Integer;
using snapshot::line_place;
using snapshot::Text;

// Which channel a file holds, by its name: longer names before those that they contain.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kChannels = {{
    {"hns-admin", "Microsoft-Windows-Host-Network-Service-Admin"},
    {"hns-operational", "Microsoft-Windows-Host-Network-Service-Operational"},
    {"hyper-v-compute-operational", "Microsoft-Windows-Hyper-V-Compute-Operational"},
    {"hyper-v-compute-admin", "Microsoft-Windows-Hyper-V-Compute-Admin"},
    {"hyperv-compute", "Microsoft-Windows-Hyper-V-Compute-Operational"},
    {"hyperv-vmswitch", "Microsoft-Windows-Hyper-V-VmSwitch-Operational"},
    {"host-network-service-admin", "Microsoft-Windows-Host-Network-Service-Admin"},
    {"services.csv", "System"},
    {"application", "Application"},
    {"security.", "Security"},
    {"system.", "System"},
}};

Text channel_of(std::string_view document_name) {
    const std::string name = lower(document_name);
    const auto found =
        std::ranges::find_if(kChannels, [&](const auto& each) { return name.find(each.first) != std::string::npos; });
    return found != kChannels.end() ? Text(found->second) : std::nullopt;
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

// `/Date(1706695872345)/` of Windows PowerShell, or ISO 8601.
Text time_of(const Text& text) {
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

// What a record without a rendered message carries instead.
Text properties_of(const JsonNode& record) {
    std::string text;
    for (const JsonNode& each : record["Properties"].items()) {
        if (const Text value = each.is_object() ? each["Value"].text() : each.text()) {
            text += (text.empty() ? "" : "; ") + *value;
        }
    }
    return text.empty() ? std::nullopt : Text(text);
}

void add_record(const JsonNode& record, const Text& channel, Analysis& out) {
    const Text own_channel = record.any_of({"LogName", "Channel", "ContainerLog"}).text();
    Text time = record["TimeCreated"].text();
    if (!time) {
        time = record["TimeCreated"].any_of({"DateTime", "value"}).text();
    }
    add_event({.channel = own_channel ? own_channel : channel,
               .provider = record.any_of({"ProviderName", "Source"}).text(),
               .event_id = record.any_of({"Id", "EventID", "InstanceId"}).integer(),
               .level = event_level(record.any_of({"LevelDisplayName", "EntryType"}).text(), record["Level"].integer()),
               .time_utc = time_of(time),
               .message = record["Message"].text(),
               .data = properties_of(record)},
              record.place(), out);
}

void read_json(const TextLines& lines, const Text& channel, Analysis& out) {
    const auto read = parse_json(lines.from(0));
    if (!read) {
        out.note("", "malformed", read.error().text());
        out.covers_partly(snapshot::kEvents.name, read.error().doing);
        return;
    }
    out.covers(snapshot::kEvents.name);
    for (const JsonNode& record : JsonNode(*read, "").items()) {
        if (record.is_object()) {
            add_record(record, channel, out);
        }
    }
}

// The columns of a table of events.
class CsvColumns {
  public:
    explicit CsvColumns(std::vector<std::string> names) : names_(std::move(names)) {}

    [[nodiscard]] bool tell_of_events() const {
        return has("Message") && (has("Id") || has("EventID") || has("TimeCreated") || has("TimeGenerated"));
    }

    [[nodiscard]] EventsRow row(const CsvReader::Record& record, const Text& channel) const {
        const Text own_channel = field(record, {"LogName", "Channel"});
        return {.channel = own_channel ? own_channel : channel,
                .provider = field(record, {"ProviderName", "Source"}),
                .event_id = parse_integer(field(record, {"Id", "EventID"}).value_or("")),
                .level = event_level(field(record, {"LevelDisplayName", "EntryType"}),
                                     parse_integer(field(record, {"Level"}).value_or(""))),
                .time_utc = time_of(field(record, {"TimeCreated", "TimeGenerated"})),
                .message = field(record, {"Message"})};
    }

  private:
    [[nodiscard]] bool has(std::string_view name) const {
        return std::ranges::any_of(names_, [&](const std::string& each) { return equal_ignoring_case(each, name); });
    }

    [[nodiscard]] Text field(const CsvReader::Record& record, std::initializer_list<std::string_view> names) const {
        for (const std::string_view name : names) {
            for (std::size_t i = 0; i < names_.size() && i < record.fields.size(); ++i) {
                if (equal_ignoring_case(names_[i], name)) {
                    return text_or_null(record.fields[i]);
                }
            }
        }
        return std::nullopt;
    }

    std::vector<std::string> names_;
};

void read_csv(const TextLines& lines, const Text& channel, Analysis& out) {
    CsvReader reader(lines.from(0));
    auto header = reader.next();
    if (header && header->fields.front().starts_with("#TYPE")) {
        header = reader.next();
    }
    const CsvColumns columns(header ? std::move(header->fields) : std::vector<std::string>());
    if (!columns.tell_of_events()) {
        out.note("", "unrecognised", "this is neither JSON nor XML nor a table of events");
        return;
    }
    out.covers(snapshot::kEvents.name);
    while (const auto record = reader.next()) {
        add_event(columns.row(*record, channel),
                  line_place(lines.line_of(record->begin) + 1, lines.line_of(record->end - 1) + 1), out);
    }
}

}  // namespace

void analyze_event_records(const snapshot::Document& document, Analysis& out) {
    const TextLines lines(document, out);
    const Text channel = channel_of(document.info.original_path.value_or(document.info.name));
    const std::string_view text = trim(lines.from(0));
    if (text.starts_with('[') || text.starts_with('{')) {
        read_json(lines, channel, out);
    } else if (text.starts_with('<')) {
        read_event_xml(lines, channel, out);
    } else if (!text.empty()) {
        read_csv(lines, channel, out);
    } else {
        out.covers(snapshot::kEvents.name);
    }
}

}  // namespace kwd::analyzers
