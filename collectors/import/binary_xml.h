// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kwd::collectors {

/// Renders the binary XML in one chunk of an event log file as text.
///
/// Names and templates lie anywhere in the chunk and are referred to by their offsets in it. Each is checked; how deep
/// fragments nest is bounded, and so is the number of tokens that are followed, however often they refer to one
/// another. A token that moves much, such as a long name, counts as many.
class BinaryXml {
  public:
    /// `tokens`: how many may be followed, by all readers that share them; counted down.
    BinaryXml(std::string_view chunk, std::size_t& tokens) : chunk_(chunk), tokens_(tokens) {}

    /// Appends the fragment in [begin, end) of the chunk, at most `max_bytes` of text. False when it is broken or too
    /// large; what was appended until then is the caller's to remove.
    [[nodiscard]] bool render(std::size_t begin, std::size_t end, std::size_t max_bytes, std::string& out);

  private:
    std::string_view chunk_;
    std::size_t& tokens_;
};

/// A value of binary XML as Windows renders it: numbers, times, SIDs, GUIDs, and text with what XML needs escaped.
/// `type` as in the format's list, without the flag of arrays. Nothing for a type that is not known.
void append_event_value(std::uint8_t type, std::string_view bytes, std::string& out);

}  // namespace kwd::collectors
