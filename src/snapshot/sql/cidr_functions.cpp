// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"
#include "snapshot/sql/arguments.h"
#include "snapshot/sql/function.h"

#include <array>
#include <cmath>

namespace kwd::snapshot {
namespace {

SqlAnswer cidr_contains(SqlArguments arguments, const void*) {
    const auto outer = Cidr::parse_or_host(arguments[0]);
    const auto inner = Cidr::parse_or_host(arguments[1]);
    return outer && inner ? truth(outer->contains(*inner)) : SqlAnswer(nullptr);
}

SqlAnswer cidr_overlaps(SqlArguments arguments, const void*) {
    const auto a = Cidr::parse_or_host(arguments[0]);
    const auto b = Cidr::parse_or_host(arguments[1]);
    return a && b ? truth(a->overlaps(*b)) : SqlAnswer(nullptr);
}

SqlAnswer cidr_size(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse(arguments[0]);
    if (!cidr) {
        return nullptr;
    }
    const int bits = cidr->host_bits();
    return bits <= 62 ? SqlAnswer(std::int64_t{1} << bits) : SqlAnswer(std::ldexp(1.0, bits));
}

SqlAnswer cidr_network(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse(arguments[0]);
    return cidr ? SqlAnswer(cidr->text()) : SqlAnswer(nullptr);
}

SqlAnswer cidr_prefix_length(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse(arguments[0]);
    return cidr ? SqlAnswer(std::int64_t{cidr->prefix_length()}) : SqlAnswer(nullptr);
}

SqlAnswer cidr_first(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse(arguments[0]);
    return cidr ? SqlAnswer(cidr->first().text()) : SqlAnswer(nullptr);
}

SqlAnswer cidr_last(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse(arguments[0]);
    return cidr ? SqlAnswer(cidr->last().text()) : SqlAnswer(nullptr);
}

SqlAnswer cidr_nth(SqlArguments arguments, const void*) {
    const auto cidr = Cidr::parse(arguments[0]);
    const auto n = integer_of(arguments[1]);
    const auto address = cidr && n ? cidr->nth(*n) : std::nullopt;
    return address ? SqlAnswer(address->text()) : SqlAnswer(nullptr);
}

SqlAnswer mask_to_prefix(SqlArguments arguments, const void*) {
    const auto mask = IpAddress::parse(arguments[0]);
    const auto length = mask ? prefix_length_of_mask(*mask) : std::nullopt;
    return length ? SqlAnswer(std::int64_t{*length}) : SqlAnswer(nullptr);
}

constexpr std::array kFunctions{
    SqlFunction{"cidr_contains", "cidr, inner",
                "1 when every address of `inner`, an address or a prefix, is in `cidr`. 0 between IPv4 and IPv6.",
                "cidr_contains('10.244.0.0/16', '10.244.3.7')", "1", &cidr_contains},
    SqlFunction{"cidr_overlaps", "a, b", "1 when the two prefixes or addresses have an address in common.",
                "cidr_overlaps('10.96.0.0/12', '10.100.7.0/24')", "1", &cidr_overlaps},
    SqlFunction{"cidr_size", "cidr", "The number of addresses in the prefix: INTEGER up to 2^62, REAL beyond.",
                "cidr_size('10.244.1.0/24')", "256", &cidr_size},
    SqlFunction{"cidr_network", "cidr",
                "The prefix in canonical form, its host bits zero. Differs from its argument when that was not.",
                "cidr_network('10.244.1.7/24')", "'10.244.1.0/24'", &cidr_network},
    SqlFunction{"cidr_prefix_length", "cidr", "The number of bits that the prefix fixes.",
                "cidr_prefix_length('10.244.0.0/255.255.0.0')", "16", &cidr_prefix_length},
    SqlFunction{"cidr_first", "cidr", "The lowest address of the prefix.", "cidr_first('10.244.1.7/24')",
                "'10.244.1.0'", &cidr_first},
    SqlFunction{"cidr_last", "cidr", "The highest address of the prefix.", "cidr_last('10.244.1.0/24')",
                "'10.244.1.255'", &cidr_last},
    SqlFunction{"cidr_nth", "cidr, n",
                "The n-th address from the lowest, which is 0: 1 is a pod network's gateway, 2 its bridge endpoint. A "
                "negative n counts from the end, -1 is the highest. NULL outside of the prefix.",
                "cidr_nth('10.244.1.0/24', 2)", "'10.244.1.2'", &cidr_nth},
    SqlFunction{"mask_to_prefix", "mask", "The prefix length of a netmask; NULL when the mask has holes.",
                "mask_to_prefix('255.255.255.0')", "24", &mask_to_prefix},
};

}  // namespace

std::span<const SqlFunction> cidr_functions() noexcept {
    return kFunctions;
}

}  // namespace kwd::snapshot
