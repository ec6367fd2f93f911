// SPDX-License-Identifier: Apache-2.0
#include "rules/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace kwd::rules {
namespace {

struct Refused {
    int line;
    std::string why;
};

// Builds the tree from the parser's events, not from yaml-cpp's own nodes: these give no way to see duplicate keys, and
// hand out aliases that make a small text large.
class TreeBuilder final : public YAML::EventHandler {
  public:
    [[nodiscard]] YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refused{mark.line + 1, "aliases (*name) are not allowed"};
    }
    void OnAnchor(const YAML::Mark& mark, const std::string&) override {
        throw Refused{mark.line + 1, "anchors (&name) are not allowed"};
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(node(YamlNode::Kind::null, mark)); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
        refuse_tag(mark, tag);
        YamlNode scalar = node(YamlNode::Kind::scalar, mark);
        scalar.text = value;
        scalar.plain = tag == "?";
        add(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::list, mark, tag);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::map, mark, tag);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Frame {
        YamlNode node;
        YamlNode key = {};
        bool has_key = false;
    };

    static YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) {
        return YamlNode{.kind = kind, .line = mark.line + 1};
    }

    static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!") {
            throw Refused{mark.line + 1, "tags (!name) are not allowed"};
        }
    }

    void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
        refuse_tag(mark, tag);
        if (open_.size() >= kMaxYamlDepth) {
            throw Refused{mark.line + 1, fmt::format("nested deeper than {} levels", kMaxYamlDepth)};
        }
        open_.push_back({node(kind, mark)});
    }

    void close() {
        YamlNode done = std::move(open_.back().node);
        open_.pop_back();
        add(std::move(done));
    }

    void add(YamlNode value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Frame& frame = open_.back();
        if (frame.node.kind == YamlNode::Kind::list) {
            frame.node.items.push_back(std::move(value));
        } else if (frame.has_key) {
            frame.node.entries.emplace_back(std::move(frame.key), std::move(value));
            frame.has_key = false;
        } else {
            if (value.kind != YamlNode::Kind::scalar) {
                throw Refused{value.line, "a key must be a plain word"};
            }
            if (frame.node.find(value.text) != nullptr) {
                throw Refused{value.line, fmt::format("'{}' stands twice", value.text)};
            }
            frame.key = std::move(value);
            frame.has_key = true;
        }
    }

    YamlNode root_;
    std::vector<Frame> open_;
};

Error error_at(std::string_view path, int line, std::string_view why) {
    return Error{Errc::malformed, fmt::format("{}:{}: {}", path, line, why)};
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    const auto found = std::ranges::find_if(entries, [&](const Entry& each) { return each.first.text == key; });
    return found != entries.end() ? &found->second : nullptr;
}

Result<YamlNode> read_yaml(std::string_view text, std::string_view path) {
    if (text.size() > kMaxYamlBytes) {
        return Error{Errc::too_large,
                     fmt::format("{}:1: {} bytes; at most {} are read", path, text.size(), kMaxYamlBytes)};
    }
    TreeBuilder builder;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            return error_at(path, 1, "the text is empty");
        }
        YamlNode root = builder.take();
        if (parser.HandleNextDocument(builder)) {
            return error_at(path, builder.take().line, "a second document begins here; one file holds one");
        }
        return root;
    } catch (const Refused& refused) {
        return error_at(path, refused.line, refused.why);
    } catch (const YAML::Exception& error) {
        return error_at(path, error.mark.is_null() ? 1 : error.mark.line + 1, error.msg);
    } catch (const std::exception& error) {
        // yaml-cpp lets exceptions of the standard library through for some texts.
        return error_at(path, 1, error.what());
    }
}

}  // namespace kwd::rules
