// SPDX-License-Identifier: Apache-2.0
#include "analyzers/json_node.h"

#include "analyzers/powershell_value.h"
#include "analyzers/text_lines.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace kwd::analyzers {
namespace {

using nlohmann::json;
using snapshot::Flag;
using snapshot::Integer;
using snapshot::Text;

// RFC 6901: ~ and / of a name are written ~0 and ~1.
std::string pointer_step(std::string_view name) {
    std::string step = "/";
    for (const char c : name) {
        step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return step;
}

Integer number_in(std::string_view text) {
    text = trim(text);
    if (text.starts_with("0x") || text.starts_with("0X")) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
        return error == std::errc() && end == text.data() + text.size() ? Integer(number) : std::nullopt;
    }
    return parse_integer(text);
}

}  // namespace

JsonNode::JsonNode(const json& value, std::string place) : value_(&value), place_(std::move(place)) {}

JsonNode::JsonNode(const json& object, std::string place, const PropertyLines& lines)
    : value_(&object), place_(std::move(place)), pointer_(false), lines_(&lines) {}

JsonNode::operator bool() const noexcept {
    return value_ != nullptr && !value_->is_null();
}

bool JsonNode::is_object() const noexcept {
    return value_ != nullptr && value_->is_object();
}

JsonNode JsonNode::child(const json& value, std::string_view step) const {
    JsonNode node;
    node.value_ = &value;
    node.owned_ = owned_;
    node.pointer_ = pointer_;
    if (pointer_) {
        node.place_ = place_ + pointer_step(step);
    } else {
        const auto line = lines_ != nullptr ? lines_->find(step) : PropertyLines::const_iterator{};
        node.place_ = lines_ != nullptr && line != lines_->end() ? line->second : place_;
    }
    if (value.is_string() && value.get_ref<const std::string&>().starts_with("@{")) {
        node.owned_ = std::make_shared<const json>(parse_powershell_value(value.get_ref<const std::string&>()));
        node.value_ = node.owned_.get();
        node.pointer_ = false;
    }
    return node;
}

JsonNode JsonNode::operator[](std::string_view name) const {
    if (!is_object()) {
        return {};
    }
    auto found = value_->find(name);
    if (found == value_->end()) {
        for (auto each = value_->begin(); each != value_->end() && found == value_->end(); ++each) {
            if (equal_ignoring_case(each.key(), name)) {
                found = each;
            }
        }
    }
    return found != value_->end() ? child(*found, found.key()) : JsonNode();
}

JsonNode JsonNode::any_of(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
        if (JsonNode found = (*this)[name]) {
            return found;
        }
    }
    return {};
}

std::vector<JsonNode> JsonNode::items() const {
    std::vector<JsonNode> result;
    if (!*this) {
        return result;
    }
    if (!value_->is_array()) {
        const bool nothing = value_->is_string() && (value_->get_ref<const std::string&>().empty() || lost());
        if (!nothing) {
            result.push_back(*this);
        }
        return result;
    }
    result.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i) {
        const json& each = (*value_)[i];
        const bool lost_item = each.is_string() && is_lost_value(each.get_ref<const std::string&>());
        if (!each.is_null() && !lost_item) {
            result.push_back(child(each, std::to_string(i)));
        }
    }
    return result;
}

Text JsonNode::text() const {
    if (value_ == nullptr || lost()) {
        return std::nullopt;
    }
    if (value_->is_string()) {
        const std::string_view text = trim(value_->get_ref<const std::string&>());
        return text.empty() ? Text() : Text(text);
    }
    if (value_->is_number_integer()) {
        return value_->dump();
    }
    return std::nullopt;
}

Integer JsonNode::integer() const {
    if (value_ == nullptr) {
        return std::nullopt;
    }
    if (value_->is_number_unsigned()) {
        const auto number = value_->get<std::uint64_t>();
        return number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? Integer(static_cast<std::int64_t>(number))
                   : std::nullopt;
    }
    if (value_->is_number_integer()) {
        return value_->get<std::int64_t>();
    }
    if (value_->is_number_float()) {
        const double number = value_->get<double>();
        return std::abs(number) < 9.0e18 && std::trunc(number) == number ? Integer(static_cast<std::int64_t>(number))
                                                                         : std::nullopt;
    }
    return value_->is_string() ? number_in(value_->get_ref<const std::string&>()) : std::nullopt;
}

Flag JsonNode::flag() const {
    if (value_ == nullptr) {
        return std::nullopt;
    }
    if (value_->is_boolean()) {
        return value_->get<bool>();
    }
    if (value_->is_string()) {
        const std::string_view text = trim(value_->get_ref<const std::string&>());
        if (equal_ignoring_case(text, "true") || equal_ignoring_case(text, "false")) {
            return equal_ignoring_case(text, "true");
        }
    }
    const Integer number = integer();
    return number ? Flag(*number != 0) : std::nullopt;
}

std::vector<std::string> JsonNode::words() const {
    std::vector<std::string> result;
    for (const JsonNode& each : items()) {
        if (const Text text = each.text()) {
            for (const std::string_view word : split_words(*text, ", \t;")) {
                result.emplace_back(word);
            }
        }
    }
    return result;
}

bool JsonNode::lost() const {
    if (value_ == nullptr) {
        return false;
    }
    const auto is_lost = [](const json& each) {
        return each.is_string() && is_lost_value(each.get_ref<const std::string&>());
    };
    return is_lost(*value_) || (value_->is_array() && std::ranges::any_of(*value_, is_lost));
}

}  // namespace kwd::analyzers
