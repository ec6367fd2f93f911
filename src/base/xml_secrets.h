// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secrets.h"

#include <string_view>

namespace kwd {

/// remove_secrets() for XML, which stays XML: each text and each attribute on its own, so that a secret ends with them.
/// The text of an element that is named after a secret goes whole (`<Password>x</Password>`, `<Data
/// Name='Token'>x</Data>`, as event records have it). What is malformed, and all behind it, is cleaned as plain text.
[[nodiscard]] CleanText remove_secrets_from_xml(std::string_view xml);

/// Whether a text begins as XML does.
[[nodiscard]] bool begins_like_xml(std::string_view text) noexcept;

}  // namespace kwd
