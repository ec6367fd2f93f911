// SPDX-License-Identifier: Apache-2.0
#include "analyzers/yaml.h"

#include "analyzers/words.h"
#include "base/value_tree.h"
#include "snapshot/place.h"

#include <fmt/format.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <sstream>
#include <stdexcept>

namespace kwd::analyzers {
namespace {

using nlohmann::json;

constexpr std::size_t kMostDocuments = 100'000;
// Lists of Kubernetes objects are wide: /items/4711 is always known, what is within an object while there are few.
constexpr std::size_t kListPlace = 2;
constexpr std::size_t kDeepestPlace = 6;
constexpr std::size_t kManyPlaces = 50'000;

// Ends the parser's walk; yaml-cpp knows no other way.
struct TooMuch : std::runtime_error {
    using runtime_error::runtime_error;
};

json number_or_text(const std::string& text) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    std::int64_t integer = 0;
    if (const auto [stop, error] = std::from_chars(begin + (text.front() == '+' ? 1 : 0), end, integer);
        error == std::errc() && stop == end) {
        return integer;
    }
    if (text.starts_with("0x")) {
        if (const auto [stop, error] = std::from_chars(begin + 2, end, integer, 16);
            error == std::errc() && stop == end) {
            return integer;
        }
    }
    double real = 0;
    if (const auto [stop, error] = std::from_chars(begin, end, real);
        error == std::errc() && stop == end && (is_digit(text.front()) || text.size() > 1) &&
        text.find_first_of("nN") == std::string::npos) {  // not nan or inf
        return real;
    }
    return text;
}

json plain_scalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
        return nullptr;
    }
    if (text == "true" || text == "True" || text == "TRUE") {
        return true;
    }
    if (text == "false" || text == "False" || text == "FALSE") {
        return false;
    }
    return is_digit(text.front()) || text.front() == '-' || text.front() == '+' || text.front() == '.'
               ? number_or_text(text)
               : json(text);
}

class TreeOfYaml final : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark& mark) override {
        *this = TreeOfYaml();
        line_ = line_of(mark);
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, anchor, nullptr); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        scalar(mark, 0, found == anchors_.end() ? json(nullptr) : found->second);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        scalar(mark, anchor, tag == "?" || tag.empty() ? plain_scalar(value) : json(value));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(mark, anchor, false);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(mark, anchor, true);
    }
    void OnMapEnd() override { close(); }

    [[nodiscard]] DocumentValue take(bool whole) { return {tree_.take(), line_, whole, false, std::move(lines_)}; }
    [[nodiscard]] bool empty() const noexcept { return !started_; }

  private:
    struct Level {
        bool object;
        bool key_next;
        YAML::anchor_t anchor;
        LineRange* lines;  ///< of the value, where they are remembered
    };

    static std::size_t line_of(const YAML::Mark& mark) { return static_cast<std::size_t>(std::max(mark.line, 0)) + 1; }

    static void check(bool afforded) {
        if (!afforded) {
            throw TooMuch("more values, or deeper nesting, than any configuration has");
        }
    }

    // A key that is no scalar is read into nowhere: Kubernetes has none.
    [[nodiscard]] bool skips() const { return skipping_ > 0; }

    void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, json value) {
        last_line_ = line_of(mark);
        if (skips()) {
            return;
        }
        if (takes_key()) {
            tree_.key(value.is_string() ? value.get<std::string>() : json_text(value));
            levels_.back().key_next = false;
            value_lines_ = remember_line(mark);
            return;
        }
        if (anchor != 0) {
            anchors_[anchor] = value;
        }
        if (levels_.empty() || !levels_.back().object) {
            remember_line(mark);
        }
        started_ = true;
        check(tree_.scalar(std::move(value)));
        value_done();
    }

    void open(const YAML::Mark& mark, YAML::anchor_t anchor, bool object) {
        if (skips() || takes_key()) {
            ++skipping_;
            return;
        }
        if (levels_.empty() || !levels_.back().object) {
            value_lines_ = remember_line(mark);
        }
        started_ = true;
        check(object ? tree_.begin_object() : tree_.begin_array());
        levels_.push_back({object, object, anchor, std::exchange(value_lines_, nullptr)});
    }

    void close() {
        if (skipping_ > 0) {
            if (--skipping_ == 0) {
                tree_.key("?");
                levels_.back().key_next = false;
            }
            return;
        }
        const Level closed = levels_.back();
        levels_.pop_back();
        tree_.end();
        if (closed.lines != nullptr) {
            closed.lines->last = std::max(closed.lines->first, last_line_);
        }
        if (closed.anchor != 0) {
            check(tree_.afford(*tree_.last()));
            anchors_[closed.anchor] = *tree_.last();
        }
        value_done();
    }

    [[nodiscard]] bool takes_key() const { return !levels_.empty() && levels_.back().key_next; }
    void value_done() {
        if (!levels_.empty() && levels_.back().object) {
            levels_.back().key_next = true;
        }
    }
    LineRange* remember_line(const YAML::Mark& mark) {
        if (levels_.size() > (lines_.size() < kManyPlaces ? kDeepestPlace : kListPlace)) {
            return nullptr;
        }
        const LineRange lines{line_of(mark), line_of(mark)};
        return &lines_.insert_or_assign(tree_.pointer(), lines).first->second;
    }

    ValueTree tree_;
    std::vector<Level> levels_;
    std::map<YAML::anchor_t, json> anchors_;
    std::map<std::string, LineRange, std::less<>> lines_;
    LineRange* value_lines_ = nullptr;  ///< of the value that comes next
    std::size_t line_ = 1;
    std::size_t last_line_ = 1;
    std::size_t skipping_ = 0;
    bool started_ = false;
};

}  // namespace

std::vector<DocumentValue> read_yaml(std::string_view utf8, Analysis& out) {
    if (utf8.size() > kMostYamlBytes) {
        utf8 = utf8.substr(0, utf8.rfind('\n', kMostYamlBytes));
        out.note("", "truncated", fmt::format("only the first {} bytes of the YAML were read", utf8.size()));
    }
    std::vector<DocumentValue> values;
    TreeOfYaml tree;
    try {
        std::istringstream stream{std::string(utf8)};
        YAML::Parser parser(stream);
        while (values.size() < kMostDocuments && parser.HandleNextDocument(tree)) {
            if (!tree.empty()) {
                values.push_back(tree.take(true));
            }
            tree = TreeOfYaml();
        }
    } catch (const std::exception& error) {  // YAML::Exception, TooMuch, and what libraries throw beside them
        const auto* yaml = dynamic_cast<const YAML::Exception*>(&error);
        const std::size_t line =
            yaml != nullptr && yaml->mark.line >= 0 ? static_cast<std::size_t>(yaml->mark.line) + 1 : 1;
        out.note(snapshot::line_place(line), "malformed",
                 fmt::format("not valid YAML on line {}: {}", line, yaml != nullptr ? yaml->msg : error.what()));
        if (!tree.empty()) {
            values.push_back(tree.take(false));
        }
    }
    return values;
}

}  // namespace kwd::analyzers
