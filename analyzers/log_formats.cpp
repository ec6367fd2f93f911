// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log_formats.h"

#include "analyzers/log_json.h"
#include "analyzers/words.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

bool take(std::string_view& text, std::string_view what) {
    if (!text.starts_with(what)) {
        return false;
    }
    text.remove_prefix(what.size());
    return true;
}

void take_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

snapshot::Integer take_number(std::string_view& text) {
    const auto end = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    const auto number = parse_integer(text.substr(0, end));
    if (number) {
        text.remove_prefix(end);
    }
    return number;
}

// `felix/win_dataplane.go 344: ` or `file.go:344: `
bool take_source(std::string_view& text, LogEntry& entry) {
    const std::size_t dot = text.substr(0, 120).find(".go");
    if (dot == std::string_view::npos || text.substr(0, dot).find_first_of(" \t\"=") != std::string_view::npos) {
        return false;
    }
    std::string_view rest = text.substr(dot + 3);
    if (!take(rest, " ") && !take(rest, ":")) {
        return false;
    }
    const auto line = take_number(rest);
    if (!line || !(take(rest, ":") || rest.starts_with('\t') || rest.starts_with(' '))) {
        return false;
    }
    take_blanks(rest);
    entry.source_file = std::string(text.substr(0, dot + 3));
    entry.source_line = line;
    text = rest;
    return true;
}

// `[1234] `
snapshot::Integer take_bracketed_number(std::string_view& text) {
    std::string_view rest = text;
    if (!take(rest, "[")) {
        return std::nullopt;
    }
    const auto number = take_number(rest);
    if (!number || !take(rest, "]")) {
        return std::nullopt;
    }
    text = rest;
    return number;
}

// A level as a word, in brackets, or behind `level=`; with what separates it from the message.
std::string_view take_severity(std::string_view& text) {
    std::string_view rest = text;
    const bool bracket = take(rest, "[");
    const auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_letter) - rest.begin());
    const std::string_view severity = severity_named(rest.substr(0, end));
    if (severity.empty()) {
        return {};
    }
    rest.remove_prefix(end);
    if (bracket ? !take(rest, "]")
                : !(rest.empty() || std::string_view(" \t:-|").find(rest.front()) != std::string_view::npos)) {
        return {};
    }
    text = rest;
    return severity;
}

void take_separators(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t,-|:"), text.size()));
}

// What follows a time: azure-vnet's [pid], Calico's [LEVEL][pid] file line:, zap's columns, a level between separators.
LogEntry read_behind_time(const LogTime& time, std::string_view rest) {
    LogEntry entry{.time = time};
    if (take(rest, "]")) {  // [2024-01-31 10:11:12]
    }
    take_separators(rest);
    entry.process_id = take_bracketed_number(rest);
    take_blanks(rest);
    entry.severity = take_severity(rest);
    if (!entry.severity.empty()) {
        if (const auto number = take_bracketed_number(rest)) {
            entry.process_id = number;
        }
        take_separators(rest);
    }
    take_source(rest, entry);
    entry.message = std::string(rest);
    return entry;
}

std::optional<LogEntry> read_iso_line(std::string_view line) {
    const auto time = take_iso_time(line);
    return time ? std::optional(read_behind_time(*time, line)) : std::nullopt;
}

// A value of logfmt: a Go-quoted string or up to the next blank. Answers it without quotes and escapes.
std::optional<std::string> take_logfmt_value(std::string_view& text) {
    std::string value;
    if (!take(text, "\"")) {
        const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
        value = std::string(text.substr(0, end));
        text.remove_prefix(end);
        return value;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
            value += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
        } else if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return value;
        } else {
            value += text[i];
        }
    }
    return std::nullopt;  // cut off
}

// time="…" level=error msg="…" error="…": logrus, go-kit.
std::optional<LogEntry> read_logfmt_line(std::string_view line) {
    LogEntry entry;
    std::string_view rest = line;
    std::string others;
    bool has_message = false;
    for (take_blanks(rest); !rest.empty(); take_blanks(rest)) {
        const std::size_t equals = rest.find('=');
        const std::string_view key = rest.substr(0, equals);
        if (equals == std::string_view::npos || equals == 0 || key.find_first_of(" \t\"") != std::string_view::npos) {
            others += others.empty() ? "" : " ";
            others += rest;
            break;
        }
        std::string_view value_text = rest.substr(equals + 1);
        const std::string_view before = value_text;
        auto value = take_logfmt_value(value_text);
        if (!value) {
            value = std::string(before);
            value_text = {};
        }
        if (!entry.time && (key == "time" || key == "ts" || key == "t")) {
            std::string_view text = *value;
            entry.time = take_iso_time(text);
        } else if (entry.severity.empty() && (key == "level" || key == "lvl")) {
            entry.severity = severity_named(*value);
        } else if (!has_message && key == "msg") {
            entry.message = std::move(*value);
            has_message = true;
        } else {
            others += others.empty() ? "" : " ";
            others += rest.substr(0, equals + 1 + before.size() - value_text.size());
        }
        rest = value_text;
    }
    if (!entry.time && entry.severity.empty()) {
        return std::nullopt;
    }
    if (!others.empty()) {
        entry.message += entry.message.empty() ? "" : " ";
        entry.message += others;
    }
    return entry;
}

// [INFO] 10.244.0.3:40000 …, ERROR: …: a level and no time.
std::optional<LogEntry> read_levelled_line(std::string_view line) {
    LogEntry entry;
    const bool bracket = line.starts_with('[');
    std::string_view rest = line;
    entry.severity = take_severity(rest);
    if (entry.severity.empty() || (!bracket && !rest.starts_with(':'))) {
        return std::nullopt;
    }
    // Capitals only: "Error: failed to run" is a program's last word, and stays whole.
    if (!bracket && line.size() > 1 && line[1] >= 'a') {
        return std::nullopt;
    }
    take_separators(rest);
    entry.message = std::string(rest);
    return entry;
}

constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});

// Jan 31 10:11:12
std::optional<LogTime> take_syslog_time(std::string_view& text) {
    std::string_view rest = text;
    const auto month = std::find(kMonths.begin(), kMonths.end(), rest.substr(0, 3));
    if (month == kMonths.end()) {
        return std::nullopt;
    }
    rest.remove_prefix(3);
    take_blanks(rest);
    const auto day = take_number(rest);
    LogTime time;
    if (!day || *day < 1 || *day > 31 || !take(rest, " ") || !take_clock(rest, time)) {
        return std::nullopt;
    }
    time.month = static_cast<int>(month - kMonths.begin()) + 1;
    time.day = static_cast<int>(*day);
    text = rest;
    return time;
}

// `host program[812]: message` behind a time.
std::optional<LogWrapping> unwrap_syslog(const LogTime& time, std::string_view rest) {
    if (!take(rest, " ")) {
        return std::nullopt;
    }
    const std::size_t host = rest.find(' ');
    const std::size_t colon = rest.find(": ");
    if (host == std::string_view::npos || colon == std::string_view::npos || colon < host) {
        return std::nullopt;
    }
    std::string_view program = rest.substr(host + 1, colon - host - 1);
    const std::size_t bracket = program.find('[');
    LogWrapping result{.time = time};
    if (bracket != std::string_view::npos) {
        std::string_view pid = program.substr(bracket);
        result.process_id = take_bracketed_number(pid);
        program = program.substr(0, bracket);
    }
    const bool named = !program.empty() && std::all_of(program.begin(), program.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '/' || c == '@';
    });
    if (!named) {
        return std::nullopt;
    }
    result.component = std::string(program);
    result.inner = std::string(rest.substr(colon + 2));
    return result;
}

// `kubectl logs --timestamps`: the time of the runtime before a line that has its own.
std::optional<LogWrapping> unwrap_timestamp(const LogTime& time, std::string_view line) {
    const bool whole = read_klog_line(line) || line.starts_with("time=\"") || line.starts_with("{\"");
    return whole && time.offset_minutes ? std::optional(LogWrapping{.inner = std::string(line), .time = time})
                                        : std::nullopt;
}

// `kubectl logs --prefix`: `[pod/kube-proxy-x4k2p/kube-proxy] line`
std::optional<LogWrapping> unwrap_pod_prefix(std::string_view line) {
    constexpr std::string_view kPrefix = "[pod/";
    const std::size_t end = line.find("] ");
    if (!line.starts_with(kPrefix) || end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view name = line.substr(kPrefix.size(), end - kPrefix.size());
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos || name.find(' ') != std::string_view::npos) {
        return std::nullopt;
    }
    return LogWrapping{.inner = std::string(line.substr(end + 2)), .component = std::string(name.substr(slash + 1))};
}

std::optional<LogWrapping> unwrap_behind_iso_time(std::string_view line) {
    std::string_view rest = line;
    const auto time = take_iso_time(rest);
    if (!time || !rest.starts_with(' ')) {
        return std::nullopt;
    }
    if (rest.starts_with(" stdout ") || rest.starts_with(" stderr ")) {
        LogWrapping result{.time = time};
        result.error_stream = rest[4] == 'e';
        rest.remove_prefix(8);
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::string_view tags = rest.substr(0, end);
        if (tags != "F" && tags != "P" && !tags.starts_with("F:") && !tags.starts_with("P:")) {
            return std::nullopt;
        }
        result.partial = tags.front() == 'P';
        result.inner = std::string(rest.substr(std::min(end + 1, rest.size())));
        return result;
    }
    if (auto timestamp = unwrap_timestamp(*time, rest.substr(1))) {
        return timestamp;
    }
    auto syslog = unwrap_syslog(*time, rest);
    return syslog && syslog->process_id ? syslog : std::nullopt;  // many lines have a colon somewhere
}

}  // namespace

std::string_view severity_named(std::string_view word) noexcept {
    struct Name {
        std::string_view word;
        std::string_view severity;
    };
    static constexpr auto names = std::to_array<Name>({
        {"info", "info"},    {"error", "error"},      {"warning", "warning"}, {"warn", "warning"},
        {"debug", "debug"},  {"fatal", "fatal"},      {"panic", "fatal"},     {"err", "error"},
        {"trace", "debug"},  {"notice", "info"},      {"critical", "fatal"},  {"crit", "fatal"},
        {"dpanic", "fatal"}, {"information", "info"}, {"verbose", "debug"},   {"dbg", "debug"},
        {"emerg", "fatal"},  {"alert", "fatal"},      {"inf", "info"},        {"wrn", "warning"},
    });
    for (const Name& each : names) {
        if (equal_ignoring_case(each.word, word)) {
            return each.severity;
        }
    }
    return {};
}

std::optional<LogEntry> read_klog_line(std::string_view line) {
    if (line.size() < 30) {
        return std::nullopt;
    }
    LogEntry entry;
    switch (line[0]) {
        case 'I': entry.severity = "info"; break;
        case 'W': entry.severity = "warning"; break;
        case 'E': entry.severity = "error"; break;
        case 'F': entry.severity = "fatal"; break;
        default: return std::nullopt;
    }
    std::string_view rest = line.substr(1);
    LogTime time;
    const auto month = take_digits(rest, 2);
    const auto day = take_digits(rest, 2);
    if (!month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31 || !take(rest, " ") ||
        !take_clock(rest, time) || !take(rest, " ")) {
        return std::nullopt;
    }
    time.month = *month;
    time.day = *day;
    entry.time = time;
    take_blanks(rest);
    entry.process_id = take_number(rest);
    const std::size_t end = rest.find(']');
    if (!entry.process_id || !take(rest, " ") || end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view source = rest.substr(0, end - 1);
    const std::size_t colon = source.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    entry.source_line = parse_integer(source.substr(colon + 1));
    entry.source_file = std::string(source.substr(0, colon));
    rest.remove_prefix(end);
    take(rest, " ");
    entry.message = std::string(rest);
    return entry.source_line ? std::optional(std::move(entry)) : std::nullopt;
}

std::optional<LogWrapping> unwrap_log_line(std::string_view line) {
    if (line.empty()) {
        return std::nullopt;
    }
    if (is_digit(line[0])) {
        return unwrap_behind_iso_time(line);
    }
    if (line[0] == '{') {
        return unwrap_docker_line(line);
    }
    if (line[0] == '[') {
        return unwrap_pod_prefix(line);
    }
    if (line[0] >= 'A' && line[0] <= 'S') {
        std::string_view rest = line;
        const auto time = take_syslog_time(rest);
        return time ? unwrap_syslog(*time, rest) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<LogEntry> read_log_line(std::string_view line) {
    if (line.empty()) {
        return std::nullopt;
    }
    if (auto entry = read_klog_line(line)) {
        return entry;
    }
    const char first = line[0];
    if (first == '{') {
        return read_json_line(line);
    }
    if (is_digit(first)) {
        return read_iso_line(line);
    }
    if (first == '[') {
        if (line.size() > 1 && is_digit(line[1])) {
            return read_iso_line(line.substr(1));
        }
        return read_levelled_line(line);
    }
    if (line.starts_with("time=") || line.starts_with("ts=") || line.starts_with("level=") || line.starts_with("t=")) {
        return read_logfmt_line(line);
    }
    // PowerShell puts the program's name before the first line that it takes from the error stream.
    if (const std::size_t exe = line.substr(0, 200).find(".exe : "); exe != std::string_view::npos) {
        if (auto entry = read_klog_line(line.substr(exe + 7))) {
            return entry;
        }
    }
    return is_letter(first) ? read_levelled_line(line) : std::nullopt;
}

}  // namespace kwd::analyzers
