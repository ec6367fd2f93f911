// SPDX-License-Identifier: Apache-2.0
#include "analyzers/windows_text.h"
#include "snapshot/place.h"
#include "snapshot/tables/system.h"

#include <fmt/format.h>

#include <algorithm>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::line_place;
using snapshot::SystemRow;
using snapshot::Text;

constexpr std::string_view kDigits = "0123456789";

// The numbers of the version that begins at a place: 10.0.17763.2300.
std::vector<std::int64_t> numbers_at(std::string_view text) {
    std::vector<std::int64_t> numbers;
    while (numbers.size() < 4) {
        const std::size_t end = std::min(text.find_first_not_of(kDigits), text.size());
        const auto number = parse_integer(text.substr(0, end));
        if (!number) {
            break;
        }
        numbers.push_back(*number);
        if (end >= text.size() || text[end] != '.') {
            break;
        }
        text.remove_prefix(end + 1);
    }
    return numbers;
}

void set_version(const std::vector<std::int64_t>& numbers, bool has_revision, SystemRow& row) {
    row.os_family = "windows";
    row.build = numbers[2];
    row.ubr = has_revision && numbers.size() > 3 ? Integer(numbers[3]) : std::nullopt;
    row.os_version = fmt::format("{}.{}.{}", numbers[0], numbers[1], numbers[2]);
    if (row.ubr) {
        row.os_version = fmt::format("{}.{}", *row.os_version, *row.ubr);
    }
}

struct Setting {
    std::string_view key;
    std::string_view value;
};

// `Label:      value`, or a further value below it.
std::optional<Setting> setting_in(std::string_view line) {
    if (line.starts_with(' ')) {
        return Setting{{}, trim(line)};
    }
    for (const std::string_view colon : {":", "\xEF\xBC\x9A"}) {
        const std::size_t at = line.find(colon);
        if (at != std::string_view::npos && at > 0) {
            return Setting{trim(line.substr(0, at)), trim(line.substr(at + colon.size()))};
        }
    }
    return std::nullopt;
}

// The KB number in `[01]: KB5034129`.
Text update_in(std::string_view value) {
    const std::size_t kb = value.find("KB");
    if (!value.starts_with('[') || kb == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t end = std::min(value.find_first_not_of(kDigits, kb + 2), value.size());
    return end > kb + 2 && end == value.size() ? Text(value.substr(kb)) : std::nullopt;
}

// `en-us;English (United States)`, `de;Deutsch (Deutschland)`
bool is_locale(std::string_view value) {
    const std::size_t end = value.find(';');
    return end != std::string_view::npos && end >= 2 && end <= 11 &&
           std::ranges::all_of(value.substr(0, end), [](char c) { return is_letter(c) || c == '-'; });
}

}  // namespace

// The first line of winver.txt, which knows no revision, or what `ver` and cmd.exe print, which do.
std::size_t read_windows_version(WindowsText& text, std::size_t at) {
    const std::string_view line = trim(text.lines[at]);
    if (!line.starts_with("Microsoft Windows ")) {
        return at;
    }
    const std::size_t version = line.find_first_of(kDigits);
    const auto numbers =
        version != std::string_view::npos ? numbers_at(line.substr(version)) : std::vector<std::int64_t>{};
    if (numbers.size() < 3) {
        return at;
    }
    SystemRow row;
    set_version(numbers, line.find('[') != std::string_view::npos, row);
    text.out.add(snapshot::kSystem, std::move(row), line_place(at + 1));
    return at + 1;
}

// Every label is translated, so that settings are known by the shape of their values and by what stands beside them.
std::size_t read_systeminfo(WindowsText& text, std::size_t at) {
    if (!text.begins_block) {
        return at;
    }
    std::vector<Setting> settings;
    std::size_t next = at;
    std::size_t version_at = 0;
    for (; next < text.lines.size() && !text.lines[next].empty(); ++next) {
        const auto setting = setting_in(text.lines[next]);
        if (!setting) {
            break;
        }
        if (version_at == 0 && setting->value.starts_with("10.0.")) {
            version_at = settings.size();
        }
        settings.push_back(*setting);
    }
    if (version_at < 2 || settings.size() < 5) {
        return at;
    }
    const auto numbers = numbers_at(settings[version_at].value);
    if (numbers.size() < 3) {
        return at;
    }
    SystemRow row;
    set_version(numbers, true, row);
    row.os_name = text_or_null(settings[version_at - 1].value);
    row.host_name = text_or_null(settings[version_at - 2].value);
    // The name is the same in every language, up to the edition.
    if (row.os_name && row.os_name->find("Windows Server") != std::string::npos) {
        row.product_type = "server";
    } else if (row.os_name && row.os_name->find("Windows 1") != std::string::npos) {
        row.product_type = "workstation";
    }
    for (std::size_t i = version_at + 1; i < settings.size(); ++i) {
        const std::string_view value = settings[i].value;
        if ((value.starts_with("x64") || value.starts_with("ARM64")) && !row.model) {
            row.model = text_or_null(settings[i - 1].value);
            row.vendor = text_or_null(settings[i - 2].value);
        } else if (is_locale(value) && !row.locale) {
            row.locale = std::string(value.substr(0, value.find(';')));
        } else if (value.starts_with("(UTC") && !row.time_zone) {
            row.time_zone = std::string(value);
        } else if (const Text update = update_in(value)) {
            text.out.add(snapshot::kHotfixes, {.kb = *update}, line_place(at + i + 1));
        }
    }
    text.out.covers(snapshot::kHotfixes.name);
    text.out.add(snapshot::kSystem, std::move(row), line_place(at + 1, next));
    return next;
}

}  // namespace kwd::analyzers
