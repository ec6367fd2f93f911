// SPDX-License-Identifier: Apache-2.0
#include "analyzers/log.h"

#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/log_component.h"
#include "analyzers/log_entries.h"
#include "analyzers/words.h"
#include "base/utf8.h"

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

constexpr std::size_t kLongestLine = 256 * 1024;
constexpr std::size_t kLinesToKnowTheComponent = 300;
constexpr std::size_t kNarrowestConsole = 60;
constexpr std::size_t kWidestConsole = 300;

bool begins_with_any(std::string_view line, std::initializer_list<std::string_view> starts) {
    return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) { return line.starts_with(start); });
}

bool begins_entry(std::string_view line) {
    const std::string_view start = cut_text(line, kLongestLine);
    return unwrap_log_line(start).has_value() || read_log_line(start).has_value();
}

// What a program says before it ends, between the entries of its log.
bool stands_alone(std::string_view line) {
    return begins_with_any(line, {"panic: ", "fatal error: ", "goroutine ", "Flag --", "Error: "});
}

// Indented lines, and what PowerShell and .NET print below an error.
bool continues(std::string_view line) {
    return is_blank(line.front()) || begins_with_any(line, {"At line:", "+ ", "Caused by:", "created by ", "}", ")"}) ||
           (line.starts_with("At ") && line.find(" char:") != std::string_view::npos);
}

// The width at which a console broke the lines; 0 where none shows. The longest entries then go on in lines that are no
// entries; where nobody broke them, entries follow even the longest.
std::size_t console_width(std::string_view text) {
    std::size_t longest = 0;
    Lines all(text);
    while (const auto line = all.next()) {
        longest = std::max(longest, line->text.size());
        if (longest > kWidestConsole) {
            return 0;
        }
    }
    if (longest < kNarrowestConsole) {
        return 0;
    }
    std::ptrdiff_t broken = 0;
    bool long_entry = false;
    Lines lines(text);
    while (const auto line = lines.next()) {
        if (long_entry && !trim(line->text).empty() && !continues(line->text)) {
            broken += begins_entry(line->text) || stands_alone(line->text) ? -1 : 1;
        }
        long_entry = line->text.size() == longest && begins_entry(line->text);
    }
    return broken > 0 ? longest : 0;
}

// 20240131 in front of a text.
std::optional<LogTime> take_compact_date(std::string_view text) {
    LogTime day;
    const auto year = take_digits(text, 4);
    const auto month = take_digits(text, 2);
    const auto of_month = take_digits(text, 2);
    if (!year || !month || !of_month || *year < 2000 || *month < 1 || *month > 12 || *of_month < 1 || *of_month > 31) {
        return std::nullopt;
    }
    day.year = *year;
    day.month = *month;
    day.day = *of_month;
    return day;
}

// klog names its files by the time they begin (`.log.INFO.20240131-101112.1234`), NSSM its rotated ones by the time
// they end (`kubelet-20240131T101112.345.log`).
void learn_from_name(std::string_view name, YearOfLines& years) {
    for (const std::string_view severity : {".log.INFO.", ".log.WARNING.", ".log.ERROR.", ".log.FATAL."}) {
        if (const std::size_t at = name.find(severity); at != std::string_view::npos) {
            if (const auto day = take_compact_date(name.substr(at + severity.size()))) {
                years.begins(*day);
            }
        }
    }
    for (std::size_t at = name.find('-'); at != std::string_view::npos; at = name.find('-', at + 1)) {
        const std::string_view rest = name.substr(at + 1);
        if (const auto day = take_compact_date(rest); day && rest.substr(8).starts_with('T')) {
            years.ends(*day);
        }
    }
}

YearOfLines years_of(const snapshot::DocumentInfo& info) {
    YearOfLines years;
    if (info.collected_at_utc) {
        std::string_view text = *info.collected_at_utc;
        if (const auto time = take_iso_time(text)) {
            years.ends(*time);
        }
    }
    learn_from_name(file_name_of(path_of(info)), years);
    return years;
}

std::string component_by_content(std::string_view text) {
    Lines lines(text);
    for (std::size_t i = 0; i < kLinesToKnowTheComponent; ++i) {
        const auto line = lines.next();
        if (!line) {
            break;
        }
        const std::string_view start = cut_text(line->text, kLongestLine);
        const auto wrapping = unwrap_log_line(start);
        const auto entry = read_log_line(wrapping ? std::string_view(wrapping->inner) : start);
        if (!entry) {
            continue;
        }
        if (const auto component = component_of_source(entry->source_file); !component.empty()) {
            return std::string(component);
        }
        if (entry->message.find("[cni-net]") != std::string::npos) {
            return "azure-vnet";
        }
        if (entry->message.starts_with("starting containerd")) {
            return "containerd";
        }
        if (begins_with_any(entry->message, {"CLI flags config: {", "Found network config - Backend type"})) {
            return "flanneld";
        }
    }
    return {};
}

class LogReader {
  public:
    LogReader(const snapshot::DocumentInfo& info, std::string_view text, Analysis& out)
        : text_(text), width_(console_width(text)), entries_(years_of(info), out) {
        component_ = component_of_log(path_of(info));
        if (component_.empty()) {
            component_ = component_by_content(text);
        }
        if (component_.empty()) {
            component_ = log_name(path_of(info));
        }
    }

    void read() {
        Lines lines(text_);
        while (!entries_.full()) {
            const auto line = lines.next();
            if (!line) {
                break;
            }
            read_wrapped(cut_text(line->text, kLongestLine), line->number);
            last_length_ = line->text.size();
        }
        for (const bool errors : {false, true}) {
            if (Partial& partial = partials_[errors ? 1 : 0]; partial.line != 0) {
                read_line(partial.text, partial.line, nullptr);
            }
        }
        entries_.finish();
    }

  private:
    // The beginning of a line that a runtime wrote in pieces.
    struct Partial {
        std::string text;
        std::size_t line = 0;
    };

    void read_wrapped(std::string_view line, std::size_t number) {
        auto wrapping = unwrap_log_line(line);
        if (!wrapping) {
            read_line(line, number, nullptr);
            return;
        }
        Partial& partial = partials_[wrapping->error_stream ? 1 : 0];
        if (wrapping->partial && partial.text.size() < kLongestLine) {
            partial.line = partial.line == 0 ? number : partial.line;
            partial.text += wrapping->inner;
            return;
        }
        if (partial.line != 0) {
            wrapping->inner.insert(0, partial.text);
            number = partial.line;
            partial = {};
        }
        read_line(wrapping->inner, number, &*wrapping);
    }

    void read_line(std::string_view line, std::size_t number, const LogWrapping* wrapping) {
        auto entry = read_log_line(line);
        if (!entry) {
            read_plain(line, number, wrapping);
            return;
        }
        in_trace_ = begins_trace(entry->message);
        add(std::move(*entry), number, wrapping);
    }

    void read_plain(std::string_view line, std::size_t number, const LogWrapping* wrapping) {
        if (trim(line).empty()) {
            return;
        }
        if (wrapping == nullptr && width_ != 0 && last_length_ == width_ && entries_.has_entry() &&
            !stands_alone(line) && !continues(line)) {
            entries_.append(line, "", number);
            return;
        }
        in_trace_ = in_trace_ || (entries_.has_entry() && line.starts_with("goroutine "));
        if (entries_.has_entry() && (in_trace_ || continues(line))) {
            entries_.append(line, "\n", number);
            return;
        }
        in_trace_ = begins_trace(line);
        read_heading(line);
        add({.message = std::string(line)}, number, wrapping);
    }

    void add(LogEntry entry, std::size_t number, const LogWrapping* wrapping) {
        std::string_view component = component_;
        if (wrapping != nullptr) {
            if (wrapping->time && (wrapping->time->offset_minutes || !entry.time)) {
                entry.time = wrapping->time;
            }
            if (!entry.process_id) {
                entry.process_id = wrapping->process_id;
            }
            if (!wrapping->component.empty()) {
                component = component_of_container(wrapping->component);
                component = component.empty() ? std::string_view(wrapping->component) : component;
            }
        }
        entries_.add(std::move(entry), component, number);
    }

    static bool begins_trace(std::string_view text) {
        return begins_with_any(text, {"panic: ", "fatal error: ", "goroutine "});
    }

    void read_heading(std::string_view line) {
        constexpr std::string_view created = "Log file created at: ";
        constexpr std::string_view container = "==== START logs for container ";
        if (line.starts_with(created)) {
            std::string_view rest = line.substr(created.size());
            if (const auto time = take_iso_time(rest)) {
                entries_.years().begins(*time);
            }
        } else if (line.starts_with(container)) {
            const std::string_view rest = line.substr(container.size());
            const std::string_view name = rest.substr(0, rest.find(' '));
            const auto known = component_of_container(name);
            component_ = known.empty() ? std::string(name) : std::string(known);
        }
    }

    std::string_view text_;
    std::size_t width_;
    LogEntries entries_;
    std::string component_;
    std::array<Partial, 2> partials_;  // of stdout and stderr
    std::size_t last_length_ = 0;
    bool in_trace_ = false;
};

}  // namespace

void analyze_log(const snapshot::Document& document, Analysis& out) {
    const std::string text = text_of_document(document, out);
    LogReader(document.info, text, out).read();
}

}  // namespace kwd::analyzers
