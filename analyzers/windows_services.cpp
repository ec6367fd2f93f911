// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_services.h"

#include "analyzers/command_line.h"
#include "analyzers/windows_text.h"
#include "snapshot/place.h"
#include "snapshot/tables/system.h"

#include <array>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::ServicesRow;
using snapshot::Text;

// sc translates the names of some settings, never these values.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kStates = {
    {{"RUNNING", "running"},
     {"STOPPED", "stopped"},
     {"START_PENDING", "start_pending"},
     {"STOP_PENDING", "stop_pending"},
     {"PAUSED", "paused"},
     {"CONTINUE_PENDING", "start_pending"},
     {"PAUSE_PENDING", "stop_pending"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kStartTypes = {{{"AUTO_START", "auto"},
                                                                                       {"DEMAND_START", "manual"},
                                                                                       {"DISABLED", "disabled"},
                                                                                       {"BOOT_START", "boot"},
                                                                                       {"SYSTEM_START", "system"}}};

template <std::size_t N>
Text meaning(const std::array<std::pair<std::string_view, std::string_view>, N>& words, std::string_view word) {
    for (const auto& [printed, stored] : words) {
        if (printed == word) {
            return Text(stored);
        }
    }
    return std::nullopt;
}

bool is_account(std::string_view value) {
    return value == "LocalSystem" || value.starts_with("NT AUTHORITY\\") || value.starts_with("NT-") ||
           value.starts_with(".\\") || value.starts_with("NT SERVICE\\");
}

void append(Text& list, std::string_view item) {
    if (!item.empty()) {
        list = list ? *list + "," + std::string(item) : std::string(item);
    }
}

// One `KEY : value` of sc. `number  WORD` tells itself; the rest is known by key.
void read_setting(std::string_view key, std::string_view value, ServicesRow& row) {
    const auto words = split_words(value);
    if (words.size() >= 2) {
        if (const Text state = meaning(kStates, words[1]); state && !row.state) {
            row.state = state;
            return;
        }
        if (const Text start = meaning(kStartTypes, words[1]); start && !row.start_type) {
            row.start_type = words.size() > 2 && words[2] == "(DELAYED)" ? Text("delayed-auto") : start;
            return;
        }
    }
    if (key == "PID") {
        const auto pid = parse_integer(value);
        row.process_id = pid && *pid > 0 ? pid : std::nullopt;
    } else if (key.starts_with("WIN32_EXIT")) {
        row.exit_code = words.empty() ? std::nullopt : parse_integer(words[0]);
    } else if (is_account(value)) {
        row.account = std::string(value);
    } else if (value.find(":\\") != std::string_view::npos || value.starts_with("\\")) {
        row.binary_path = row.binary_path ? row.binary_path : Text(value);
    }
}

struct Setting {
    std::string_view key;
    std::string_view value;
};

std::optional<Setting> setting_in(std::string_view line) {
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos
               ? std::optional(Setting{trim(line.substr(0, colon)), trim(line.substr(colon + 1))})
               : std::nullopt;
}

}  // namespace

// A service wrapper, such as nssm, is no component: its flags are not the component's.
void add_service(ServicesRow row, const std::string& place, Analysis& out) {
    if (row.binary_path) {
        read_flags(*row.binary_path, {{}, "service"}, place, out);
    }
    out.add(snapshot::kServices, std::move(row), place);
}

std::size_t read_sc(WindowsText& text, std::size_t at) {
    constexpr std::string_view kName = "SERVICE_NAME:";
    if (!text.lines[at].starts_with(kName)) {
        return at;
    }
    ServicesRow row;
    row.name = trim(text.lines[at].substr(kName.size()));
    const std::size_t begin = at;
    std::string_view last_key;
    for (++at; at < text.lines.size() && !text.lines[at].empty() && !text.lines[at].starts_with(kName); ++at) {
        const auto setting = setting_in(text.lines[at]);
        if (!setting) {
            continue;  // what a service accepts, in parentheses
        }
        last_key = setting->key.empty() ? last_key : setting->key;
        const bool at_margin = !text.lines[at].starts_with(' ') && !text.lines[at].starts_with('\t');
        if (at_margin || setting->key == "DISPLAY_NAME") {
            row.display_name = text_or_null(setting->value);
        } else if (lower(last_key).starts_with("dependencies") || last_key.starts_with("ABH")) {
            append(row.dependencies, setting->value);
        } else {
            read_setting(setting->key, setting->value, row);
        }
    }
    if (!row.name.empty()) {
        add_service(std::move(row), snapshot::line_place(begin + 1, at), text.out);
    }
    return at;
}

}  // namespace kwd::analyzers
