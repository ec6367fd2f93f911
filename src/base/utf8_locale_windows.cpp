// SPDX-License-Identifier: Apache-2.0
// libarchive keeps names as UTF-16 on Windows; no locale comes between.
#include "base/utf8_locale.h"

namespace kwd {

struct Utf8Locale::Native {};

Utf8Locale::Utf8Locale() = default;
Utf8Locale::~Utf8Locale() = default;

}  // namespace kwd
