// SPDX-License-Identifier: Apache-2.0
#include "snapshot/place.h"

#include "base/broken_json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/wrapped_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace kwd::snapshot {
namespace {

std::optional<std::size_t> take_number(std::string_view& text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::string cut(std::string_view text, std::size_t limit) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    return shortened(text, limit);
}

}  // namespace

std::string line_place(std::size_t line) {
    return fmt::format("line:{}", line);
}
std::string line_place(std::size_t first, std::size_t last) {
    return first == last ? line_place(first) : fmt::format("line:{}-{}", first, last);
}
std::string packet_place(std::size_t packet) {
    return fmt::format("packet:{}", packet);
}

struct Excerpts::Broken {
    std::size_t line;
    nlohmann::json value;
};

Excerpts::Excerpts(std::string content) : content_(std::move(content)) {}
Excerpts::~Excerpts() = default;
Excerpts::Excerpts(Excerpts&&) noexcept = default;
Excerpts& Excerpts::operator=(Excerpts&&) noexcept = default;

void Excerpts::decode() {
    if (decoded_) {
        return;
    }
    decoded_ = true;
    content_ = decode_text(content_).utf8;
    for_each_line(content_, [&](const TextLine& line) { line_starts_.push_back(line.offset); });
}

std::string_view Excerpts::lines(std::size_t first, std::size_t last) {
    if (first == 0 || first > line_starts_.size()) {
        return {};
    }
    const std::size_t begin = line_starts_[first - 1];
    const std::size_t end = last < line_starts_.size() ? line_starts_[last] : content_.size();
    return std::string_view(content_).substr(begin, end > begin ? end - begin : 0);
}

// The JSON value that begins on a line; nullptr when it breaks.
const nlohmann::json* Excerpts::whole_value(std::size_t line) {
    const auto [known, is_new] = values_.try_emplace(line);
    if (is_new) {
        if (auto parsed = parse_wrapped_json_prefix(lines(line, std::string_view::npos))) {
            known->second = std::make_unique<nlohmann::json>(std::move(parsed->value));
        }
    }
    return known->second.get();
}

// What stands before the break. One at a time is kept: there may be one on every line, each with all that follows.
const nlohmann::json& Excerpts::broken_value(std::size_t line) {
    if (!broken_ || broken_->line != line) {
        broken_.reset();
        broken_ = std::make_unique<Broken>(Broken{line, read_broken_json(lines(line, std::string_view::npos)).value});
    }
    return broken_->value;
}

std::string Excerpts::json(std::size_t line, std::string_view pointer, std::size_t limit) {
    const nlohmann::json* whole = whole_value(line);
    const nlohmann::json& json = whole != nullptr ? *whole : broken_value(line);
    try {
        const nlohmann::json::json_pointer at{std::string(pointer)};
        if (!json.contains(at)) {
            return {};
        }
        return cut(json.at(at).dump(2, ' ', false, nlohmann::json::error_handler_t::replace), limit);
    } catch (const nlohmann::json::exception&) {
        return {};
    }
}

std::string Excerpts::at(std::string_view place, std::size_t limit) {
    decode();
    if (place.empty()) {
        return cut(content_, limit);
    }
    if (place.starts_with("/")) {
        return json(1, place, limit);
    }
    if (!place.starts_with("line:")) {
        return {};
    }
    place.remove_prefix(5);
    const auto first = take_number(place);
    if (!first) {
        return {};
    }
    if (place.starts_with("/")) {
        return json(*first, place, limit);
    }
    // A line on which a JSON value begins stands for the value.
    const std::string_view line = lines(*first, *first);
    if (place.empty() && (line.starts_with("{") || line.starts_with("[")) && whole_value(*first) != nullptr) {
        return json(*first, "", limit);
    }
    std::size_t last = *first;
    if (place.starts_with("-")) {
        place.remove_prefix(1);
        last = std::max(*first, take_number(place).value_or(*first));
    }
    return cut(lines(*first, last), limit);
}

Quotes open_excerpts(Document document) {
    const auto excerpts = std::make_shared<Excerpts>(std::move(document.content));
    return [excerpts](std::string_view place, std::size_t limit) { return excerpts->at(place, limit); };
}

}  // namespace kwd::snapshot
