// SPDX-License-Identifier: Apache-2.0
#include "snapshot/certificate.h"

#include "tests/fuzz/check.h"

#include <sodium.h>

#include <cstddef>
#include <cstdint>
#include <string>

// The bytes are the DER form: what is found out about base64 is not worth the time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string base64(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
    ::sodium_bin2base64(base64.data(), base64.size(), data, size, sodium_base64_VARIANT_ORIGINAL);
    base64.pop_back();  // its NUL
    const auto facts =
        kwd::snapshot::read_certificate("-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    if (facts) {
        check(facts->not_after_utc.size() == 20 && facts->sha256.size() == 64);
    }
    return 0;
}
