// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

namespace kwd {

DecodedText decode_text(std::string_view bytes) {
    return {std::string(bytes), "utf-8", {}, false};
}

}  // namespace kwd
