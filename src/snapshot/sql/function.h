// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace kwd::snapshot {

/// What one call got, each value as SQLite casts it to TEXT (numbers too), which may hold any bytes. None is NULL: such
/// a call is answered without asking the function.
using SqlArguments = std::span<const std::string_view>;

using SqlAnswer = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

/// What a function makes of an argument that stays the same for many rows, such as a compiled pattern.
using Prepared = std::shared_ptr<const void>;

/// One SQL function with its documentation: this is what is registered, and docs/sql-functions.md is written from it.
struct SqlFunction {
    const char* name;
    const char* arguments;       ///< their names, separated by commas
    const char* answers;         ///< one or two sentences
    const char* example;         ///< an SQL expression …
    const char* example_answer;  ///< … and its value as an SQL literal

    SqlAnswer (*answer)(SqlArguments arguments, const void* prepared);

    /// Made once for a constant argument and handed to every call as `prepared`.
    Prepared (*prepare)(std::string_view argument) = nullptr;
    int prepared_argument = 0;
};

/// The largest number of arguments that any function has.
inline constexpr int kMostSqlArguments = 3;

/// The number of arguments, as `arguments` names them.
[[nodiscard]] int argument_count(const SqlFunction& function) noexcept;

// One group per subject; docs/sql-functions.md keeps this order.
[[nodiscard]] std::span<const SqlFunction> cidr_functions() noexcept;
[[nodiscard]] std::span<const SqlFunction> address_functions() noexcept;
[[nodiscard]] std::span<const SqlFunction> identifier_functions() noexcept;
[[nodiscard]] std::span<const SqlFunction> text_functions() noexcept;
[[nodiscard]] std::span<const SqlFunction> time_functions() noexcept;

struct SqlFunctionGroup {
    const char* title;
    std::span<const SqlFunction> functions;
};
[[nodiscard]] std::span<const SqlFunctionGroup> sql_function_groups() noexcept;

/// docs/sql-functions.md, whole.
[[nodiscard]] std::string sql_functions_document();

}  // namespace kwd::snapshot
