// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace kwd::snapshot {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) by the library that the platform keeps for it: OpenSSL's libcrypto on Linux, CNG on Windows.
/// Throws std::runtime_error when that library refuses, which leaves nothing to be done.
[[nodiscard]] Sha256 sha256(std::string_view bytes);

}  // namespace kwd::snapshot
