// SPDX-License-Identifier: Apache-2.0
#include "snapshot/content.h"

#include "snapshot/sha256.h"

#include <zstd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <future>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

namespace kwd::snapshot {
namespace {

// From here on a thread of its own costs less than it saves.
constexpr std::size_t kWorthAThread = 256 << 10;
// For a document of a capture; most of it is never touched.
constexpr std::size_t kKeptRoom = 9 << 20;

int level_of(Effort effort) noexcept {
    return effort == Effort::least ? -1 : 3;
}

// Not valid where the system has no thread to spare.
std::future<std::string> begin_hashing(std::string_view content) {
    try {
        return std::async(std::launch::async, [content] { return sha256_hex(content); });
    } catch (const std::system_error&) {
        return {};
    }
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    return fmt::format("{:02x}", fmt::join(sha256(bytes), ""));
}

Result<std::string> compress(std::string_view bytes, Effort effort) {
    const auto failed = [&](const char* why) {
        return Error{Errc::io, fmt::format("compress {} bytes: {}", bytes.size(), why)};
    };
    const auto into = [&](char* room, std::size_t bound) -> Result<std::string> {
        const std::size_t size = ZSTD_compress(room, bound, bytes.data(), bytes.size(), level_of(effort));
        if (ZSTD_isError(size) != 0U) {
            return failed(ZSTD_getErrorName(size));
        }
        return std::string(room, size);
    };
    try {
        const std::size_t bound = ZSTD_compressBound(bytes.size());
        if (bound <= kKeptRoom) {
            // Fresh memory costs a fifth of what compressing into it does.
            thread_local const auto kept = std::make_unique_for_overwrite<char[]>(kKeptRoom);
            return into(kept.get(), bound);
        }
        return into(std::make_unique_for_overwrite<char[]>(bound).get(), bound);
    } catch (const std::bad_alloc&) {
        return failed("not enough memory");
    }
}

Result<PackedContent> pack(std::string_view content, Effort effort) {
    const auto failed = [&](const char* why) {
        return Error{Errc::io, fmt::format("hash {} bytes: {}", content.size(), why)};
    };
    PackedContent packed{.size_bytes = static_cast<std::int64_t>(content.size())};
    try {
        auto hash = content.size() >= kWorthAThread ? begin_hashing(content) : std::future<std::string>();
        auto frame = compress(content, effort);
        if (!frame) {
            return std::move(frame).error();
        }
        packed.frame = *std::move(frame);
        packed.sha256 = hash.valid() ? hash.get() : sha256_hex(content);
    } catch (const std::bad_alloc&) {
        return failed("not enough memory");
    } catch (const std::exception& error) {  // OpenSSL, which tells nobody that it got no memory
        return failed(error.what());
    }
    return packed;
}

bool looks_packed(const PackedContent& content) noexcept {
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const std::string& frame = content.frame;
    return content.size_bytes >= 0 && content.size_bytes <= kMaxDocumentBytes &&
           ZSTD_getFrameContentSize(frame.data(), frame.size()) ==
               static_cast<unsigned long long>(content.size_bytes) &&
           ZSTD_findFrameCompressedSize(frame.data(), frame.size()) == frame.size() &&
           content.sha256.size() == 2 * sizeof(Sha256) && std::ranges::all_of(content.sha256, is_hex);
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

std::string decompress_beginning(std::string_view frame, std::size_t most) {
    constexpr int kLargestWindow = 23;  // a power of two; ours are 2^21 at the most
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    if (!context || ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kLargestWindow)) != 0U) {
        return {};
    }
    std::string bytes(most, '\0');
    ZSTD_inBuffer in{frame.data(), frame.size(), 0};
    ZSTD_outBuffer out{bytes.data(), bytes.size(), 0};
    std::size_t left = 1;
    while (left != 0 && in.pos < in.size && out.pos < out.size) {
        left = ZSTD_decompressStream(context.get(), &out, &in);
        if (ZSTD_isError(left) != 0U) {
            return {};
        }
    }
    bytes.resize(out.pos);
    return bytes;
}

}  // namespace kwd::snapshot
