// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log_json.h"

#include "analyzers/values.h"
#include "analyzers/words.h"
#include "base/json.h"

#include <array>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

constexpr double kMillisecondsFrom = 1e11;  // in seconds that would be the year 5138

std::optional<LogTime> time_of(const json& value) {
    if (value.is_string()) {
        std::string_view text = value.get_ref<const std::string&>();
        return take_iso_time(text);
    }
    if (!value.is_number()) {
        return std::nullopt;
    }
    const double number = value.get<double>();
    if (!(number > 0 && number < 1e15)) {
        return std::nullopt;
    }
    return time_of_epoch(static_cast<std::int64_t>(number * (number >= kMillisecondsFrom ? 1e3 : 1e6)));
}

// `network/network.go:123`
void read_caller(const std::string& caller, LogEntry& entry) {
    const std::size_t colon = caller.rfind(':');
    const auto line =
        colon == std::string::npos ? std::nullopt : parse_integer(std::string_view(caller).substr(colon + 1));
    entry.source_file = line ? caller.substr(0, colon) : caller;
    entry.source_line = line;
}

bool is_one_of(std::string_view key, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (key == name) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<LogEntry> read_json_line(std::string_view line) {
    auto parsed = parse_json(line);
    if (!parsed || !parsed->is_object()) {
        return std::nullopt;
    }
    LogEntry entry;
    std::string others;
    bool has_message = false;
    bool has_error = false;
    bool has_verbosity = false;
    for (auto each = parsed->begin(); each != parsed->end(); ++each) {
        const std::string& key = each.key();
        const json& value = each.value();
        if (is_one_of(key, {"ts", "time", "timestamp", "@timestamp", "t"}) && !entry.time) {
            entry.time = time_of(value);
        } else if (is_one_of(key, {"level", "severity", "lvl"}) && value.is_string()) {
            entry.severity = severity_named(value.get_ref<const std::string&>());
        } else if (is_one_of(key, {"msg", "message"}) && value.is_string() && !has_message) {
            entry.message = value.get<std::string>();
            has_message = true;
        } else if (key == "caller" && value.is_string()) {
            read_caller(value.get_ref<const std::string&>(), entry);
        } else if (key == "pid") {
            entry.process_id = integer_of(&value);
        } else {
            has_verbosity = has_verbosity || key == "v";
            has_error = has_error || key == "err";
            others += ' ';
            others += key;
            others += '=';
            others += json_text(value);
        }
    }
    if (!has_message && !entry.time) {
        return std::nullopt;
    }
    // klog's JSON has no level: errors have `err`, the others a verbosity.
    if (entry.severity.empty() && (has_verbosity || has_error)) {
        entry.severity = has_verbosity ? "info" : "error";
    }
    entry.message += entry.message.empty() && !others.empty() ? others.substr(1) : others;
    return entry;
}

std::optional<LogWrapping> unwrap_docker_line(std::string_view line) {
    if (!line.starts_with("{\"log\":")) {
        return std::nullopt;
    }
    auto parsed = parse_json(line);
    if (!parsed || !parsed->is_object()) {
        return std::nullopt;
    }
    const auto text = text_of(member(*parsed, "log"));
    const auto time = nonempty_text_of(member(*parsed, "time"));
    if (!text || !parsed->contains("stream")) {
        return std::nullopt;
    }
    LogWrapping result;
    result.partial = !text->ends_with('\n');
    result.inner = std::string(std::string_view(*text).substr(0, text->find_last_not_of("\r\n") + 1));
    if (time) {
        std::string_view rest = *time;
        result.time = take_iso_time(rest);
    }
    result.error_stream = text_of(member(*parsed, "stream")) == "stderr";
    return result;
}

}  // namespace kwd::analyzers
