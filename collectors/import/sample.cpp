// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/sample.h"

#include "base/text.h"

#include <algorithm>
#include <sstream>

namespace kwd::collectors {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr std::size_t kMaxListNameBytes = 60;

std::string to_lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Control characters that no text has, in the decoded text: NUL among them, so that UTF-16 is judged after decoding.
bool looks_binary(std::string_view text) {
    const auto strange = std::count_if(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\x1b' && c != '\b';
    });
    return strange > 0 && static_cast<std::size_t>(strange) * 200 > text.size();
}

/// Names of columns that a narrow console broke into two lines, `DestinationPr` above `efix`: a group of dashes shows
/// where they stand.
void insert_broken_names(std::string_view upper, std::string_view lower, std::string_view rule,
                         std::set<std::string, std::less<>>& names) {
    for (std::size_t at = rule.find('-'); at != std::string_view::npos;) {
        const auto end = std::min(rule.find(' ', at), rule.size());
        const auto part = [&](std::string_view line) {
            return trim(at < line.size() ? line.substr(at, end - at) : std::string_view());
        };
        names.insert(std::string(part(upper)) + std::string(part(lower)));
        at = rule.find('-', end);
    }
}

}  // namespace

Sample::Sample(std::string_view path, std::string_view bytes) : path_(to_lower(path)), bytes_(bytes) {
    std::replace(path_.begin(), path_.end(), '\\', '/');
    const auto slash = path_.rfind('/');
    name_ = slash == std::string::npos ? std::string_view(path_) : std::string_view(path_).substr(slash + 1);
    text_ = decode_text(bytes.substr(0, kSampleBytes)).utf8;
    binary_ = looks_binary(text_);
    if (binary_) {
        text_.clear();
        return;
    }
    split_lines();
    json_ = outline_json(text_);
    find_tables();
    find_list_names();
    find_csv_columns();
    says_nothing_ = trim(text_).empty() ||
                    (json_.size() == 1 && json_[0].empty() && trim(text_).size() == json_[0].end() - json_[0].begin());
}

bool Sample::name_ends(std::string_view ending) const noexcept {
    return name_.size() >= ending.size() && name_.substr(name_.size() - ending.size()) == ending;
}

void Sample::split_lines() {
    LineReader reader(text_);
    while (lines_.size() < kSampleLines) {
        const auto line = reader.next();
        if (!line) {
            break;
        }
        lines_.push_back(line->text);
    }
}

void Sample::find_tables() {
    for (std::size_t i = 1; i < lines_.size(); ++i) {
        const auto rule = trim(lines_[i]);
        if (rule.size() < 2 || rule.find_first_not_of("- ") != std::string_view::npos) {
            continue;
        }
        std::istringstream header{to_lower(lines_[i - 1])};
        std::set<std::string, std::less<>> columns;
        for (std::string column; header >> column;) {
            columns.insert(column);
        }
        if (i > 1) {
            insert_broken_names(to_lower(lines_[i - 2]), to_lower(lines_[i - 1]), lines_[i], columns);
        }
        if (!columns.empty()) {
            tables_.push_back(std::move(columns));
        }
    }
}

void Sample::find_list_names() {
    for (const auto line : lines_) {
        const auto colon = line.find(" :");
        if (colon == std::string_view::npos || colon == 0 || colon > kMaxListNameBytes) {
            continue;
        }
        // `Name : value`, or `Name :` at the end of the line
        if (colon + 2 < line.size() && line[colon + 2] != ' ') {
            continue;
        }
        list_names_.insert(to_lower(trim(line.substr(0, colon))));
    }
}

// Below `#TYPE …` of Windows PowerShell. PowerShell quotes all names; without quotes any sentence would do.
void Sample::find_csv_columns() {
    const auto first = std::find_if(lines_.begin(), lines_.end(), [](auto line) {
        return !trim(line).empty() && line.find("#TYPE") == std::string_view::npos;
    });
    auto rest = first == lines_.end() ? std::string_view() : trim(*first);
    if (rest.substr(0, 3) == "\xef\xbb\xbf") {
        rest.remove_prefix(3);
    }
    while (!rest.empty() && rest.front() == '"') {
        const auto end = rest.find('"', 1);
        if (end == std::string_view::npos || end > kMaxListNameBytes) {
            csv_columns_.clear();
            return;
        }
        csv_columns_.insert(to_lower(rest.substr(1, end - 1)));
        rest.remove_prefix(end + 1);
        if (!rest.empty() && rest.front() == ',') {
            rest.remove_prefix(1);
        }
    }
    if (!rest.empty() || csv_columns_.size() < 2) {
        csv_columns_.clear();
    }
}

}  // namespace kwd::collectors
