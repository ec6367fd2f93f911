// SPDX-License-Identifier: Apache-2.0
#include "collectors/clean.h"

#include "base/json.h"
#include "base/secrets.h"
#include "base/text.h"
#include "base/xml_secrets.h"

#include <utility>

namespace kwd::collectors {
namespace {

using nlohmann::json;

// Depth is bounded by the reader of JSON.
void clean_value(json& value, bool is_secret) {
    if (value.is_object()) {
        for (auto& [name, member] : value.items()) {
            clean_value(member, names_a_secret(name));
        }
    } else if (value.is_array()) {
        for (auto& element : value) {
            clean_value(element, is_secret);
        }
    } else if (is_secret && !value.is_null() && !value.is_boolean()) {
        value = "[removed: secret]";
    } else if (value.is_string()) {
        value = remove_secrets(value.get_ref<const std::string&>()).text;
    }
}

bool begins_like_json(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '[');
}

}  // namespace

NewDocument without_secrets(NewDocument document) {
    // UTF-16 hides what is looked for.
    const bool wide = document.content.find('\0') != std::string::npos;
    const std::string text = wide ? decode_text(document.content).utf8 : document.content;
    auto clean = begins_like_xml(text) ? remove_secrets_from_xml(text) : remove_secrets(text);
    if (clean.removed.empty()) {
        return document;
    }
    if (wide) {
        add_note(document, "stored as UTF-8");
    }
    if (begins_like_json(document.content)) {
        if (parse_json(document.content) && !parse_json(clean.text)) {
            clean.text = clean_json(document.content);
        }
    }
    document.content = std::move(clean.text);
    add_note(document, note_of(clean.removed));
    return document;
}

std::string clean_json(std::string_view text) {
    auto value = parse_json(text);
    if (!value) {
        return remove_secrets(text).text;
    }
    clean_value(*value, false);
    return value->dump(-1, ' ', false, json::error_handler_t::replace);
}

void add_note(NewDocument& document, std::string_view text) {
    if (!text.empty()) {
        document.note += document.note.empty() ? "" : "; ";
        document.note += text;
    }
}

std::string to_document(const json& value) {
    return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace kwd::collectors
