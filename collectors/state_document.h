// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/table.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace kwd::collectors {

/// A document of kind windows-state while it is made: lists named as derived tables, of objects whose members are named
/// as their columns. What is not known is left out.
class StateDocument {
  public:
    /// The document answers for this table, even if no row follows.
    template <class Table>
    void answers_for(const Table& table) {
        lists_.emplace(std::string(table.name), nlohmann::ordered_json::array());
    }

    /// `also` are members that stand beside the columns.
    template <class Table>
    void add(const Table& table, const typename Table::RowType& row,
             const nlohmann::ordered_json& also = nlohmann::ordered_json::object()) {
        answers_for(table);
        nlohmann::ordered_json object = nlohmann::ordered_json::object();
        const auto write = [&](const auto& column) {
            const auto& value = row.*(column.member);
            if constexpr (requires { value.has_value(); }) {
                if (value) {
                    object[std::string(column.name)] = *value;
                }
            } else {
                object[std::string(column.name)] = value;
            }
        };
        std::apply([&](const auto&... each) { (write(each), ...); }, table.columns);
        object.update(also);
        lists_[std::string(table.name)].push_back(std::move(object));
    }

    /// A member that is no table.
    void set(std::string_view name, nlohmann::ordered_json value) { lists_[std::string(name)] = std::move(value); }

    [[nodiscard]] bool empty() const { return lists_.empty(); }
    [[nodiscard]] std::string as_json() const {
        return lists_.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }

  private:
    nlohmann::ordered_json lists_ = nlohmann::ordered_json::object();
};

}  // namespace kwd::collectors
