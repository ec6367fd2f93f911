// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kwd::snapshot {

/// The largest content of one document.
inline constexpr std::int64_t kMaxDocumentBytes = 1024LL * 1024 * 1024;

/// SHA-256 in lower case hex.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// How much time is spent on making a frame small.
enum class Effort : std::uint8_t {
    some,   ///< zstd level 3
    least,  ///< zstd level -1: for what comes faster than a disk could take it
};

/// One zstd frame (RFC 8878). Errors: io when there is not enough memory.
[[nodiscard]] Result<std::string> compress(std::string_view bytes, Effort effort = Effort::some);

/// A document's content as a snapshot holds it.
struct PackedContent {
    std::string frame = {};
    std::string sha256 = {};
    std::int64_t size_bytes = 0;
};
/// Compresses and hashes, side by side where it is worth a thread and there is one. Errors: io when there is not enough
/// memory, or the system does not hash.
[[nodiscard]] Result<PackedContent> pack(std::string_view content, Effort effort = Effort::some);

/// Whether this may be what pack() made: one whole zstd frame that says to hold so many bytes, beside a hash. Nothing
/// is unpacked for that.
[[nodiscard]] bool looks_packed(const PackedContent& content) noexcept;

/// Unpacks one zstd frame that must hold exactly `size_bytes`, so that a bomb stops before it is unpacked.
/// Errors: malformed, too_large beyond kMaxDocumentBytes.
[[nodiscard]] Result<std::string> decompress(std::string_view frame, std::int64_t size_bytes);

/// Unpacks up to so many bytes that a zstd frame begins with, as far as there is one. Empty where it is damaged, or
/// asks for more memory than those that pack() makes.
[[nodiscard]] std::string decompress_beginning(std::string_view frame, std::size_t most);

}  // namespace kwd::snapshot
