// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace kwd::rules {
namespace {

// More would not be read, and a hostile file could make very many.
constexpr std::size_t kMaxProblems = 20;

}  // namespace

void RuleReader::problem(int line, std::string_view what) {
    if (problems_.size() < kMaxProblems) {
        problems_.push_back({line, std::string(what)});
    }
}

Error RuleReader::error() const {
    std::vector<Problem> sorted = problems_;
    std::ranges::stable_sort(sorted, {}, &Problem::line);
    std::string all;
    for (const Problem& each : sorted) {
        all += fmt::format("{}{}:{}: {}", all.empty() ? "" : "\n", path_, each.line, each.what);
    }
    return Error{Errc::malformed, all};
}

void RuleReader::only_keys(const YamlNode& map, std::string_view where, std::span<const char* const> known) {
    for (const auto& [key, value] : map.entries) {
        if (std::ranges::find(known, std::string_view(key.text)) == known.end()) {
            problem(key.line,
                    fmt::format("unknown key '{}' in {}; known are {}", key.text, where, fmt::join(known, ", ")));
        }
    }
}

const YamlNode* RuleReader::value(const YamlNode& map, const char* key, Presence presence) {
    const YamlNode* found = map.find(key);
    if (found == nullptr && presence == Presence::required) {
        problem(map.line, fmt::format("'{}' is missing", key));
    }
    return found;
}

std::string RuleReader::text(const YamlNode& map, const char* key, Presence presence) {
    const YamlNode* found = value(map, key, presence);
    if (found == nullptr) {
        return {};
    }
    std::string_view trimmed = found->text;
    while (!trimmed.empty() && (trimmed.back() == '\n' || trimmed.back() == ' ')) {
        trimmed.remove_suffix(1);
    }
    if (found->kind != YamlNode::Kind::scalar || trimmed.empty()) {
        problem(found->line, fmt::format("'{}' must be a text", key));
    }
    return std::string(trimmed);
}

std::vector<const YamlNode*> RuleReader::list(const YamlNode& map, const char* key, Presence presence,
                                              std::span<const YamlNode::Kind> kinds, std::string_view items) {
    const YamlNode* found = value(map, key, presence);
    if (found == nullptr) {
        return {};
    }
    if (found->kind != YamlNode::Kind::list || (found->items.empty() && presence == Presence::required)) {
        problem(found->line, fmt::format("'{}' must be a list of {}", key, items));
        return {};
    }
    std::vector<const YamlNode*> list;
    for (const YamlNode& item : found->items) {
        if (std::ranges::find(kinds, item.kind) != kinds.end() &&
            (item.kind != YamlNode::Kind::scalar || !item.text.empty())) {
            list.push_back(&item);
        } else {
            problem(item.line, fmt::format("'{}' must be a list of {}", key, items));
        }
    }
    return list;
}

std::vector<const YamlNode*> RuleReader::texts(const YamlNode& map, const char* key, Presence presence) {
    return list(map, key, presence, std::array{YamlNode::Kind::scalar}, "texts");
}

std::vector<const YamlNode*> RuleReader::maps(const YamlNode& map, const char* key, Presence presence) {
    return list(map, key, presence, std::array{YamlNode::Kind::map}, "maps");
}

std::vector<const YamlNode*> RuleReader::texts_or_maps(const YamlNode& map, const char* key, Presence presence) {
    return list(map, key, presence, std::array{YamlNode::Kind::scalar, YamlNode::Kind::map}, "texts and maps");
}

const YamlNode* RuleReader::map(const YamlNode& map, const char* key, Presence presence) {
    const YamlNode* found = value(map, key, presence);
    if (found != nullptr && found->kind != YamlNode::Kind::map) {
        problem(found->line, fmt::format("'{}' must be a map of keys", key));
        return nullptr;
    }
    return found;
}

std::size_t RuleReader::index_of_word(const YamlNode& map, const char* key, std::span<const char* const> words) {
    const std::string word = text(map, key);
    const auto found = std::ranges::find(words, word);
    if (found != words.end()) {
        return static_cast<std::size_t>(found - words.begin());
    }
    if (!word.empty()) {
        problem(map.find(key)->line, fmt::format("'{}' is one of {}; not '{}'", key, fmt::join(words, ", "), word));
    }
    return 0;
}

}  // namespace kwd::rules
