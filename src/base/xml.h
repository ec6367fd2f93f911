// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwd {

struct XmlAttribute {
    std::string_view name;  ///< without a namespace prefix
    std::string value;      ///< references resolved
    std::size_t begin;      ///< of the value as it stands in the text, between the quotes
    std::size_t end;
};

/// A piece of an XML text.
struct XmlPiece {
    enum class Kind : std::uint8_t { start, text, end };
    Kind kind;
    std::string_view name = {};  ///< of the element that starts or ends, without a namespace prefix
    std::vector<XmlAttribute> attributes = {};
    std::string text = {};  ///< references resolved; CDATA as it stands
    std::size_t begin = 0;  ///< its bytes; the end of `<x/>` has none
    std::size_t end = 0;

    [[nodiscard]] std::optional<std::string_view> attribute(std::string_view name) const;
};

/// Deeper nesting is refused. Event records stay below 10.
inline constexpr std::size_t kMaxXmlDepth = 64;

/// Reads XML piece by piece, as programs write it: elements, attributes in either quotes, text, the five named
/// references and numeric ones, CDATA; comments and instructions are passed over. Several elements may follow one
/// another without a root. A document type is refused, and with it every entity that could grow; a reference that is
/// not known stays as it is. Linear in the text's length.
///
/// A library was refused for this: pugixml gives up a whole file for its last, cut record, expat calls back and has to
/// be built for Windows too, and neither says where the text of a value stands, which taking secrets out of it needs.
class XmlReader {
  public:
    explicit XmlReader(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

    /// The next piece; nullopt behind the last. Errors: malformed, too_large (depth); the reader is then done with, and
    /// at() is where it got stuck.
    [[nodiscard]] Result<std::optional<XmlPiece>> next();

    [[nodiscard]] std::size_t at() const noexcept { return at_; }
    /// How many elements are open.
    [[nodiscard]] std::size_t depth() const noexcept { return open_.size(); }

  private:
    [[nodiscard]] Error malformed(std::string_view what) const;
    [[nodiscard]] bool skip_to_behind(std::string_view ending);
    [[nodiscard]] std::string_view read_name();
    void skip_blanks();
    [[nodiscard]] Result<std::optional<XmlPiece>> read_text();
    [[nodiscard]] Result<std::optional<XmlPiece>> read_start();
    [[nodiscard]] Result<std::optional<XmlPiece>> read_end();

    std::string_view text_;
    std::size_t at_;
    std::vector<std::string_view> open_;  ///< full names
    bool ends_at_once_ = false;
};

/// The text for use between tags or in quotes.
[[nodiscard]] std::string escape_xml(std::string_view text);

}  // namespace kwd
