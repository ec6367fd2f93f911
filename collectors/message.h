// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "collectors/collector.h"
#include "snapshot/content.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kwd::collectors {

// What a worker tells its parent, as frames on a pipe: one byte of type, four bytes of length (little endian), payload.
// Both ends are the same executable, but the parent trusts nothing: a worker that went mad may write anything.

/// A document as it goes through the pipe: packed by the worker, so that the parent has only to write it down.
struct PackedDocument {
    NewDocument document;  ///< without its content
    snapshot::PackedContent content;
};
/// Compresses and hashes the content. Errors: io when there is not enough memory.
[[nodiscard]] Result<PackedDocument> packed(NewDocument document);

/// A part could not be had.
struct Missed {
    Error error;
};

/// The collector is through; nothing follows.
struct Finished {
    Result<void> result;
};

using Message = std::variant<PackedDocument, Missed, Finished>;

/// The longest name, path, note or reason in a message; longer ones are cut when they are written.
inline constexpr std::size_t kMaxMessageText = 4096;

/// The most documents that one takes the place of.
inline constexpr std::size_t kMaxInPlaceOf = 10'000;

[[nodiscard]] std::string encode(const PackedDocument& document);
/// The same without the compressed content, which follows it: for one that should not be copied.
[[nodiscard]] std::string encode_before_content(const PackedDocument& document);
[[nodiscard]] std::string encode(const Missed& missed);
[[nodiscard]] std::string encode(const Finished& finished);

/// Takes frames apart as their bytes come in.
class MessageReader {
  public:
    /// `max_frame_bytes`: a longer frame is refused as soon as its length is read.
    explicit MessageReader(std::uint64_t max_frame_bytes) : max_frame_bytes_(max_frame_bytes) {}

    void feed(std::string_view bytes) { buffer_.append(bytes); }

    /// The next whole message; nullopt while it is incomplete. Texts are repaired to valid UTF-8.
    /// Errors: malformed for anything that encode() does not write, such as an unknown kind of document or a content
    /// that is no compressed one of the size that it tells; too_large. Contents are not unpacked for that.
    /// After an error nothing more can be read.
    [[nodiscard]] Result<std::optional<Message>> next();

    /// Bytes came that are no whole message yet.
    [[nodiscard]] bool in_the_middle() const noexcept { return begin_ < buffer_.size(); }

  private:
    std::uint64_t max_frame_bytes_;
    std::string buffer_;
    std::size_t begin_ = 0;  ///< of what was not yet taken apart
};

}  // namespace kwd::collectors
