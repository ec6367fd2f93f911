// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace kwd {

/// Grows a JSON tree from events, so that what came before a break is kept. Refuses (false) what is too deep or too
/// much: hostile nesting, and YAML aliases that multiply.
class ValueTree {
  public:
    static constexpr std::size_t kMostValues = 4'000'000;
    static constexpr std::size_t kMostBytes = std::size_t{512} << 20;

    [[nodiscard]] bool scalar(nlohmann::json value);
    [[nodiscard]] bool begin_object() { return begin(nlohmann::json::object()); }
    [[nodiscard]] bool begin_array() { return begin(nlohmann::json::array()); }
    void key(std::string name) { open_.back().key = std::move(name); }
    void end();
    /// Counts a copy of a part of the tree that somebody keeps. False when that is too much.
    [[nodiscard]] bool afford(const nlohmann::json& copy);

    [[nodiscard]] std::size_t depth() const noexcept { return open_.size(); }
    /// The object that is open innermost waits for its next value; false in arrays and at the top.
    [[nodiscard]] bool in_object() const noexcept { return !open_.empty() && open_.back().value->is_object(); }
    [[nodiscard]] std::string pointer() const;  ///< of the value that comes next
    [[nodiscard]] bool complete() const noexcept { return any_ && open_.empty(); }
    /// The value added last.
    [[nodiscard]] const nlohmann::json* last() const noexcept { return last_; }
    [[nodiscard]] nlohmann::json take() { return std::move(root_); }

  private:
    struct Open {
        nlohmann::json* value;
        std::string key;
    };
    nlohmann::json* put(nlohmann::json value);
    [[nodiscard]] bool begin(nlohmann::json value);

    nlohmann::json root_ = nullptr;
    std::vector<Open> open_;
    nlohmann::json* last_ = nullptr;
    std::size_t values_ = 0;
    std::size_t bytes_ = 0;
    bool any_ = false;
};

}  // namespace kwd
