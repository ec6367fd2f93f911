// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace kwd {

/// While it lives, this thread's characters are UTF-8, whatever locale the process was started in: libarchive converts
/// names of entries by the locale, and gives none for `Übersicht.txt` in the C locale. Without effect where the system
/// has no such locale.
class Utf8Locale {
  public:
    Utf8Locale();
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale();

  private:
    struct Native;
    std::unique_ptr<Native> native_;
};

}  // namespace kwd
