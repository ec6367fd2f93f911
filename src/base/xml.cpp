// SPDX-License-Identifier: Apache-2.0
#include "base/xml.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace kwd {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr auto kNamed = std::to_array<std::pair<std::string_view, char>>(
    {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}});

std::string_view local_name(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// `#10` or `#xA`
std::optional<char32_t> code_point(std::string_view reference) {
    reference.remove_prefix(1);
    const bool hex = reference.starts_with('x') || reference.starts_with('X');
    reference.remove_prefix(hex ? 1 : 0);
    std::uint32_t value = 0;
    const char* const end = reference.data() + reference.size();
    const auto read = std::from_chars(reference.data(), end, value, hex ? 16 : 10);
    return read.ec == std::errc() && read.ptr == end ? std::optional(static_cast<char32_t>(value)) : std::nullopt;
}

// Appends what a reference stands for; answers false for one that is not known.
bool resolve(std::string_view reference, std::string& out) {
    const auto named = std::ranges::find(kNamed, reference, &std::pair<std::string_view, char>::first);
    if (named != kNamed.end()) {
        out += named->second;
        return true;
    }
    if (reference.size() < 2 || reference[0] != '#') {
        return false;
    }
    const auto point = code_point(reference);
    if (point) {
        append_utf8(out, *point);
    }
    return point.has_value();
}

std::string resolved(std::string_view text) {
    constexpr std::size_t longest = 12;
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t ampersand = std::min(text.find('&'), text.size());
        out += text.substr(0, ampersand);
        text.remove_prefix(ampersand);
        if (text.empty()) {
            break;
        }
        const std::size_t end = text.substr(0, longest).find(';');
        if (end != std::string_view::npos && resolve(text.substr(1, end - 1), out)) {
            text.remove_prefix(end + 1);
        } else {
            out += '&';
            text.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace

std::optional<std::string_view> XmlPiece::attribute(std::string_view wanted) const {
    const auto found = std::ranges::find(attributes, wanted, &XmlAttribute::name);
    return found != attributes.end() ? std::optional<std::string_view>(found->value) : std::nullopt;
}

Error XmlReader::malformed(std::string_view what) const {
    return {Errc::malformed, fmt::format("read XML at byte {}: {}", at_, what)};
}

bool XmlReader::skip_to_behind(std::string_view ending) {
    const std::size_t found = text_.find(ending, at_);
    at_ = found == std::string_view::npos ? at_ : found + ending.size();
    return found != std::string_view::npos;
}

std::string_view XmlReader::read_name() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n/>=<\"'&", at_), text_.size());
    const std::string_view name = text_.substr(at_, end - at_);
    at_ = end;
    return name;
}

void XmlReader::skip_blanks() {
    at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
}

Result<std::optional<XmlPiece>> XmlReader::next() {
    if (std::exchange(ends_at_once_, false)) {
        const std::string_view name = local_name(open_.back());
        open_.pop_back();
        return std::optional(XmlPiece{.kind = XmlPiece::Kind::end, .name = name, .begin = at_, .end = at_});
    }
    while (at_ < text_.size()) {
        const std::string_view rest = text_.substr(at_);
        if (!rest.starts_with('<') || rest.starts_with("<![CDATA[")) {
            return read_text();
        }
        if (rest.starts_with("<?") || rest.starts_with("<!--")) {
            if (!skip_to_behind(rest[1] == '?' ? "?>" : "-->")) {
                return malformed("a comment or instruction that does not end");
            }
        } else if (rest.starts_with("<!")) {
            return malformed("a document type, which is not read");
        } else {
            return rest.starts_with("</") ? read_end() : read_start();
        }
    }
    return open_.empty() ? Result<std::optional<XmlPiece>>(std::nullopt)
                         : malformed(fmt::format("the text ends within the element {}", open_.back()));
}

Result<std::optional<XmlPiece>> XmlReader::read_text() {
    constexpr std::string_view cdata = "<![CDATA[";
    XmlPiece piece{.kind = XmlPiece::Kind::text, .begin = at_};
    if (text_.substr(at_).starts_with(cdata)) {
        const std::size_t begin = at_ + cdata.size();
        if (!skip_to_behind("]]>")) {
            return malformed("CDATA that does not end");
        }
        piece.text = text_.substr(begin, at_ - 3 - begin);
    } else {
        const std::size_t end = std::min(text_.find('<', at_), text_.size());
        piece.text = resolved(text_.substr(at_, end - at_));
        at_ = end;
    }
    piece.end = at_;
    return std::optional(std::move(piece));
}

Result<std::optional<XmlPiece>> XmlReader::read_start() {
    XmlPiece piece{.kind = XmlPiece::Kind::start, .begin = at_++};
    const std::string_view name = read_name();
    if (name.empty()) {
        return malformed("a tag without a name");
    }
    if (open_.size() == kMaxXmlDepth) {
        return Error{Errc::too_large, fmt::format("read XML at byte {}: more than {} levels", at_, kMaxXmlDepth)};
    }
    piece.name = local_name(name);
    for (skip_blanks(); at_ < text_.size() && text_[at_] != '>' && text_[at_] != '/'; skip_blanks()) {
        const std::string_view attribute = read_name();
        skip_blanks();
        if (attribute.empty() || at_ >= text_.size() || text_[at_] != '=') {
            return malformed(fmt::format("an attribute of {} without a value", name));
        }
        ++at_;
        skip_blanks();
        const char quote = at_ < text_.size() ? text_[at_] : '\0';
        const std::size_t end = quote == '"' || quote == '\'' ? text_.find(quote, at_ + 1) : std::string_view::npos;
        if (end == std::string_view::npos) {
            return malformed(fmt::format("an attribute of {} without quotes around its value", name));
        }
        piece.attributes.push_back(
            {local_name(attribute), resolved(text_.substr(at_ + 1, end - at_ - 1)), at_ + 1, end});
        at_ = end + 1;
    }
    ends_at_once_ = text_.substr(at_).starts_with("/>");
    if (!ends_at_once_ && !text_.substr(at_).starts_with('>')) {
        return malformed(fmt::format("the tag of {} does not end", name));
    }
    at_ += ends_at_once_ ? 2 : 1;
    piece.end = at_;
    open_.push_back(name);
    return std::optional(std::move(piece));
}

Result<std::optional<XmlPiece>> XmlReader::read_end() {
    const std::size_t begin = at_;
    at_ += 2;
    const std::string_view name = read_name();
    skip_blanks();
    if (open_.empty() || name != open_.back() || !text_.substr(at_).starts_with('>')) {
        return malformed(fmt::format("</{}> ends what is not open", name));
    }
    ++at_;
    open_.pop_back();
    return std::optional(XmlPiece{.kind = XmlPiece::Kind::end, .name = local_name(name), .begin = begin, .end = at_});
}

std::string escape_xml(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char each : text) {
        const auto named = std::ranges::find(kNamed, each, &std::pair<std::string_view, char>::second);
        if (named != kNamed.end()) {
            out += '&';
            out += named->first;
            out += ';';
        } else {
            out += each;
        }
    }
    return out;
}

}  // namespace kwd
