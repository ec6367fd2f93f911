// SPDX-License-Identifier: Apache-2.0
#include "base/value_tree.h"

#include "base/json.h"

#include <algorithm>

namespace kwd {
namespace {

// What copying a value costs; an alias in YAML copies a whole tree.
void weigh(const nlohmann::json& value, std::size_t& values, std::size_t& bytes) {
    ++values;
    if (value.is_string()) {
        bytes += value.get_ref<const std::string&>().size();
    } else if (value.is_structured()) {
        for (const auto& each : value) {
            if (values > ValueTree::kMostValues) {
                return;
            }
            weigh(each, values, bytes);  // as deep as kMaxJsonDepth at most
        }
    }
}

std::size_t depth_of(const nlohmann::json& value) {
    std::size_t deepest = 0;
    if (value.is_structured()) {
        for (const auto& each : value) {
            deepest = std::max(deepest, depth_of(each));
        }
        ++deepest;
    }
    return deepest;
}

}  // namespace

nlohmann::json* ValueTree::put(nlohmann::json value) {
    any_ = true;
    if (open_.empty()) {
        root_ = std::move(value);
        last_ = &root_;
    } else if (Open& parent = open_.back(); parent.value->is_array()) {
        parent.value->push_back(std::move(value));
        last_ = &parent.value->back();
    } else {
        nlohmann::json& slot = (*parent.value)[parent.key];
        slot = std::move(value);
        last_ = &slot;
    }
    return last_;
}

bool ValueTree::afford(const nlohmann::json& copy) {
    weigh(copy, values_, bytes_);
    return values_ <= kMostValues && bytes_ <= kMostBytes;
}

bool ValueTree::scalar(nlohmann::json value) {
    if (value.is_structured() && open_.size() + depth_of(value) > kMaxJsonDepth) {
        return false;
    }
    if (!afford(value)) {
        return false;
    }
    put(std::move(value));
    return true;
}

bool ValueTree::begin(nlohmann::json value) {
    if (open_.size() >= kMaxJsonDepth || ++values_ > kMostValues) {
        return false;
    }
    nlohmann::json* opened = put(std::move(value));
    open_.push_back({opened, {}});
    return true;
}

void ValueTree::end() {
    last_ = open_.back().value;
    open_.pop_back();
}

std::string ValueTree::pointer() const {
    std::string result;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        const Open& each = open_[i];
        const std::size_t opened = i + 1 < open_.size() ? 1 : 0;  // what is open within is in the array already
        result =
            each.value->is_array() ? pointer_to(result, each.value->size() - opened) : pointer_to(result, each.key);
    }
    return result;
}

}  // namespace kwd
