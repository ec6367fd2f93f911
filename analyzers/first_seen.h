// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kwd::analyzers {

/// Things by their keys, in the order in which they were first seen, up to a limit.
template <class Key, class Value, class Hash, class Equal = std::equal_to<Key>>
class FirstSeen {
  public:
    explicit FirstSeen(std::size_t most) : most_(most) {}

    /// The value of this key, made where there is none; nullptr when there are as many as may be. Valid until the next
    /// call.
    Value* at(const Key& key) {
        if (const auto found = index_.find(key); found != index_.end()) {
            return &items_[found->second].second;
        }
        if (items_.size() >= most_) {
            ++left_out_;
            return nullptr;
        }
        index_.emplace(key, items_.size());
        return &items_.emplace_back(key, Value{}).second;
    }

    [[nodiscard]] const std::vector<std::pair<Key, Value>>& items() const noexcept { return items_; }
    /// How often something was not taken in.
    [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

  private:
    std::size_t most_;
    std::size_t left_out_ = 0;
    std::unordered_map<Key, std::size_t, Hash, Equal> index_;
    std::vector<std::pair<Key, Value>> items_;
};

}  // namespace kwd::analyzers
