// SPDX-License-Identifier: Apache-2.0
#include "snapshot/processor_sha256.h"

namespace kwd::snapshot {

std::optional<std::array<unsigned char, 32>> processor_sha256(std::string_view /*bytes*/) {
    return std::nullopt;
}

}  // namespace kwd::snapshot
