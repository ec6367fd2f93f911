// SPDX-License-Identifier: Apache-2.0
#include "collectors/import/binary_xml.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace kwd::collectors {
namespace {

constexpr std::size_t kDeepestFragment = 8;
constexpr std::size_t kDeepestElement = 64;
constexpr std::size_t kMostValues = 4096;
constexpr std::size_t kBytesOfToken = 16;
constexpr std::uint8_t kEmbedded = 0x21;
constexpr std::uint8_t kArray = 0x80;
constexpr std::uint8_t kMore = 0x40;

struct Value {
    std::uint8_t type = 0;
    std::size_t begin = 0;
    std::size_t size = 0;
};
using Values = std::vector<Value>;

/// Reads within [at, end) of the chunk. Once something lies outside, everything after it fails.
class Bytes {
  public:
    Bytes(std::string_view chunk, std::size_t begin, std::size_t end)
        : chunk_(chunk), at_(begin), end_(std::min(end, chunk.size())) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool at_end() const noexcept { return at_ >= end_; }
    [[nodiscard]] std::size_t at() const noexcept { return at_; }

    std::string_view take(std::size_t count) {
        if (!ok_ || at_ > end_ || count > end_ - at_) {
            ok_ = false;
            return {};
        }
        at_ += count;
        return chunk_.substr(at_ - count, count);
    }
    std::uint32_t number(std::size_t count) {
        std::uint32_t value = 0;
        const std::string_view bytes = take(count);
        for (std::size_t i = bytes.size(); i-- > 0;) {
            value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
        }
        return value;
    }
    void fail() noexcept { ok_ = false; }

  private:
    std::string_view chunk_;
    std::size_t at_;
    std::size_t end_;
    bool ok_ = true;
};

bool is_name(std::string_view name) {
    const auto allowed = [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ':';
    };
    const bool begins =
        !name.empty() && name.front() != '-' && name.front() != '.' && (name.front() < '0' || name.front() > '9');
    return begins && std::all_of(name.begin(), name.end(), allowed);
}

/// One fragment on its way to text. Fragments within are others.
class Fragment {
  public:
    Fragment(std::string_view chunk, std::size_t& tokens, std::size_t most, std::string& out)
        : chunk_(chunk), tokens_(tokens), most_(most), out_(out) {}

    /// `values`: those of the template that this is the definition of; nullptr for what is none.
    bool read(std::size_t begin, std::size_t end, const Values* values, std::size_t depth);

  private:
    struct Element {
        std::string name;
        bool has_attributes = false;
    };

    bool read_token(Bytes& in, std::uint8_t token, const Values* values, std::size_t depth);
    void open_element(Bytes& in, bool has_attributes, bool in_template);
    void begin_attribute(Bytes& in);
    void end_attribute();
    void close_element(std::string_view how);
    void add_literal(Bytes& in);
    void add_entity(Bytes& in);
    void add_substitution(Bytes& in, bool optional, const Values* values, std::size_t depth);
    [[nodiscard]] bool add_array(const Value& value);
    void read_template(Bytes& in, std::size_t depth);
    std::string name(Bytes& in);
    [[nodiscard]] bool may_move(std::size_t bytes);

    std::string_view chunk_;
    std::size_t& tokens_;
    std::size_t most_;
    std::string& out_;
    std::vector<Element> open_;
    std::optional<std::size_t> attribute_;  ///< where in the text the one that is open begins
    bool attribute_has_value_ = false;
};

// Whether there are tokens left for so many bytes, which are then paid for, and room for more text.
bool Fragment::may_move(std::size_t bytes) {
    const std::size_t cost = bytes / kBytesOfToken;
    const bool enough = cost <= tokens_;
    tokens_ -= std::min(cost, tokens_);
    return enough && out_.size() <= most_;
}

// Where it is met first it lies here, later it is referred to.
std::string Fragment::name(Bytes& in) {
    const std::size_t offset = in.number(4);
    const bool is_here = offset == in.at();
    Bytes there(chunk_, offset, chunk_.size());
    Bytes& from = is_here ? in : there;
    from.take(6);  // the next in its list, and a hash
    const std::size_t units = from.number(2);
    const std::string_view bytes = from.take(units * 2);
    from.take(2);
    std::string text;
    if (!from.ok() || !may_move(bytes.size())) {
        in.fail();
        return text;
    }
    append_utf16(text, bytes, ByteOrder::little);
    if (!is_name(text)) {
        in.fail();
    }
    return text;
}

void Fragment::open_element(Bytes& in, bool has_attributes, bool in_template) {
    in.take(in_template ? 2 : 0);  // what it depends on
    in.take(4);                    // its size
    Element element{name(in), has_attributes};
    in.take(has_attributes ? 4 : 0);
    if (in.ok() && open_.size() < kDeepestElement) {
        out_ += '<' + element.name;
        open_.push_back(std::move(element));
    } else {
        in.fail();
    }
}

void Fragment::begin_attribute(Bytes& in) {
    end_attribute();
    attribute_ = out_.size();
    attribute_has_value_ = false;
    out_ += ' ' + name(in) + "=\"";
}

// One of a value that is not there is none.
void Fragment::end_attribute() {
    if (attribute_ && attribute_has_value_) {
        out_ += '"';
    } else if (attribute_) {
        out_.resize(*attribute_);
    }
    attribute_.reset();
}

void Fragment::close_element(std::string_view how) {
    end_attribute();
    if (how == "</") {
        out_ += "</" + open_.back().name + '>';
    } else {
        out_ += how;
    }
    if (how != ">") {
        open_.pop_back();
    }
}

void Fragment::add_literal(Bytes& in) {
    const std::uint32_t type = in.number(1);
    const std::size_t units = in.number(2);
    if (type != 0x01) {
        in.fail();  // no other is ever written so
    }
    append_event_value(0x01, in.take(units * 2), out_);
    attribute_has_value_ = true;
}

void Fragment::add_entity(Bytes& in) {
    const std::string entity = name(in);
    for (const std::string_view known : {"amp", "lt", "gt", "quot", "apos"}) {
        if (entity == known) {
            out_ += '&' + entity + ';';
        }
    }
    attribute_has_value_ = true;
}

// The values of an array are elements of their own: `<Data>a</Data><Data>b</Data>`. Only those of strings can be told
// apart without knowing more.
bool Fragment::add_array(const Value& value) {
    const auto type = static_cast<std::uint8_t>(value.type & ~kArray);
    std::string_view bytes = chunk_.substr(value.begin, value.size);
    if (type != 0x01) {
        append_event_value(0x0e, bytes, out_);
        return true;
    }
    bool first = true;
    while (!bytes.empty()) {
        if (const std::size_t each = open_.empty() ? 0 : open_.back().name.size(); !may_move(kBytesOfToken + each)) {
            return false;
        }
        std::size_t end = 0;
        while (end + 1 < bytes.size() && (bytes[end] != '\0' || bytes[end + 1] != '\0')) {
            end += 2;
        }
        end = std::min(end, bytes.size());
        if (!first) {
            const bool plain = !attribute_ && !open_.empty() && !open_.back().has_attributes;
            out_ += plain ? "</" + open_.back().name + "><" + open_.back().name + '>' : std::string("; ");
        }
        append_event_value(0x01, bytes.substr(0, end), out_);
        bytes.remove_prefix(std::min(end + 2, bytes.size()));
        first = false;
    }
    return true;
}

void Fragment::add_substitution(Bytes& in, bool optional, const Values* values, std::size_t depth) {
    const std::size_t id = in.number(2);
    in.take(1);  // the type; the value's own counts
    if (!in.ok() || values == nullptr || id >= values->size()) {
        in.fail();
        return;
    }
    const Value& value = (*values)[id];
    const bool is_there = value.type != 0 && value.size > 0;
    attribute_has_value_ = attribute_has_value_ || is_there || !optional;
    if (!is_there) {
        return;
    }
    if (!may_move(value.size)) {
        in.fail();
        return;
    }
    if (value.type == kEmbedded) {
        Fragment inner(chunk_, tokens_, most_, out_);
        if (!inner.read(value.begin, value.begin + value.size, nullptr, depth + 1)) {
            in.fail();
        }
    } else if ((value.type & kArray) != 0) {
        if (!add_array(value)) {
            in.fail();
        }
    } else {
        append_event_value(value.type, chunk_.substr(value.begin, value.size), out_);
    }
}

// A reference to the definition, which lies here where it is met first, and the values to put into it.
void Fragment::read_template(Bytes& in, std::size_t depth) {
    in.take(5);
    const std::size_t definition = in.number(4);
    Bytes header(chunk_, definition, chunk_.size());
    header.take(20);  // the next in its list, and a GUID
    const std::size_t size = header.number(4);
    if (definition == in.at()) {
        in.take(24);
        in.take(size);
    }
    const std::size_t count = in.number(4);
    if (!in.ok() || !header.ok() || count > kMostValues || !may_move(count * sizeof(Value))) {
        in.fail();
        return;
    }
    Values values(count);
    for (Value& each : values) {
        each.size = in.number(2);
        each.type = static_cast<std::uint8_t>(in.number(1));
        in.take(1);
    }
    for (Value& each : values) {
        each.begin = in.at();
        in.take(each.size);
    }
    Fragment inner(chunk_, tokens_, most_, out_);
    if (in.ok() && !inner.read(header.at(), header.at() + size, &values, depth + 1)) {
        in.fail();
    }
}

bool Fragment::read_token(Bytes& in, std::uint8_t token, const Values* values, std::size_t depth) {
    const auto kind = static_cast<std::uint8_t>(token & ~kMore);
    const bool needs_element = (kind >= 0x02 && kind <= 0x04) || kind == 0x06;
    if (needs_element && open_.empty()) {
        return false;
    }
    switch (kind) {
        case 0x01: open_element(in, (token & kMore) != 0, values != nullptr); break;
        case 0x02: close_element(">"); break;
        case 0x03: close_element("/>"); break;
        case 0x04:
            if (!may_move(open_.back().name.size())) {
                return false;
            }
            close_element("</");
            break;
        case 0x05: add_literal(in); break;
        case 0x06: begin_attribute(in); break;
        case 0x07: append_event_value(0x01, in.take(std::size_t{in.number(2)} * 2), out_); break;
        case 0x08:
            append_event_value(0x01, in.take(2), out_);
            attribute_has_value_ = true;
            break;
        case 0x09: add_entity(in); break;
        case 0x0a: name(in); break;  // instructions are for nobody here
        case 0x0b: in.take(std::size_t{in.number(2)} * 2); break;
        case 0x0c: read_template(in, depth); break;
        case 0x0d: add_substitution(in, false, values, depth); break;
        case 0x0e: add_substitution(in, true, values, depth); break;
        case 0x0f: in.take(3); break;
        default: return false;
    }
    return in.ok();
}

bool Fragment::read(std::size_t begin, std::size_t end, const Values* values, std::size_t depth) {
    Bytes in(chunk_, begin, end);
    if (begin > end || end > chunk_.size() || depth > kDeepestFragment) {
        return false;
    }
    while (!in.at_end()) {
        const auto token = static_cast<std::uint8_t>(in.number(1));
        if (token == 0) {
            break;
        }
        if (tokens_ == 0 || out_.size() > most_) {
            return false;
        }
        --tokens_;
        const std::size_t before = in.at();
        if (!read_token(in, token, values, depth) || !may_move(in.at() - before)) {
            return false;
        }
    }
    return in.ok() && open_.empty() && !attribute_ && out_.size() <= most_;
}

}  // namespace

bool BinaryXml::render(std::size_t begin, std::size_t end, std::size_t max_bytes, std::string& out) {
    return Fragment(chunk_, tokens_, out.size() + max_bytes, out).read(begin, end, nullptr, 0);
}

}  // namespace kwd::collectors
