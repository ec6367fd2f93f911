// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kwd {

/// A MAC address of six octets as `00:15:5d:bb:6e:b1`. Reads dashes (Windows, HNS), colons (Linux), three groups with
/// dots (switches) and twelve bare digits; every octet has two digits and the separators are all alike.
[[nodiscard]] std::optional<std::string> normal_mac(std::string_view text);

/// A GUID as `9B219D6E-6847-43FC-8258-81DB4B63C09C`: upper case, without braces. Reads it alone, in braces, or as the
/// last part of an HNS reference such as `/endpoints/<guid>`. HNS itself mixes the cases between objects and APIs.
[[nodiscard]] std::optional<std::string> normal_guid(std::string_view text);

}  // namespace kwd
