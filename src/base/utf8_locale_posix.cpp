// SPDX-License-Identifier: Apache-2.0
#include "base/utf8_locale.h"

#include <locale.h>

namespace kwd {

struct Utf8Locale::Native {
    locale_t utf8;
    locale_t before;
};

Utf8Locale::Utf8Locale() {
    for (const char* const name : {"C.UTF-8", "en_US.UTF-8"}) {
        if (const locale_t utf8 = newlocale(LC_CTYPE_MASK, name, locale_t{}); utf8 != locale_t{}) {
            native_ = std::make_unique<Native>(Native{utf8, uselocale(utf8)});
            return;
        }
    }
}

Utf8Locale::~Utf8Locale() {
    if (native_) {
        uselocale(native_->before);
        freelocale(native_->utf8);
    }
}

}  // namespace kwd
