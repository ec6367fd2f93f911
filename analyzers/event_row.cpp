// SPDX-License-Identifier: Apache-2.0
#include "analyzers/event_row.h"

#include "analyzers/command_line.h"
#include "analyzers/error_code.h"
#include "analyzers/log.h"
#include "analyzers/log_formats.h"
#include "analyzers/words.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::Text;

constexpr std::size_t kMaxMessageBytes = 16 * 1024;

struct LevelWord {
    std::string_view word;
    std::string_view level;
};
constexpr std::array<LevelWord, 31> kLevels = {{
    {"critical", "critical"},   {"kritisch", "critical"}, {"critique", "critical"},
    {"crítico", "critical"},    {"error", "error"},       {"fehler", "error"},
    {"erreur", "error"},        {"errore", "error"},      {"erro", "error"},
    {"エラー", "error"},        {"错误", "error"},        {"錯誤", "error"},
    {"오류", "error"},          {"Ошибка", "error"},      {"błąd", "error"},
    {"warning", "warning"},     {"warnung", "warning"},   {"avertissement", "warning"},
    {"advertencia", "warning"}, {"avviso", "warning"},    {"aviso", "warning"},
    {"警告", "warning"},        {"경고", "warning"},      {"Предупреждение", "warning"},
    {"ostrzeżenie", "warning"}, {"information", "info"},  {"informationen", "info"},
    {"информация", "info"},     {"verbose", "verbose"},   {"情報", "info"},
    {"信息", "info"},
}};

// Where agents have no file to log to, as on EKS, each line of klog's is an event of theirs. The event knows the year.
void add_log_line(const snapshot::EventsRow& row, const std::string& place, Analysis& out) {
    const std::string_view component = component_of_program(row.provider.value_or(""));
    const std::string_view message = row.message ? std::string_view(*row.message) : std::string_view{};
    const std::size_t first = std::min(message.find_first_of("\r\n"), message.size());
    auto entry = component.empty() ? std::nullopt : read_klog_line(message.substr(0, first));
    if (!entry) {
        return;
    }
    snapshot::LogLinesRow line{};
    line.component = std::string(component);
    line.time_utc = row.time_utc;
    line.time_is_local = row.time_utc ? snapshot::Flag(!row.time_utc->ends_with('Z')) : std::nullopt;
    line.severity = std::string(entry->severity);
    line.source_file = entry->source_file.empty() ? std::nullopt : Text(entry->source_file);
    line.source_line = entry->source_line;
    line.process_id = entry->process_id;
    line.message = shortened(entry->message + std::string(message.substr(first)), kLongestLogMessage);
    line.code = first_error_code(line.message);
    out.add(snapshot::kLogLines, std::move(line), place);
}

void cut(Text& text) {
    if (text) {
        text = std::string(cut_text(*text, kMaxMessageBytes));
    }
}

}  // namespace

Text event_level(const Text& name, const Integer& number) {
    constexpr std::array<std::string_view, 6> kNumbers = {"info", "critical", "error", "warning", "info", "verbose"};
    if (number && *number >= 0 && *number < std::ssize(kNumbers)) {
        return Text(kNumbers[static_cast<std::size_t>(*number)]);
    }
    const std::string low = lower(trim(name.value_or("")));
    const auto found = std::ranges::find(kLevels, low, &LevelWord::word);
    return found != kLevels.end() ? Text(found->level) : std::nullopt;
}

Text event_time(std::int64_t milliseconds) {
    constexpr std::int64_t kYear2200 = 7'258'118'400'000;
    if (milliseconds < 0 || milliseconds > kYear2200) {
        return std::nullopt;
    }
    return iso_utc(std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds)));
}

void add_event(snapshot::EventsRow row, std::string place, Analysis& out) {
    if (!row.message) {
        row.message = row.data;
    }
    row.code = first_error_code(row.message.value_or(""));
    if (!row.code && row.data) {
        row.code = first_error_code(*row.data);
    }
    add_log_line(row, place, out);
    cut(row.message);
    cut(row.data);
    out.add(snapshot::kEvents, std::move(row), std::move(place));
}

}  // namespace kwd::analyzers
