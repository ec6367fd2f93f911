// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace kwd::snapshot {

/// SHA-256 by the processor's own instructions, several times as fast as without them; nullopt where it has none.
[[nodiscard]] std::optional<std::array<unsigned char, 32>> processor_sha256(std::string_view bytes);

}  // namespace kwd::snapshot
