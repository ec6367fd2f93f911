// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "rules/yaml_tree.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::rules {

/// Takes typed values out of a YAML tree and collects everything that is wrong with it, so that an author sees all of
/// it at once. What is wrong or absent reads as empty.
class RuleReader {
  public:
    enum class Presence : std::uint8_t { required, optional };

    explicit RuleReader(std::string_view path) : path_(path) {}

    void problem(int line, std::string_view what);
    /// Every key of `map` is one of `known`. `where` names the map for people.
    void only_keys(const YamlNode& map, std::string_view where, std::span<const char* const> known);

    [[nodiscard]] std::string text(const YamlNode& map, const char* key, Presence presence = Presence::required);
    /// A list of scalars, at least one where it is required.
    [[nodiscard]] std::vector<const YamlNode*> texts(const YamlNode& map, const char* key, Presence presence);
    /// A list of maps, at least one where it is required.
    [[nodiscard]] std::vector<const YamlNode*> maps(const YamlNode& map, const char* key, Presence presence);
    /// A list of scalars and maps.
    [[nodiscard]] std::vector<const YamlNode*> texts_or_maps(const YamlNode& map, const char* key, Presence presence);
    /// nullptr where there is none.
    [[nodiscard]] const YamlNode* map(const YamlNode& map, const char* key, Presence presence);

    /// One of the words that name_of gives for `choices`; the first of them when it is not.
    template <class Enum>
    [[nodiscard]] Enum word(const YamlNode& map, const char* key, std::span<const Enum> choices) {
        std::vector<const char*> words;
        for (const Enum choice : choices) {
            words.push_back(name_of(choice));
        }
        return choices[index_of_word(map, key, words)];
    }

    [[nodiscard]] bool failed() const noexcept { return !problems_.empty(); }
    /// All problems, in the order of their lines, one on each line.
    [[nodiscard]] Error error() const;

  private:
    struct Problem {
        int line;
        std::string what;
    };

    [[nodiscard]] const YamlNode* value(const YamlNode& map, const char* key, Presence presence);
    [[nodiscard]] std::vector<const YamlNode*> list(const YamlNode& map, const char* key, Presence presence,
                                                    std::span<const YamlNode::Kind> kinds, std::string_view items);
    [[nodiscard]] std::size_t index_of_word(const YamlNode& map, const char* key, std::span<const char* const> words);

    std::string path_;
    std::vector<Problem> problems_;
};

}  // namespace kwd::rules
