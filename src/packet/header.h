// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace kwd::packet {

/// What a header says that cannot be. Its other fields are given as they stand, its payload is empty.
enum class Defect : std::uint8_t {
    none,
    version,            ///< the version is not the protocol's
    header_length,      ///< the header's length is below its minimum
    total_length,       ///< the whole is said to be shorter than its header
    extension_headers,  ///< more IPv6 extension headers than RFC 8200 has
    name,               ///< a domain name with a bad label, a bad pointer, or over 255 octets
};

/// Reads a protocol's header from the beginning of `bytes`. Every dissector answers in the same way:
///  - nullopt when the fixed part of the header is not all there;
///  - a value with a `defect` when the header contradicts itself;
///  - a value with `cut` when the header announces more than follows: the capture's snap length took it, the sender
///  lied,
///    or the rest is in later fragments. dissect() knows the surroundings and tells these apart.
///
/// A header is a struct with the size of its fixed part as kSize, and a constructor that reads what is there, into the
/// place where it stays.
template <class Header, std::size_t kSize = Header::kSize>
[[nodiscard]] constexpr std::optional<Header> dissect_header(std::span<const std::byte> bytes) noexcept {
    Bytes in{bytes};
    const auto fixed = in.take<kSize>();
    if (!fixed) {
        return std::nullopt;
    }
    return std::optional<Header>{std::in_place, fixed, in};
}

}  // namespace kwd::packet
