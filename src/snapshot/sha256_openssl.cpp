// SPDX-License-Identifier: Apache-2.0
#include "snapshot/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <stdexcept>

namespace kwd::snapshot {

// Found once: each search takes longer than a short document. It lives as long as the process.
static const EVP_MD* algorithm() {
    static const EVP_MD* const found = [] {
        // What the machine's openssl.cnf says may be wrong, and names libraries to load.
        (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
        return EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    }();
    return found;
}

Sha256 sha256(std::string_view bytes) {
    Sha256 hash{};
    if (algorithm() == nullptr ||
        EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, algorithm(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL does not hash by SHA-256");
    }
    return hash;
}

}  // namespace kwd::snapshot
