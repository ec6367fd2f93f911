// SPDX-License-Identifier: Apache-2.0
#include "analyzers/powershell_list.h"

#include "analyzers/powershell_value.h"
#include "base/console.h"
#include "snapshot/place.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kwd::analyzers {
namespace {

using snapshot::line_place;

// No cmdlet prints wider tables; finding columns takes time by their number.
constexpr std::size_t kMaxColumns = 100;

constexpr std::string_view kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_()./-";

// `Name   : value` at the margin: there is a blank before the colon even behind the longest name.
std::optional<std::pair<std::string_view, std::string_view>> property_in(std::string_view line) {
    const std::size_t name_end = line.find_first_not_of(kNameCharacters);
    if (name_end == 0 || name_end == std::string_view::npos || line[name_end] != ' ') {
        return std::nullopt;
    }
    const std::size_t colon = line.find_first_not_of(' ', name_end);
    if (colon == std::string_view::npos || line[colon] != ':' || (colon + 1 < line.size() && line[colon + 1] != ' ')) {
        return std::nullopt;
    }
    return std::pair{line.substr(0, name_end), trim(line.substr(colon + 1))};
}

bool continues(std::string_view line) {
    return line.starts_with(' ') && !trim(line).empty();
}

std::size_t behind_blanks(const TextLines& lines, std::size_t at) {
    while (at < lines.size() && lines[at].empty()) {
        ++at;
    }
    return at;
}

// The width of the console that printed a run of objects. Where several wrapped lines are equally long, they are full;
// where only one is the longest, it may have been wrapped at a blank, and the usual widths tell more.
std::size_t width_of_run(const TextLines& lines, std::size_t at) {
    std::size_t width = 0;
    std::size_t wrapped = 0;
    bool in_object = true;
    while (property_in(lines[at]) || (in_object && continues(lines[at]))) {
        const std::size_t columns = console_columns(lines[at]);
        if (columns > width) {
            width = columns;
            wrapped = 0;
        }
        wrapped += columns == width && continues(lines[at + 1]) ? 1 : 0;
        const std::size_t next = behind_blanks(lines, at + 1);
        in_object = next == at + 1;
        at = next;
    }
    if (wrapped < 2) {
        constexpr std::array<std::size_t, 4> kUsual = {79, 80, 119, 120};
        const auto usual = std::ranges::lower_bound(kUsual, width);
        width = usual != kUsual.end() ? *usual : width;
    }
    return width;
}

// PowerShell 7 ends what it cut off with one character; Windows PowerShell with three dots, as the readers know it.
std::string with_three_dots(std::string_view value) {
    constexpr std::string_view kEllipsis = "\u2026";
    std::string text(value);
    for (std::size_t at = text.find(kEllipsis); at != std::string::npos; at = text.find(kEllipsis, at)) {
        text.replace(at, kEllipsis.size(), "...");
    }
    return text;
}

PowerShellObject read_object(const TextLines& lines, std::size_t& at, std::size_t width) {
    PowerShellObject object;
    const std::size_t first = at;
    while (const auto property = property_in(lines[at])) {
        PowerShellObject::Property read{std::string(property->first), std::string(property->second), {}};
        const std::size_t begin = at++;
        for (; continues(lines[at]); ++at) {
            const std::string_view more = trim(lines[at]);
            const bool list_goes_on = read.value.ends_with(',') || read.value.ends_with(';');
            read.value += list_goes_on ? " " : joint_of_wrapped(lines[at - 1], more, width);
            read.value += more;
        }
        read.value = with_three_dots(read.value);
        read.place = line_place(begin + 1, at);
        object.properties.push_back(std::move(read));
    }
    object.place = line_place(first + 1, at);
    return object;
}

struct TableColumn {
    std::size_t begin;  ///< column of the console
    std::string name;
};

// Cuts a line at the columns. A cell that stands right in its column may begin before it; cells are a blank apart.
std::vector<std::string_view> cells_of(std::string_view line, const std::vector<TableColumn>& columns) {
    std::vector<std::string_view> cells;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::size_t end = line.size();
        if (i + 1 < columns.size()) {
            end = byte_at_column(line, columns[i + 1].begin);
            while (end > begin && end < line.size() && line[end - 1] != ' ') {
                --end;
            }
        }
        cells.push_back(trim(line.substr(begin, end - begin)));
        begin = end;
    }
    return cells;
}

std::string_view between_columns(std::string_view line, std::size_t begin, std::size_t end) {
    const std::size_t from = byte_at_column(line, begin);
    return line.substr(from, byte_at_column(line, end) - from);
}

// Names of one line or two, `Interface` above `Index`; the dashes are as many as the longer one is wide.
std::vector<TableColumn> columns_at(std::string_view header, std::string_view second, std::string_view dashes) {
    std::vector<TableColumn> columns;
    if (dashes.find_first_not_of("- ") != std::string_view::npos) {
        return columns;
    }
    for (std::size_t at = dashes.find('-'); at != std::string_view::npos;) {
        const std::size_t end = std::min(dashes.find(' ', at), dashes.size());
        const std::string_view name = trim(between_columns(header, at, end));
        const std::string_view more = trim(between_columns(second, at, end));
        const bool goes_on = !trim(between_columns(header, end, end + 1)).empty();
        if (name.empty() || goes_on || std::max(console_columns(name), console_columns(more)) != end - at) {
            return {};
        }
        columns.push_back({at, std::string(name) + std::string(more)});
        if (columns.size() > kMaxColumns) {
            return {};
        }
        at = dashes.find('-', end);
    }
    return columns;
}

}  // namespace

bool PowerShellObject::has(std::string_view name) const noexcept {
    return std::ranges::any_of(properties, [&](const Property& each) { return equal_ignoring_case(each.name, name); });
}

snapshot::Text PowerShellObject::text(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
        for (const Property& each : properties) {
            if (equal_ignoring_case(each.name, name) && !each.value.empty() && !is_lost_value(each.value)) {
                return each.value;
            }
        }
    }
    return std::nullopt;
}

snapshot::Integer PowerShellObject::integer(std::initializer_list<std::string_view> names) const {
    const auto value = text(names);
    return value ? parse_integer(*value) : std::nullopt;
}

snapshot::Flag PowerShellObject::flag(std::initializer_list<std::string_view> names) const {
    const auto value = text(names);
    if (!value) {
        return std::nullopt;
    }
    for (const std::string_view yes : {"true", "enabled", "yes"}) {
        if (equal_ignoring_case(*value, yes)) {
            return true;
        }
    }
    for (const std::string_view no : {"false", "disabled", "no"}) {
        if (equal_ignoring_case(*value, no)) {
            return false;
        }
    }
    return std::nullopt;
}

std::optional<PowerShellObjects> read_powershell_list(const TextLines& lines, std::size_t at) {
    if (!property_in(lines[at])) {
        return std::nullopt;
    }
    const std::size_t width = width_of_run(lines, at);
    PowerShellObjects read{{}, at};
    while (property_in(lines[at])) {
        read.objects.push_back(read_object(lines, at, width));
        read.end = at;
        at = behind_blanks(lines, at);
    }
    return read;
}

std::optional<PowerShellObjects> read_powershell_table(const TextLines& lines, std::size_t at) {
    auto columns = columns_at(lines[at], {}, lines[at + 1]);
    PowerShellObjects read{{}, at + 2};
    if (columns.empty() && lines[at + 1].find_first_not_of("- ") != std::string_view::npos) {
        columns = columns_at(lines[at], lines[at + 1], lines[at + 2]);
        read.end = at + 3;
    }
    if (columns.empty()) {
        return std::nullopt;
    }
    for (; read.end < lines.size() && !lines[read.end].empty(); ++read.end) {
        PowerShellObject row;
        row.place = line_place(read.end + 1);
        const auto cells = cells_of(lines[read.end], columns);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            row.properties.push_back({columns[i].name, with_three_dots(cells[i]), row.place});
        }
        read.objects.push_back(std::move(row));
    }
    return read;
}

nlohmann::json to_json(const PowerShellObject& object) {
    nlohmann::json result = nlohmann::json::object();
    for (const PowerShellObject::Property& each : object.properties) {
        result[each.name] = parse_powershell_value(each.value);
    }
    return result;
}

}  // namespace kwd::analyzers
