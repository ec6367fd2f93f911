// SPDX-License-Identifier: Apache-2.0
#include "base/cng_windows.h"
#include "snapshot/content.h"
#include "snapshot/sha256.h"

#include <limits>
#include <stdexcept>

namespace kwd::snapshot {
namespace {

// Opened once: that takes longer than hashing a short document. It lives as long as the process.
class Algorithm {
  public:
    Algorithm() {
        const auto open = cng_function<decltype(::BCryptOpenAlgorithmProvider)>("BCryptOpenAlgorithmProvider");
        if (open == nullptr || open(&handle_, BCRYPT_SHA256_ALGORITHM, nullptr, 0) < 0) {
            handle_ = nullptr;
        }
    }

    // The functions take pointers to what they do not change.
    [[nodiscard]] bool hash(std::string_view bytes, Sha256& hash) const {
        return handle_ != nullptr && hash_ != nullptr && bytes.size() <= std::numeric_limits<ULONG>::max() &&
               hash_(handle_, nullptr, 0, reinterpret_cast<PUCHAR>(const_cast<char*>(bytes.data())),
                     static_cast<ULONG>(bytes.size()), hash.data(), static_cast<ULONG>(hash.size())) >= 0;
    }

  private:
    BCRYPT_ALG_HANDLE handle_ = nullptr;
    decltype(::BCryptHash)* hash_ = cng_function<decltype(::BCryptHash)>("BCryptHash");
};

}  // namespace

static_assert(kMaxDocumentBytes <= std::numeric_limits<ULONG>::max());

Sha256 sha256(std::string_view bytes) {
    static const Algorithm algorithm;
    Sha256 hash{};
    if (!algorithm.hash(bytes, hash)) {
        throw std::runtime_error("Windows (bcrypt.dll) does not hash by SHA-256");
    }
    return hash;
}

}  // namespace kwd::snapshot
