// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kwd::collectors {

/// The keys of a JSON value, found without insisting that it is whole or correct: text that was cut off, or that a
/// console broke within strings and numbers, still shows what it is. Never fails; time and memory are bounded.
class JsonOutline {
  public:
    /// Whether any object at this path has the key. Paths are lower case keys with dots; arrays are transparent, so
    /// `[{"Ipams": [{"Subnets": []}]}]` has `ipams` and `ipams.subnets`. The `Output` of a raw HNS answer,
    /// `{"Output": [...], "Success": true}`, is looked through.
    [[nodiscard]] bool has(std::string_view path) const { return values_.find(path) != values_.end(); }
    /// The first scalar at the path as written, without quotes; empty where there is none. Cut at 200 bytes.
    [[nodiscard]] std::string_view value(std::string_view path) const;
    /// No key anywhere: `[]`, `{}`, `[{}]`.
    [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
    [[nodiscard]] bool is_array() const noexcept { return is_array_; }
    /// Where it begins in the text, and just behind its end.
    [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
    [[nodiscard]] std::size_t end() const noexcept { return end_; }

  private:
    friend class OutlineReader;
    std::map<std::string, std::string, std::less<>> values_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool is_array_ = false;
};

/// The most values that are outlined of one text.
inline constexpr std::size_t kMaxOutlines = 32;

/// Outlines of the JSON values in a text that begin at the beginning of a line, in order; between them may stand
/// anything.
[[nodiscard]] std::vector<JsonOutline> outline_json(std::string_view text);

}  // namespace kwd::collectors
