// SPDX-License-Identifier: Apache-2.0
#include "analyzers/own_json.h"

#include "analyzers/document_text.h"

namespace kwd::analyzers {

void each_of_list(const DocumentValue& document, std::string_view list, std::string_view table, Analysis& out,
                  const std::function<void(const nlohmann::json&, const std::string&)>& row) {
    const nlohmann::json* items = member(document.value, list);
    if (items == nullptr || !items->is_array()) {
        out.covers_partly(table, "the document has no list " + std::string(list));
        return;
    }
    out.covers(table);
    if (!document.whole) {
        out.covers_partly(table, "the document breaks off");
    }
    const std::string pointer = pointer_to("", list);
    for (std::size_t i = 0; i < items->size(); ++i) {
        const std::string place = document.place(pointer_to(pointer, i));
        if ((*items)[i].is_object()) {
            row((*items)[i], place);
        } else {
            out.note(place, "malformed", "not an object");
        }
    }
}

void each_of_list(const snapshot::Document& document, std::string_view list, std::string_view table, Analysis& out,
                  const std::function<void(const nlohmann::json&, const std::string&)>& row) {
    const auto values = read_json_values(text_of_document(document, out), out);
    if (values.empty()) {
        out.covers_partly(table, "the document is not JSON");
        return;
    }
    each_of_list(values.front(), list, table, out, row);
}

}  // namespace kwd::analyzers
