// SPDX-License-Identifier: Apache-2.0
#include "analyzers/own_json.h"

#include "analyzers/document_text.h"

namespace kwd::analyzers {

DocumentValue first_value(const snapshot::Document& document, Analysis& out) {
    auto values = read_json_values(text_of_document(document, out), out);
    if (values.empty()) {
        out.note("", "malformed", "no JSON in it");
        return {};
    }
    return std::move(values.front());
}

void each_object(const DocumentValue& document, const nlohmann::json* array, const std::string& pointer,
                 std::string_view table, Analysis& out, const ReadObject& read) {
    if (array == nullptr || !array->is_array()) {
        out.covers_partly(table, "a part of the document is not what it should be");
        return;
    }
    out.covers(table);
    if (!document.whole) {
        out.covers_partly(table, "the document breaks off");
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        const nlohmann::json& each = (*array)[i];
        const std::string place = document.place(pointer_to(pointer, i));
        if (!each.is_object()) {
            out.note(place, "malformed", "not an object");
        } else if (!each.empty()) {
            read(each, place);
        }
    }
}

void each_of_list(const DocumentValue& document, std::string_view list, std::string_view table, Analysis& out,
                  const ReadObject& read) {
    each_object(document, member(document.value, list), pointer_to("", list), table, out, read);
}

void each_of_list(const snapshot::Document& document, std::string_view list, std::string_view table, Analysis& out,
                  const ReadObject& read) {
    each_of_list(first_value(document, out), list, table, out, read);
}

}  // namespace kwd::analyzers
