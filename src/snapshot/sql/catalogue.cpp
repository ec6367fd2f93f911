// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sql/function.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kwd::snapshot {
namespace {

constexpr const char* kIntroduction =
    R"(# SQL functions

Rules, `kwdiag query` and the loadable extension know these functions beside
[SQLite's own](https://sqlite.org/lang_corefunc.html). NULL in gives NULL out, and so does text that cannot be read: bad
data never stops a query. A CIDR is an address, `/`, and a prefix length or a netmask; an IPv4 number with a leading zero
is refused, since some programs read it as octal.

In the sqlite3 shell:

```
$ sqlite3 node.kwsnap
sqlite> .load ./kwdiag_sql
sqlite> SELECT destination FROM routes WHERE cidr_contains('10.244.0.0/16', destination);
```

This page is written from the code; a test keeps the two in step and runs every example.
)";

/// A text within a table: `|` would end its cell.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        escaped += c == '|' ? "\\|" : std::string(1, c);
    }
    return escaped;
}

}  // namespace

int argument_count(const SqlFunction& function) noexcept {
    const std::string_view names = function.arguments;
    return 1 + static_cast<int>(std::count(names.begin(), names.end(), ','));
}

std::span<const SqlFunctionGroup> sql_function_groups() noexcept {
    static const std::array kGroups{
        SqlFunctionGroup{"Prefixes", cidr_functions()},
        SqlFunctionGroup{"Addresses", address_functions()},
        SqlFunctionGroup{"MAC addresses, GUIDs, versions", identifier_functions()},
        SqlFunctionGroup{"Text and ports", text_functions()},
        SqlFunctionGroup{"Time", time_functions()},
    };
    return kGroups;
}

std::string sql_functions_document() {
    std::string page = kIntroduction;
    for (const SqlFunctionGroup& group : sql_function_groups()) {
        page += fmt::format("\n## {}\n\n| function | answers | example |\n|---|---|---|\n", group.title);
        for (const SqlFunction& function : group.functions) {
            page += fmt::format("| `{}({})` | {} | `{}` is `{}` |\n", function.name, function.arguments,
                                cell(function.answers), cell(function.example), cell(function.example_answer));
        }
    }
    return page;
}

}  // namespace kwd::snapshot
