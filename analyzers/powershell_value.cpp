// SPDX-License-Identifier: Apache-2.0
#include "analyzers/powershell_value.h"

#include "analyzers/text_lines.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 32;

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    json value() {
        text_ = trim(text_);
        if (!starts("@{")) {
            return starts("{") && text_.ends_with('}') ? array(0) : json(text_);
        }
        json objects = json::array();
        while (starts("@{")) {
            objects.push_back(object(0));
            skip_blanks();
        }
        if (at_ < text_.size()) {
            return json(text_);
        }
        return objects.size() == 1 ? std::move(objects[0]) : std::move(objects);
    }

  private:
    [[nodiscard]] bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    void skip_blanks() { at_ = std::min(text_.find_first_not_of(' ', at_), text_.size()); }

    // `@{Key=Value; Key=Value}`
    json object(int depth) {
        json result = json::object();
        at_ += 2;
        while (at_ < text_.size() && !starts("}")) {
            const std::size_t equals = text_.find_first_of("=}", at_);
            if (equals == std::string_view::npos || text_[equals] == '}') {
                at_ = std::min(equals, text_.size());
                break;
            }
            std::string key(trim(text_.substr(at_, equals - at_)));
            at_ = equals + 1;
            result[std::move(key)] = item(depth + 1, ";");
            if (starts(";")) {
                ++at_;
                skip_blanks();
            }
        }
        at_ = std::min(at_ + 1, text_.size());
        return result;
    }

    // `{a, b, c...}`
    json array(int depth) {
        json result = json::array();
        ++at_;
        while (at_ < text_.size() && !starts("}")) {
            json each = item(depth + 1, ", ");
            const bool cut = each.is_string() && each.get_ref<const std::string&>().ends_with("...");
            if (cut) {
                std::string text = each.get<std::string>();
                text.resize(text.size() - 3);
                if (!text.empty()) {
                    result.push_back(std::move(text));
                }
                result.push_back("...");
            } else if (!each.is_string() || !each.get_ref<const std::string&>().empty()) {
                result.push_back(std::move(each));
            }
            if (starts("...")) {
                result.push_back("...");
                at_ += 3;
            }
            if (starts(",")) {
                ++at_;
                skip_blanks();
            }
        }
        at_ = std::min(at_ + 1, text_.size());
        return result;
    }

    // Up to the separator or the closing bracket of what it stands in.
    json item(int depth, std::string_view separator) {
        if (depth < kMaxDepth && starts("@{")) {
            return object(depth);
        }
        if (depth < kMaxDepth && starts("{")) {
            return array(depth);
        }
        const std::size_t begin = at_;
        int open = 0;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (open == 0 && (c == '}' || starts(separator))) {
                break;
            }
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        return json(trim(text_.substr(begin, at_ - begin)));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

json parse_powershell_value(std::string_view text) {
    return Reader(text).value();
}

bool is_lost_value(std::string_view text) noexcept {
    return text == "..." || text.starts_with("System.Collections.") ||
           (text.starts_with("System.") && text.ends_with("[]"));
}

}  // namespace kwd::analyzers
