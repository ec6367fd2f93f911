// SPDX-License-Identifier: Apache-2.0
#include "analyzers/values.h"

#include "analyzers/words.h"
#include "analyzers/yaml.h"
#include "base/broken_json.h"
#include "base/json.h"
#include "snapshot/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

constexpr std::size_t kMostDocumentValues = 100'000;
constexpr std::string_view kBlanks = " \t\r\n";

class JsonValues {
  public:
    JsonValues(std::string_view text, Analysis& out) : text_(text), out_(out) {}

    std::vector<DocumentValue> read() {
        while (values_.size() < kMostDocumentValues && skip_blanks()) {
            auto prefix = parse_json_prefix(text_.substr(at_));
            if (prefix) {
                add(std::move(prefix->value), true);
                advance(prefix->bytes);
                accept_comma();
            } else if (!read_broken()) {
                break;
            }
        }
        return std::move(values_);
    }

  private:
    bool skip_blanks() {
        const std::size_t next = text_.find_first_not_of(kBlanks, at_);
        advance((next == std::string_view::npos ? text_.size() : next) - at_);
        return at_ < text_.size();
    }

    void advance(std::size_t bytes) {
        const std::string_view passed = text_.substr(at_, bytes);
        line_ += static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
        at_ += passed.size();
    }

    void accept_comma() {
        if (skip_blanks() && text_[at_] == ',') {
            advance(1);
        }
    }

    void add(json value, bool whole) {
        const std::size_t line_start = text_.rfind('\n', at_ == 0 ? 0 : at_ - 1);
        const std::string_view before = line_start == std::string_view::npos || at_ == 0
                                            ? text_.substr(0, at_)
                                            : text_.substr(line_start, at_ - line_start);
        values_.push_back({std::move(value), line_, whole, trim(before).empty(), {}});
    }

    // False when nothing after the break can be read.
    bool read_broken() {
        const std::string_view rest = text_.substr(at_);
        BrokenJson broken = read_broken_json(rest);
        const std::size_t position = broken.bytes;
        const std::size_t line = line_ + static_cast<std::size_t>(std::count(
                                             rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
        out_.note(snapshot::line_place(line), broken.ends ? "truncated" : "malformed",
                  broken.ends ? fmt::format("the JSON value that begins on line {} does not end", line_)
                              : fmt::format("not valid JSON on line {}", line));
        if (broken.value.is_structured() && !broken.value.empty()) {
            add(std::move(broken.value), false);
        }
        for (std::size_t next = text_.find('\n', at_ + position); next != std::string_view::npos;
             next = text_.find('\n', next + 1)) {
            if (next + 1 < text_.size() && (text_[next + 1] == '{' || text_[next + 1] == '[')) {
                advance(next + 1 - at_);
                return true;
            }
        }
        return false;
    }

    std::string_view text_;
    Analysis& out_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::vector<DocumentValue> values_;
};

// The first line that begins with a bracket; npos when there is none.
std::size_t first_json(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '{' || text[at] == '[') {
            return at;
        }
        const std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) {
            break;
        }
        at = end + 1;
    }
    return std::string_view::npos;
}

bool looks_like_json(std::string_view text) {
    const std::string_view trimmed = trim(text.substr(0, std::min<std::size_t>(text.size(), 4096)));
    return trimmed.starts_with('{') || trimmed.starts_with('[');
}

}  // namespace

std::string DocumentValue::place(std::string_view pointer) const {
    if (lines.empty()) {
        if (!pointers) {
            return snapshot::line_place(line);
        }
        return line == 1 ? std::string(pointer) : snapshot::line_place(line) + std::string(pointer);
    }
    for (;;) {
        if (const auto found = lines.find(pointer); found != lines.end()) {
            return snapshot::line_place(found->second.first, found->second.last);
        }
        if (pointer.empty()) {
            return snapshot::line_place(line);
        }
        pointer = pointer.substr(0, pointer.rfind('/'));
    }
}

std::vector<DocumentValue> read_values(std::string_view utf8, Analysis& out) {
    if (looks_like_json(utf8)) {
        return JsonValues(utf8, out).read();
    }
    Analysis yaml_notes;
    auto values = read_yaml(utf8, yaml_notes);
    const bool any =
        std::any_of(values.begin(), values.end(), [](const auto& each) { return each.value.is_structured(); });
    if (!any && first_json(utf8) != std::string_view::npos) {
        // Something stands before the JSON; blanks keep the line numbers right.
        std::string text(utf8);
        std::for_each(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first_json(utf8)),
                      [](char& c) { c = c == '\n' ? '\n' : ' '; });
        return JsonValues(text, out).read();
    }
    for (const auto& note : yaml_notes.notes()) {
        out.note(note.place, note.problem, note.text);
    }
    return values;
}

std::vector<DocumentValue> read_json_values(std::string_view utf8, Analysis& out) {
    return JsonValues(utf8, out).read();
}

std::optional<DocumentValue> read_json_object(std::string_view utf8, Analysis& out) {
    const std::size_t notes = out.notes().size();
    auto values = read_json_values(utf8, out);
    if (values.size() == 1 && values.front().whole && values.front().value.is_object() && notes == out.notes().size()) {
        return std::move(values.front());
    }
    if (notes == out.notes().size()) {
        out.note(values.size() > 1 ? values[1].place("") : "", "malformed",
                 values.empty()      ? "the file is empty"
                 : values.size() > 1 ? "more text follows the JSON object"
                                     : "not a JSON object");
    }
    return std::nullopt;
}

std::vector<DocumentValue> read_embedded_values(std::string_view utf8, const std::string& place, Analysis& out) {
    Analysis inner;
    auto values = read_values(utf8, inner);
    for (const auto& note : inner.notes()) {
        out.note(place, note.problem, fmt::format("{} of the embedded text", note.text));
    }
    return values;
}

NamedMember named_member(const json& object, std::string_view name) {
    if (!object.is_object()) {
        return {};
    }
    if (const auto found = object.find(name); found != object.end()) {
        return {found.key(), &found.value()};
    }
    for (auto each = object.begin(); each != object.end(); ++each) {
        if (equal_ignoring_case(each.key(), name)) {
            return {each.key(), &each.value()};
        }
    }
    return {};
}

const json* member(const json& object, std::string_view name) {
    if (!object.is_object()) {
        return nullptr;
    }
    if (const auto found = object.find(name); found != object.end()) {
        return &found.value();
    }
    for (auto each = object.begin(); each != object.end(); ++each) {
        if (equal_ignoring_case(each.key(), name)) {
            return &each.value();
        }
    }
    return nullptr;
}

const json* member_at(const json& object, std::initializer_list<std::string_view> path) {
    const json* value = &object;
    for (const std::string_view name : path) {
        value = value == nullptr ? nullptr : member(*value, name);
    }
    return value;
}

snapshot::Text text_of(const json* value) {
    if (value == nullptr || value->is_null() || value->is_structured() || value->is_discarded()) {
        return std::nullopt;
    }
    return value->is_string() ? value->get<std::string>() : value->dump();
}

snapshot::Text nonempty_text_of(const json* value) {
    auto text = text_of(value);
    return text && text->empty() ? std::nullopt : text;
}

snapshot::Integer integer_of(const json* value) {
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_number_unsigned()) {
        const auto number = value->get<std::uint64_t>();
        return number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? std::nullopt
                   : snapshot::Integer(static_cast<std::int64_t>(number));
    }
    if (value->is_number_integer()) {
        return value->get<std::int64_t>();
    }
    return value->is_string() ? parse_integer(trim(value->get_ref<const std::string&>())) : std::nullopt;
}

snapshot::Real real_of(const json* value) {
    return value != nullptr && value->is_number() ? snapshot::Real(value->get<double>()) : std::nullopt;
}

snapshot::Flag flag_of(const json* value) {
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_boolean()) {
        return value->get<bool>();
    }
    return value->is_string() ? parse_flag(trim(value->get_ref<const std::string&>())) : std::nullopt;
}

snapshot::Text list_of(const json* value) {
    if (value == nullptr || value->is_null() || value->is_object()) {
        return std::nullopt;
    }
    if (!value->is_array()) {
        return text_of(value);
    }
    std::string list;
    for (const json& each : *value) {
        if (const auto text = text_of(&each)) {
            append_item(list, *text);
        }
    }
    return list;
}

snapshot::Text nonempty_list_of(const json* value) {
    auto list = list_of(value);
    return list && list->empty() ? std::nullopt : list;
}

std::string json_text(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace kwd::analyzers
