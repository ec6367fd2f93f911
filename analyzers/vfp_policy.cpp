// SPDX-License-Identifier: Apache-2.0
#include "analyzers/vfp_policy.h"

#include "analyzers/text_lines.h"
#include "analyzers/words.h"
#include "snapshot/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::Integer;
using snapshot::line_place;
using snapshot::Text;

constexpr std::size_t kMaxListBytes = 4096;

// Where a list of conditions or of what a rule does ends at the latest.
constexpr auto kEndsList = std::to_array<std::string_view>({"layer", "group", "rule", "friendly name", "priority",
                                                            "flags", "flagsex", "flow ttl", "match type", "conditions",
                                                            "rule data", "modify", "encap destination(s)"});
// Numbers that stand beside a rule's counters and are none.
constexpr auto kNoCounters = std::to_array<std::string_view>({"priority", "flags", "flagsex", "flow ttl", "type"});

bool is_one_of(std::string_view key, std::span<const std::string_view> keys) {
    return std::ranges::any_of(keys, [&](std::string_view each) { return equal_ignoring_case(each, key); });
}

// What stands first counts: a port's outputs follow one another, and later ones may be about less.
template <class T>
void keep_first(std::optional<T>& field, std::optional<T> value) {
    if (!field) {
        field = std::move(value);
    }
}

// `Direction - IN`, the heading of a port's counters.
Text direction_in(std::string_view text) {
    constexpr std::string_view word = "Direction";
    const std::size_t dash = text.find('-');
    if (!text.starts_with(word) || dash == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view direction = trim(text.substr(dash + 1));
    return direction == "IN" || direction == "OUT" ? Text(direction) : std::nullopt;
}

}  // namespace

std::optional<VfpSetting> vfp_setting(std::string_view line) noexcept {
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos
               ? std::optional(VfpSetting{trim(line.substr(0, colon)), trim(line.substr(colon + 1))})
               : std::nullopt;
}

template <class Row>
std::pair<Row*, bool> VfpPolicy::Objects<Row>::open(Key key, Row row, std::size_t at) {
    const auto [found, is_new] = known_.try_emplace(std::move(key), rows.size());
    if (is_new) {
        rows.push_back({std::move(row), line_place(at + 1)});
    }
    return {&rows[found->second].row, is_new};
}

void VfpPolicy::begin(Subject subject) {
    subject_ = std::move(subject);
    leave();
}

void VfpPolicy::leave() {
    close();
    rule_.reset();
    direction_.reset();
}

void VfpPolicy::close() noexcept {
    layer_row_ = nullptr;
    group_row_ = nullptr;
    rule_row_ = nullptr;
    was_known_ = false;
    list_ = List::none;
}

bool VfpPolicy::read(std::string_view line, std::size_t at) {
    const std::string_view text = trim(line);
    const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
    if (text.empty()) {
        list_ = List::none;
        return false;
    }
    if (list_ != List::none && read_in_list(text, indent)) {
        return true;
    }
    const auto setting = vfp_setting(text);
    if (!setting) {
        if (const Text direction = direction_in(text)) {
            close();
            direction_ = direction;
            return true;
        }
        if (text.starts_with("Command ") || text == "ITEM LIST") {
            leave();
        }
        return false;
    }
    return read_name(*setting, at) || read_counter(*setting, at) || read_property(*setting, indent);
}

bool VfpPolicy::read_name(const VfpSetting& setting, std::size_t at) {
    const bool lists = subject_.section != Section::counters;
    const auto& [port, layer, group, section] = subject_;
    const std::string name(setting.value);
    if (setting.key == "LAYER") {
        leave();
        subject_.layer = text_or_null(name);
        subject_.group.reset();
        if (lists) {
            layer_row_ = layers_.open({port, {}, {}, name}, {.port_name = port, .name = name}, at).first;
        }
        return true;
    }
    if (setting.key == "GROUP") {
        leave();
        subject_.group = text_or_null(name);
        if (lists) {
            const auto [row, is_new] =
                groups_.open({port, layer, {}, name}, {.port_name = port, .layer = layer, .name = name}, at);
            group_row_ = row;
            was_known_ = !is_new;
        }
        return true;
    }
    if (setting.key == "RULE") {
        leave();
        rule_ = text_or_null(name);
        if (lists) {
            open_rule(setting.value, at);
        }
        return true;
    }
    return false;
}

// A rule without an id is told apart by its line.
void VfpPolicy::open_rule(std::string_view name, std::size_t at) {
    const auto& [port, layer, group, section] = subject_;
    const auto [row, is_new] =
        rules_.open({port, layer, group, name.empty() ? fmt::format(" {}", at) : std::string(name)},
                    {.port_name = port, .layer = layer, .group_name = group, .name = text_or_null(name)}, at);
    rule_row_ = row;
    was_known_ = !is_new;
}

bool VfpPolicy::read_counter(const VfpSetting& setting, std::size_t at) {
    const bool expected = subject_.section == Section::counters || (direction_ && rule_row_ == nullptr);
    const Integer value = expected ? parse_integer(setting.value) : std::nullopt;
    if (!value || setting.key.empty() || is_one_of(setting.key, kNoCounters)) {
        return false;
    }
    const bool of_rule = rule_.has_value();
    counters_.push_back({{.port_name = subject_.port,
                          .direction = direction_,
                          .layer = of_rule ? subject_.layer : std::nullopt,
                          .group_name = of_rule ? subject_.group : std::nullopt,
                          .rule = rule_,
                          .counter = std::string(setting.key),
                          .value = value},
                         line_place(at + 1)});
    return true;
}

bool VfpPolicy::read_property(const VfpSetting& setting, std::size_t indent) {
    const bool of_any = layer_row_ != nullptr || group_row_ != nullptr || rule_row_ != nullptr;
    // The state of a port follows its rules, in files to which one output after another was appended.
    if (!of_any || setting.key == "Enabled" || setting.key == "Blocked") {
        return false;
    }
    const auto is = [&](std::string_view key) { return equal_ignoring_case(setting.key, key); };
    const auto in_all = [&](auto field_of) {
        if (layer_row_ != nullptr) {
            field_of(*layer_row_);
        } else if (group_row_ != nullptr) {
            field_of(*group_row_);
        } else {
            field_of(*rule_row_);
        }
    };
    const Text value = text_or_null(setting.value);
    if (is("Conditions") || is("Rule Data") || is("Modify") || is("Encap Destination(s)")) {
        list_ = is("Conditions") ? List::conditions : List::data;
        list_indent_ = indent;
        if (value) {
            (void)read_in_list(setting.value, indent + 1);
        }
    } else if (is("Friendly name")) {
        in_all([&](auto& row) { keep_first(row.friendly_name, value); });
        if (rule_row_ != nullptr) {
            keep_first(rule_row_->name, value);
        }
    } else if (is("Priority")) {
        in_all([&](auto& row) { keep_first(row.priority, parse_integer(setting.value)); });
    } else if (is("Flags") && layer_row_ != nullptr) {
        keep_first(layer_row_->flags, value);
    } else if (is("Flags") && rule_row_ != nullptr) {
        keep_first(rule_row_->flags, value);
    } else if (is("Type") && group_row_ != nullptr) {
        keep_first(group_row_->type, value);
    } else if (is("Type") && rule_row_ != nullptr) {
        keep_first(rule_row_->type, value);
    } else if (is("Direction") && group_row_ != nullptr) {
        keep_first(group_row_->direction, value);
    } else if (is("Match type") && group_row_ != nullptr) {
        keep_first(group_row_->match_type, value);
    }
    return true;
}

Text* VfpPolicy::list_text() noexcept {
    if (was_known_) {
        return nullptr;
    }
    if (rule_row_ != nullptr) {
        return list_ == List::conditions ? &rule_row_->conditions : &rule_row_->rule_data;
    }
    return group_row_ != nullptr && list_ == List::conditions ? &group_row_->conditions : nullptr;
}

bool VfpPolicy::read_in_list(std::string_view text, std::size_t indent) {
    const auto setting = vfp_setting(text);
    // Where everything was trimmed, only the known keys tell.
    const bool ends_by_indent = list_ == List::conditions && list_indent_ > 0 && indent <= list_indent_;
    if (ends_by_indent || text.starts_with("Command ") || (setting && is_one_of(setting->key, kEndsList))) {
        list_ = List::none;
        return false;
    }
    Text* const list = list_text();
    if (list != nullptr && text != "<none>") {
        std::string& all = *list ? **list : list->emplace();
        if (all.size() < kMaxListBytes) {
            all += all.empty() ? "" : "; ";
            all += setting ? fmt::format("{}: {}", setting->key, setting->value) : std::string(text);
        }
    }
    return true;
}

bool VfpPolicy::empty() const noexcept {
    return layers_.rows.empty() && groups_.rows.empty() && rules_.rows.empty() && counters_.empty();
}

void VfpPolicy::write(Analysis& out) {
    const auto write_all = [&](const auto& table, auto& rows) {
        for (auto& each : rows) {
            out.add(table, std::move(each.row), std::move(each.place));
        }
    };
    write_all(snapshot::kVfpLayers, layers_.rows);
    write_all(snapshot::kVfpGroups, groups_.rows);
    write_all(snapshot::kVfpRules, rules_.rows);
    write_all(snapshot::kVfpCounters, counters_);
}

}  // namespace kwd::analyzers
