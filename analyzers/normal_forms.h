// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/json_node.h"

#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

namespace kwd::analyzers {

// Values as the tables hold them. What cannot be read as what it should be stays as it was written: it is evidence.

/// An address in canonical form, a zone cut off. NULL for none.
[[nodiscard]] snapshot::Text normal_address(const snapshot::Text& text);
/// A prefix in CIDR form; a plain address stays one.
[[nodiscard]] snapshot::Text normal_prefix(const snapshot::Text& text);
/// A MAC address in lower case with colons. All zeros stay: HNS and kube-proxy do use that one, and it is a fault.
[[nodiscard]] snapshot::Text normal_mac_text(const snapshot::Text& text);
/// A GUID in upper case without braces; NULL for none and for all zeros.
[[nodiscard]] snapshot::Text normal_id(const snapshot::Text& text);
/// 4 or 6; NULL for what is neither address nor prefix.
[[nodiscard]] snapshot::Integer family_of(std::string_view address_or_prefix) noexcept;

/// A value that is written as a number or by one of its names, or as several names with commas between them, which are
/// added. NULL when a name is not known.
using NamedNumber = std::pair<std::string_view, std::int64_t>;
[[nodiscard]] snapshot::Integer number_or_names(const JsonNode& node, std::span<const NamedNumber> names);

/// An IP protocol by number or name: 6 for TCP. https://www.iana.org/assignments/protocol-numbers
[[nodiscard]] snapshot::Integer protocol_number(const JsonNode& node);

/// A word as it is spelled in this list, whatever its case; as it stands when it is not there.
[[nodiscard]] snapshot::Text spelled_as(const snapshot::Text& word, std::span<const std::string_view> words);

}  // namespace kwd::analyzers
