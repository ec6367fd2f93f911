// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sql/arguments.h"
#include "snapshot/sql/function.h"

#include <re2/re2.h>

#include <array>
#include <vector>

namespace kwd::snapshot {
namespace {

constexpr std::int64_t kLargestPort = 65535;

/// Null when the pattern cannot be compiled.
Prepared compile(std::string_view pattern) {
    RE2::Options options;
    options.set_log_errors(false);
    auto compiled = std::make_shared<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    return compiled->ok() ? compiled : nullptr;
}

SqlAnswer regexp(SqlArguments arguments, const void* prepared) {
    if (prepared == nullptr) {
        return nullptr;
    }
    const re2::StringPiece text(arguments[1].data(), arguments[1].size());
    return truth(RE2::PartialMatch(text, *static_cast<const RE2*>(prepared)));
}

/// The number of a group that is given as a number or as its name.
std::optional<std::size_t> group_number(const RE2& pattern, std::string_view group) {
    const auto number = integer_of(group);
    if (number) {
        const bool exists = *number >= 0 && *number <= pattern.NumberOfCapturingGroups();
        return exists ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
    }
    const auto& names = pattern.NamedCapturingGroups();
    const auto named = names.find(std::string(group));
    return named != names.end() ? std::optional(static_cast<std::size_t>(named->second)) : std::nullopt;
}

SqlAnswer regexp_capture(SqlArguments arguments, const void* prepared) {
    if (prepared == nullptr) {
        return nullptr;
    }
    const auto& pattern = *static_cast<const RE2*>(prepared);
    const auto group = group_number(pattern, arguments[2]);
    if (!group) {
        return nullptr;
    }
    const re2::StringPiece text(arguments[0].data(), arguments[0].size());
    std::vector<re2::StringPiece> groups(*group + 1);
    if (!pattern.Match(text, 0, text.size(), RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size())) ||
        groups[*group].data() == nullptr) {
        return nullptr;
    }
    return std::string(groups[*group].data(), groups[*group].size());
}

std::optional<std::int64_t> port_of(std::string_view text) noexcept {
    const auto port = integer_of(text);
    return port && *port >= 0 && *port <= kLargestPort ? port : std::nullopt;
}

SqlAnswer port_in_ranges(SqlArguments arguments, const void*) {
    const auto port = port_of(arguments[0]);
    if (!port) {
        return nullptr;
    }
    return any_item(arguments[1], [&](std::string_view item) -> std::optional<bool> {
        const std::size_t dash = item.find('-');
        const auto low = port_of(item.substr(0, dash));
        const auto high = dash == std::string_view::npos ? low : port_of(item.substr(dash + 1));
        if (!low || !high || *low > *high) {
            return std::nullopt;
        }
        return *low <= *port && *port <= *high;
    });
}

constexpr std::array kFunctions{
    SqlFunction{"regexp", "pattern, text",
                "1 when the pattern occurs in the text; `text REGEXP pattern` calls it. RE2 syntax, case-sensitive "
                "unless the pattern begins with `(?i)`. NULL when the pattern is malformed.",
                "'E0131 hcnCreateLoadBalancer failed' REGEXP 'hcn\\w+ failed'", "1", &regexp, &compile, 0},
    SqlFunction{"regexp_capture", "text, pattern, group",
                "What a group, given by number or name, caught at the first match; 0 is the whole match. NULL when "
                "there is no match or the group took no part in it.",
                "regexp_capture('hr=0x803b0001 in HNS', 'hr=(?P<code>0x[0-9a-f]+)', 'code')", "'0x803b0001'",
                &regexp_capture, &compile, 1},
    SqlFunction{"port_in_ranges", "port, ranges",
                "1 when the port is in a comma-separated list of ports and `low-high` ranges. As with IN, NULL when it "
                "is in none and an item could not be read.",
                "port_in_ranges(30080, '30000-32767, 10250')", "1", &port_in_ranges},
};

}  // namespace

std::span<const SqlFunction> text_functions() noexcept {
    return kFunctions;
}

}  // namespace kwd::snapshot
