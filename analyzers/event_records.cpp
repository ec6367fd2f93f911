// SPDX-License-Identifier: Apache-2.0
#include "analyzers/event_records.h"

#include "analyzers/csv.h"
#include "analyzers/event_row.h"
#include "analyzers/event_text.h"
#include "analyzers/event_xml.h"
#include "analyzers/json_node.h"
#include "analyzers/text_lines.h"
#include "analyzers/values.h"
#include "base/json.h"
#include "base/text.h"
#include "snapshot/place.h"
#include "snapshot/tables/logs.h"

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
               .time_utc = printed_event_time(time),
               .message = record["Message"].text(),
               .data = properties_of(record)},
              record.place(), out);
}

// What networkhealth.ps1 of microsoft/SDN prints is what it writes to the event log: with number 1 when a test failed
// (its state 3), 0 otherwise. When it was printed is not in it.
void add_network_health(const DocumentValue& answer, Analysis& out) {
    const bool failed = integer_of(member(answer.value, "NetworkState")) == 3 ||
                        text_of(member(answer.value, "NetworkState")) == "Failed";
    add_event({.channel = "Application",
               .provider = "NetworkHealth",
               .event_id = failed ? 1 : 0,
               .level = failed ? "warning" : "info",
               .message = json_text(answer.value)},
              answer.place(""), out);
    out.covers_partly(snapshot::kEvents.name,
                      answer.whole ? "only what networkhealth.ps1 found" : "the document breaks off");
}

bool read_network_health(const TextLines& lines, Analysis& out) {
    if (lines.from(0).find("\"NetworkState\"") == std::string_view::npos) {
        return false;
    }
    bool any = false;
    for (const DocumentValue& each : read_json_values(lines.from(0), out)) {
        if (member(each.value, "NetworkState") != nullptr && member(each.value, "HNS") != nullptr) {
            add_network_health(each, out);
            any = true;
        }
    }
    return any;
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
                .time_utc = printed_event_time(field(record, {"TimeCreated", "TimeGenerated"})),
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
        out.note("", "unrecognised", "these are no events that are known");
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
    if (text.find('{') != std::string_view::npos && read_network_health(lines, out)) {
        return;
    }
    if (text.starts_with('[') || text.starts_with('{')) {
        read_json(lines, channel, out);
    } else if (text.starts_with('<')) {
        read_event_xml(lines, channel, out);
    } else if (!text.empty() && !read_event_text(lines, channel, out)) {
        read_csv(lines, channel, out);
    } else if (text.empty()) {
        out.covers(snapshot::kEvents.name);
    }
}

}  // namespace kwd::analyzers
