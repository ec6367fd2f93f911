// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/matching.h"

#include <re2/re2.h>

#include <algorithm>

namespace kwd::collectors {
namespace {

bool has_all(const std::set<std::string, std::less<>>& names, Names wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](auto name) { return names.find(name) != names.end(); });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

/// What stands behind `key:` where the line begins with it; nullopt-like by `found`.
std::string_view yaml_value(std::string_view line, std::string_view key, bool& found) {
    found =
        line.size() > key.size() && line[key.size()] == ':' && equals_ignoring_case(line.substr(0, key.size()), key);
    if (!found) {
        return {};
    }
    auto value = line.substr(key.size() + 1);
    constexpr std::string_view kAround = " \t\"'";
    const auto first = value.find_first_not_of(kAround);
    if (first == std::string_view::npos) {
        return {};
    }
    return value.substr(first, value.find_last_not_of(kAround) - first + 1);
}

}  // namespace

bool matches(std::string_view text, const re2::RE2& pattern) {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

std::size_t count_lines(const Sample& sample, const re2::RE2& pattern) {
    return static_cast<std::size_t>(
        std::count_if(sample.lines().begin(), sample.lines().end(), [&](auto line) { return matches(line, pattern); }));
}

bool any_line(const Sample& sample, const re2::RE2& pattern) {
    return std::any_of(sample.lines().begin(), sample.lines().end(), [&](auto line) { return matches(line, pattern); });
}

bool table_has(const Sample& sample, Names columns) {
    return std::any_of(sample.tables().begin(), sample.tables().end(),
                       [&](const auto& table) { return has_all(table, columns); });
}

bool list_has(const Sample& sample, Names names) {
    return has_all(sample.list_names(), names);
}

bool table_or_list_has(const Sample& sample, Names names) {
    return table_has(sample, names) || list_has(sample, names);
}

bool objects_have(const Sample& sample, Names names) {
    return table_or_list_has(sample, names) || has_all(sample.csv_columns(), names) || json_has(sample, names);
}

bool json_has(const Sample& sample, Names paths) {
    return std::any_of(sample.json().begin(), sample.json().end(), [&](const JsonOutline& json) {
        return std::all_of(paths.begin(), paths.end(), [&](auto path) { return json.has(path); });
    });
}

std::string_view json_or_yaml_value(const Sample& sample, std::string_view path) {
    for (const auto& json : sample.json()) {
        if (const auto value = json.value(path); !value.empty()) {
            return value;
        }
    }
    bool found = false;
    for (const auto line : sample.lines()) {
        if (const auto value = yaml_value(line, path, found); found) {
            return value;
        }
    }
    return {};
}

bool yaml_has(const Sample& sample, std::string_view key) {
    bool found = false;
    return std::any_of(sample.lines().begin(), sample.lines().end(), [&](auto line) {
        yaml_value(line, key, found);
        return found;
    });
}

}  // namespace kwd::collectors
