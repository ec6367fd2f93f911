// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace kwd::packet {

/// What a header says that cannot be. Its other fields are given as they stand, its payload is empty.
///
/// Every dissector answers the same way:
///  - nullopt when its fixed header is not all there;
///  - a value with a `defect` when the header contradicts itself;
///  - a value with `cut` when the header announces more than follows: the capture's snap length took it, the sender
///  lied,
///    or the rest is in later fragments. dissect() knows the surroundings and tells these apart.
enum class Defect : std::uint8_t {
    none,
    version,            ///< the version is not the protocol's
    header_length,      ///< the header's length is below its minimum
    total_length,       ///< the whole is said to be shorter than its header
    options,            ///< an option leaves the options
    extension_headers,  ///< more IPv6 extension headers than RFC 8200 has
    name,               ///< a domain name with a bad label, a bad pointer, or over 255 octets
};

}  // namespace kwd::packet
