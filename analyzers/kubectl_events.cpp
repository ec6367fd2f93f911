// SPDX-License-Identifier: Apache-2.0
// kubectl describe: the events at the end.
#include "analyzers/kubectl_text.h"
#include "analyzers/log_formats.h"
#include "snapshot/place.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::line_place;

constexpr std::size_t kLongestMessage = 64 * 1024;

bool is_event_header(std::string_view line) {
    const auto cells = spaced_cells(line);
    return cells.size() == 5 && cells[0] == "Type" && cells[1] == "Reason" && cells[2] == "Age" &&
           cells[4] == "Message";
}

// What a person wrote or pasted right below. kubectl does not indent the further lines of a message, so that what they
// look like has to tell.
bool is_foreign(std::string_view line) {
    line = trim(line);
    return line.ends_with(':') || read_klog_line(line);
}

// `8s (x10 over 2m8s)`
std::optional<std::int64_t> count_in_age(std::string_view age) {
    const std::size_t open = age.find("(x");
    return open == std::string_view::npos ? std::nullopt
                                          : parse_integer(age.substr(open + 2, age.find(' ', open) - open - 2));
}

json event_in(const std::vector<std::string_view>& cells, std::string_view line, std::size_t message_column,
              const DescribedObject& about) {
    json event;
    event["type"] = std::string(cells[0]);
    event["reason"] = std::string(cells[1]);
    if (const auto count = cells.size() > 2 ? count_in_age(cells[2]) : std::nullopt) {
        event["count"] = *count;
    }
    // Who says it may be empty: then the message is the fourth.
    const std::size_t fourth = cells.size() > 3 ? static_cast<std::size_t>(cells[3].data() - line.data()) : 0;
    const std::size_t message = cells.size() > 3 && fourth >= message_column ? 3 : 4;
    if (message < cells.size()) {
        event["message"] = std::string(line.substr(static_cast<std::size_t>(cells[message].data() - line.data())));
    }
    if (!about.kind.empty()) {
        event["involvedObject"] = {{"kind", std::string(about.kind)}, {"name", about.name}};
    }
    if (!about.name_space.empty()) {
        event["metadata"]["namespace"] = about.name_space;
    }
    return event;
}

}  // namespace

std::size_t read_kubectl_events(KubectlText& text, std::size_t at, const DescribedObject& about) {
    const std::string_view first = trim(text.lines[at]);
    std::size_t header = first.starts_with("Events:") ? at + 1 : at;
    if (first.starts_with("Events:") && !is_event_header(text.lines[header])) {
        return at + 1;  // <none>
    }
    if (!is_event_header(text.lines[header])) {
        return at;
    }
    const std::size_t message_column = text.lines[header].find("Message");
    const std::size_t margin = indent_of(text.lines[header]);
    json event;
    std::string message;
    std::size_t begin = header;
    std::size_t event_end = header;
    bool goes_on = false;  // with further lines of the message
    const auto finish = [&] {
        if (!event.is_null() && !message.empty()) {
            event["message"] = message;
        }
        if (!event.is_null()) {
            add_printed_object("Event", event, line_place(begin + 1, event_end), text.out);
        }
        event = json();
    };
    // A blank line ends them, but where somebody's copy has one behind each line.
    std::size_t end = header + 1;
    for (at = end; at < text.lines.size() && at <= end + 1; ++at) {
        const std::string_view line = text.lines[at];
        const auto cells = spaced_cells(line);
        const bool is_event =
            indent_of(line) == margin && cells.size() >= 3 && (cells[0] == "Normal" || cells[0] == "Warning");
        const bool is_rule = !cells.empty() && cells[0].starts_with("----");
        if (cells.empty() || (at > end && !is_event && !is_rule)) {
            continue;
        }
        if (ends_kubectl_output(line) || begins_kubectl_description(trim(line))) {
            break;
        }
        end = at + 1;
        if (is_rule) {
            continue;
        }
        if (is_event) {
            finish();
            begin = at;
            event = event_in(cells, line, message_column, about);
            message = event.value("message", std::string());
            event_end = end;
            goes_on = true;
            continue;
        }
        goes_on = goes_on && !is_foreign(line);
        if (!goes_on) {
            continue;
        }
        event_end = end;
        if (!event.is_null() && message.size() < kLongestMessage) {
            message += "\n" + std::string(trim(line));  // one of several lines
        }
    }
    finish();
    return end;
}

}  // namespace kwd::analyzers
