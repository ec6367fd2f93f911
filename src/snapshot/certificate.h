// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace kwd::snapshot {

/// What a certificate says of itself. Nothing of it is verified.
struct CertificateFacts {
    std::string not_before_utc;  ///< ISO 8601
    std::string not_after_utc;   ///< ISO 8601
    std::string subject;  ///< `O=system:nodes,CN=system:node:x`, in the certificate's order; other attributes left out
    std::string sha256;   ///< of the DER form, lower case hex, without colons
};

/// Reads the first certificate of a PEM text, which may hold other blocks (a private key is passed over).
/// Errors: not_found when there is none; malformed.
/// Source: RFC 7468 (PEM), RFC 5280 §4.1 (Certificate), X.690 (DER).
[[nodiscard]] Result<CertificateFacts> read_certificate(std::string_view pem);

/// Decodes base64 (RFC 4648 §4), blanks and line ends ignored. Errors: malformed.
[[nodiscard]] Result<std::string> decode_base64(std::string_view text);

}  // namespace kwd::snapshot
