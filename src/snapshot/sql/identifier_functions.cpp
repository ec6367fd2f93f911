// SPDX-License-Identifier: Apache-2.0
#include "base/identifiers.h"
#include "base/version.h"
#include "snapshot/sql/arguments.h"
#include "snapshot/sql/function.h"

#include <array>

namespace kwd::snapshot {
namespace {

SqlAnswer mac_normal(SqlArguments arguments, const void*) {
    return or_null(normal_mac(arguments[0]));
}

SqlAnswer guid_normal(SqlArguments arguments, const void*) {
    return or_null(normal_guid(arguments[0]));
}

SqlAnswer version_compare(SqlArguments arguments, const void*) {
    const auto a = Version::parse(arguments[0]);
    const auto b = Version::parse(arguments[1]);
    return a && b ? SqlAnswer(std::int64_t{a->compare(*b)}) : SqlAnswer(nullptr);
}

SqlAnswer version_major(SqlArguments arguments, const void*) {
    const auto version = Version::parse(arguments[0]);
    return version ? SqlAnswer(static_cast<std::int64_t>(version->major_number())) : SqlAnswer(nullptr);
}

SqlAnswer version_minor(SqlArguments arguments, const void*) {
    const auto version = Version::parse(arguments[0]);
    const auto minor_number = version ? version->minor_number() : std::nullopt;
    return minor_number ? SqlAnswer(static_cast<std::int64_t>(*minor_number)) : SqlAnswer(nullptr);
}

constexpr std::array kFunctions{
    SqlFunction{"mac_normal", "mac", "Lower case with colons, from colons, dashes, dots or nothing between the digits.",
                "mac_normal('00-15-5D-BB-6E-B1')", "'00:15:5d:bb:6e:b1'", &mac_normal},
    SqlFunction{"guid_normal", "guid",
                "Upper case, without braces and without the path of an HNS reference such as `/endpoints/`.",
                "guid_normal('/endpoints/b7d0c1f2-0001-4a00-9000-000000000004')",
                "'B7D0C1F2-0001-4A00-9000-000000000004'", &guid_normal},
    SqlFunction{"version_compare", "a, b",
                "-1, 0 or 1 as `a` is older than, the same as or newer than `b`: numbers part by part, a missing part "
                "is 0, a pre-release is older than its release, `+build` and a vendor's `-eks-…`, `-gke.…` do not "
                "count. `10.0.17763.379` and `17763.379` are the same Windows.",
                "version_compare('v1.9.3', 'v1.28.0-rc.1')", "-1", &version_compare},
    SqlFunction{"version_major", "version", "The first number.", "version_major('v1.28.3')", "1", &version_major},
    SqlFunction{"version_minor", "version", "The second number; NULL when there is none.", "version_minor('v1.28.3')",
                "28", &version_minor},
};

}  // namespace

std::span<const SqlFunction> identifier_functions() noexcept {
    return kFunctions;
}

}  // namespace kwd::snapshot
