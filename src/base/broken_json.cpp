// SPDX-License-Identifier: Apache-2.0
#include "base/broken_json.h"

#include "base/value_tree.h"

#include <algorithm>
#include <string>
#include <utility>

namespace kwd {
namespace {

using nlohmann::json;

class UpToTheBreak final : public nlohmann::json_sax<json> {
  public:
    bool null() override { return tree_.scalar(nullptr); }
    bool boolean(bool value) override { return tree_.scalar(value); }
    bool number_integer(number_integer_t value) override { return tree_.scalar(value); }
    bool number_unsigned(number_unsigned_t value) override { return tree_.scalar(value); }
    bool number_float(number_float_t value, const string_t& /*text*/) override { return tree_.scalar(value); }
    bool string(string_t& value) override { return tree_.scalar(std::move(value)); }
    bool binary(binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*elements*/) override { return tree_.begin_object(); }
    bool key(string_t& name) override {
        tree_.key(std::move(name));
        return true;
    }
    bool end_object() override {
        tree_.end();
        return true;
    }
    bool start_array(std::size_t /*elements*/) override { return tree_.begin_array(); }
    bool end_array() override {
        tree_.end();
        return true;
    }
    bool parse_error(std::size_t position, const std::string& /*token*/, const json::exception& /*error*/) override {
        position_ = position;
        return false;
    }

    [[nodiscard]] json take() { return tree_.take(); }
    [[nodiscard]] std::size_t position() const noexcept { return position_; }

  private:
    ValueTree tree_;
    std::size_t position_ = 0;
};

}  // namespace

BrokenJson read_broken_json(std::string_view text) {
    UpToTheBreak events;
    json::sax_parse(text.begin(), text.end(), &events, json::input_format_t::json, false);
    return {events.take(), std::min(events.position(), text.size()), events.position() > text.size()};
}

}  // namespace kwd
