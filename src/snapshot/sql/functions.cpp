// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sql/functions.h"

#include "snapshot/sql/function.h"

#include <sqlite_api.h>  // from linked/ or loaded/, as the build says

#include <array>
#include <new>

namespace kwd::snapshot {
namespace {

std::string_view text_of(sqlite3_value* value) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    if (text == nullptr) {
        throw std::bad_alloc();
    }
    return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void give(sqlite3_context* context, std::nullptr_t) {
    sqlite3_result_null(context);
}
void give(sqlite3_context* context, std::int64_t value) {
    sqlite3_result_int64(context, value);
}
void give(sqlite3_context* context, double value) {
    sqlite3_result_double(context, value);
}
void give(sqlite3_context* context, const std::string& value) {
    sqlite3_result_text64(context, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// What `function` prepared from its argument, kept by SQLite for as long as the argument stays the same.
Prepared prepared_for(const SqlFunction& function, sqlite3_context* context, std::string_view argument) {
    if (function.prepare == nullptr) {
        return nullptr;
    }
    if (const auto* kept = static_cast<const Prepared*>(sqlite3_get_auxdata(context, function.prepared_argument))) {
        return *kept;
    }
    Prepared fresh = function.prepare(argument);
    sqlite3_set_auxdata(context, function.prepared_argument, new Prepared(fresh),
                        [](void* kept) { delete static_cast<Prepared*>(kept); });
    return fresh;
}

void call(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
    const auto& function = *static_cast<const SqlFunction*>(sqlite3_user_data(context));
    std::array<std::string_view, kMostSqlArguments> arguments;
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(values[i]) == SQLITE_NULL) {
            return;
        }
    }
    try {
        for (int i = 0; i < count; ++i) {
            arguments[static_cast<std::size_t>(i)] = text_of(values[i]);
        }
        const auto given = std::span(arguments).first(static_cast<std::size_t>(count));
        const Prepared prepared =
            prepared_for(function, context, arguments[static_cast<std::size_t>(function.prepared_argument)]);
        std::visit([&](const auto& answer) { give(context, answer); }, function.answer(given, prepared.get()));
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (...) {
        sqlite3_result_error(context, function.name, -1);
    }
}

}  // namespace

int register_sql_functions(sqlite3* database) {
    for (const SqlFunctionGroup& group : sql_function_groups()) {
        for (const SqlFunction& function : group.functions) {
            const int code =
                sqlite3_create_function_v2(database, function.name, argument_count(function),
                                           SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                           const_cast<SqlFunction*>(&function), &call, nullptr, nullptr, nullptr);
            if (code != SQLITE_OK) {
                return code;
            }
        }
    }
    return SQLITE_OK;
}

}  // namespace kwd::snapshot
