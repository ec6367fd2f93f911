// SPDX-License-Identifier: Apache-2.0
#include "snapshot/content.h"

#include <sodium.h>
#include <zstd.h>

#include <fmt/format.h>

#include <array>

namespace kwd::snapshot {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    std::string hex(hash.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    hex.pop_back();
    return hex;
}

std::string compress(std::string_view bytes) {
    std::string frame(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compress(frame.data(), frame.size(), bytes.data(), bytes.size(), 3);
    assert(ZSTD_isError(size) == 0U);
    frame.resize(size);
    return frame;
}

Result<std::string> decompress(std::string_view frame, std::int64_t size_bytes) {
    if (size_bytes < 0) {
        return Error{Errc::malformed, "unpack a document: its size is negative"};
    }
    if (size_bytes > kMaxDocumentBytes) {
        return Error{Errc::too_large, fmt::format("unpack a document: it claims {} bytes", size_bytes)};
    }
    const auto expected = static_cast<unsigned long long>(size_bytes);
    if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != expected) {
        return Error{Errc::malformed, "unpack a document: the frame's size is not the document's"};
    }
    std::string bytes(static_cast<std::size_t>(size_bytes), '\0');
    const std::size_t size = ZSTD_decompress(bytes.data(), bytes.size(), frame.data(), frame.size());
    if (ZSTD_isError(size) != 0U || size != bytes.size()) {
        return Error{Errc::malformed, "unpack a document: the zstd frame is damaged"};
    }
    return bytes;
}

}  // namespace kwd::snapshot
