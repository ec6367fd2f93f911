// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/json_outline.h"

#include <algorithm>

namespace kwd::collectors {
namespace {

constexpr std::size_t kMaxPaths = 4000;
constexpr std::size_t kMaxValueBytes = 200;
constexpr std::size_t kMaxKeyBytes = 100;
constexpr std::size_t kMaxRecordedDepth = 6;
constexpr std::size_t kMaxNesting = 200;

constexpr std::string_view kBlanks = " \t\r\n";

bool begins_json(std::string_view text) {
    if (text.empty() || (text[0] != '{' && text[0] != '[')) {
        return false;
    }
    const auto next = text.find_first_not_of(kBlanks, 1);
    if (next == std::string_view::npos) {
        return false;
    }
    const char c = text[next];
    return text[0] == '{' ? c == '"' || c == '}' : c == '{' || c == '[' || c == '"' || c == ']';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

/// Walks one value byte by byte. What does not fit the grammar is passed over.
class OutlineReader {
  public:
    OutlineReader(std::string_view text, std::size_t begin) : text_(text), at_(begin) {
        outline_.begin_ = begin;
        outline_.is_array_ = text[begin] == '[';
    }

    JsonOutline read() {
        do {
            step();
        } while (at_ < text_.size() && !levels_.empty());
        outline_.end_ = at_;
        unwrap_answer();
        return std::move(outline_);
    }

  private:
    struct Level {
        bool object;
        bool wants_value;            // within an object: a key and a colon were read
        std::size_t path_bytes;      // length of path_ outside of this level
        std::size_t key_path_bytes;  // length of path_ at this level without a key
    };

    void step() {
        const char c = text_[at_];
        if (c == '{' || c == '[') {
            open(c == '{');
        } else if (c == '}' || c == ']') {
            close();
        } else if (c == '"') {
            string();
        } else if (c == ',') {
            next_member();
            ++at_;
        } else if (c == ':' || kBlanks.find(c) != std::string_view::npos) {
            ++at_;
        } else {
            word();
        }
    }

    void open(bool object) {
        ++at_;
        if (levels_.size() == kMaxNesting) {
            levels_.clear();  // nothing that we know is that deep
            return;
        }
        const auto outside = levels_.empty() ? 0 : levels_.back().key_path_bytes;
        levels_.push_back({object, false, outside, path_.size()});
    }

    void close() {
        ++at_;
        if (!levels_.empty()) {
            path_.resize(levels_.back().path_bytes);
            levels_.pop_back();
        }
        // the container was the value of its key
        if (!levels_.empty() && levels_.back().object) {
            levels_.back().wants_value = false;
        }
    }

    void next_member() {
        if (!levels_.empty() && levels_.back().object) {
            levels_.back().wants_value = false;
            path_.resize(levels_.back().key_path_bytes);
        }
    }

    void string() {
        std::string content;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                ++at_;
            } else if (text_[at_] == '\n' || text_[at_] == '\r') {
                continue;  // a console broke the line here
            }
            if (content.size() < kMaxValueBytes) {
                content += text_[at_];
            }
        }
        at_ = std::min(at_ + 1, text_.size());
        if (!levels_.empty() && levels_.back().object && !levels_.back().wants_value) {
            key(content);
        } else {
            scalar(content);
        }
    }

    void key(std::string_view name) {
        auto& level = levels_.back();
        level.wants_value = true;
        path_.resize(level.key_path_bytes);
        if (!path_.empty()) {
            path_ += '.';
        }
        name = name.substr(0, kMaxKeyBytes);
        std::transform(name.begin(), name.end(), std::back_inserter(path_), lower);
        record({});
    }

    void word() {
        const auto end = std::min(text_.find_first_of(",:]}[{\" \t\r\n", at_), text_.size());
        scalar(text_.substr(at_, std::min(end - at_, kMaxValueBytes)));
        at_ = std::max(end, at_ + 1);
    }

    void scalar(std::string_view content) {
        if (!levels_.empty() && !path_.empty()) {
            record(content);
        }
    }

    void record(std::string_view content) {
        const auto depth = static_cast<std::size_t>(std::count(path_.begin(), path_.end(), '.')) + 1;
        if (depth > kMaxRecordedDepth || outline_.values_.size() >= kMaxPaths) {
            return;
        }
        auto& value = outline_.values_[path_];
        if (value.empty()) {
            value = content;
        }
    }

    void unwrap_answer() {
        auto& values = outline_.values_;
        if (values.find("output") == values.end() || values.find("success") == values.end()) {
            return;
        }
        constexpr std::string_view kWrapper = "output.";
        std::map<std::string, std::string, std::less<>> inner;
        for (auto& [path, content] : values) {
            if (path.compare(0, kWrapper.size(), kWrapper) == 0) {
                inner.emplace(path.substr(kWrapper.size()), std::move(content));
            }
        }
        values = std::move(inner);
    }

    std::string_view text_;
    std::size_t at_;
    JsonOutline outline_;
    std::vector<Level> levels_;
    std::string path_;
};

std::string_view JsonOutline::value(std::string_view path) const {
    const auto found = values_.find(path);
    return found == values_.end() ? std::string_view{} : std::string_view(found->second);
}

std::vector<JsonOutline> outline_json(std::string_view text) {
    std::vector<JsonOutline> outlines;
    std::size_t line = 0;
    while (line < text.size() && outlines.size() < kMaxOutlines) {
        const auto first = text.find_first_not_of(kBlanks, line);
        if (first == std::string_view::npos) {
            break;
        }
        if (begins_json(text.substr(first))) {
            outlines.push_back(OutlineReader(text, first).read());
            line = outlines.back().end();
        } else {
            line = first;
        }
        const auto end_of_line = text.find('\n', line);
        line = end_of_line == std::string_view::npos ? text.size() : end_of_line + 1;
    }
    return outlines;
}

}  // namespace kwd::collectors
