// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"
#include "snapshot/sql/arguments.h"
#include "snapshot/sql/function.h"

#include <array>

namespace kwd::snapshot {
namespace {

SqlAnswer ip_family(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse_or_host(arguments[0]);
    return cidr ? SqlAnswer(static_cast<std::int64_t>(cidr->family())) : SqlAnswer(nullptr);
}

SqlAnswer ip_normal(SqlArguments arguments, const void*) {
    const auto address = IpAddress::parse(arguments[0]);
    return address ? SqlAnswer(address->text()) : SqlAnswer(nullptr);
}

template <bool (*Is)(const Cidr&) noexcept>
SqlAnswer ip_is(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse_or_host(arguments[0]);
    return cidr ? truth(Is(*cidr)) : SqlAnswer(nullptr);
}

SqlAnswer ip_in_list(SqlArguments arguments, const void*) {
    const auto inner = Cidr::parse_or_host(arguments[0]);
    if (!inner) {
        return nullptr;
    }
    return any_item(arguments[1], [&](std::string_view item) {
        const auto outer = Cidr::parse_or_host(item);
        return outer ? std::optional(outer->contains(*inner)) : std::nullopt;
    });
}

constexpr std::array kFunctions{
    SqlFunction{"ip_family", "text", "4 or 6 for an address or a prefix.", "ip_family('fd00:10:244::/64')", "6",
                &ip_family},
    SqlFunction{"ip_normal", "address",
                "The address in canonical form (RFC 5952), without its zone. An IPv4-mapped address stays IPv6.",
                "ip_normal('FE80:0::1%12')", "'fe80::1'", &ip_normal},
    SqlFunction{"ip_is_private", "text",
                "1 for an address or a whole prefix of RFC 1918 or fc00::/7. The shared space 100.64.0.0/10 is not.",
                "ip_is_private('172.31.255.1')", "1", &ip_is<&is_private>},
    SqlFunction{"ip_is_link_local", "text",
                "1 for an address or a whole prefix of 169.254.0.0/16 (what Windows takes without DHCP) or fe80::/10.",
                "ip_is_link_local('169.254.169.254')", "1", &ip_is<&is_link_local>},
    SqlFunction{"ip_is_loopback", "text", "1 for an address or a whole prefix of 127.0.0.0/8, and for ::1.",
                "ip_is_loopback('127.0.0.1')", "1", &ip_is<&is_loopback>},
    SqlFunction{"ip_is_multicast", "text", "1 for an address or a whole prefix of 224.0.0.0/4 or ff00::/8.",
                "ip_is_multicast('224.0.0.251')", "1", &ip_is<&is_multicast>},
    SqlFunction{"ip_in_list", "inner, list",
                "1 when the address or prefix is in an item of a comma-separated list of prefixes and addresses. "
                "As with IN, NULL when it is in none and an item could not be read.",
                "ip_in_list('10.96.0.10', '10.244.0.0/16, 10.96.0.0/12')", "1", &ip_in_list},
};

}  // namespace

std::span<const SqlFunction> address_functions() noexcept {
    return kFunctions;
}

}  // namespace kwd::snapshot
