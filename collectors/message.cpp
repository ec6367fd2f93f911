// SPDX-License-Identifier: Apache-2.0
#include "collectors/message.h"

#include "base/utf8.h"
#include "snapshot/kinds.h"
#include "snapshot/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kwd::collectors {
namespace {

enum class Type : unsigned char { document = 'D', missed = 'M', finished = 'F' };
constexpr std::size_t kHeaderBytes = 5;

class Writer {
  public:
    explicit Writer(Type type) { frame_ = {static_cast<char>(type), 0, 0, 0, 0}; }

    void number(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            frame_.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
        }
    }
    void bytes(std::string_view text) {
        number(text.size(), 4);
        frame_.append(text);
    }
    void text(std::string_view text) { bytes(text.substr(0, kMaxMessageText)); }
    void error(const Error& error) {
        number(static_cast<std::uint64_t>(error.code), 1);
        text(error.doing);
        number(error.native ? 1 : 0, 1);
        if (error.native) {
            number(static_cast<std::uint64_t>(error.native->domain), 1);
            number(static_cast<std::uint64_t>(error.native->value), 8);
        }
    }
    // `behind`: bytes of the frame that follow, which somebody else writes.
    std::string finish(std::size_t behind = 0) {
        const std::size_t length = frame_.size() - kHeaderBytes + behind;
        for (std::size_t i = 0; i < 4; ++i) {
            frame_[1 + i] = static_cast<char>(length >> (8 * i) & 0xFF);
        }
        return std::move(frame_);
    }

  private:
    std::string frame_;
};

// Reads a payload; once something is missing everything else is empty, and done() says no.
class Reader {
  public:
    explicit Reader(std::string_view payload) : rest_(payload) {}

    std::uint64_t number(std::size_t bytes) {
        const std::string_view taken = take(bytes);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < taken.size(); ++i) {
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(taken[i])) << (8 * i);
        }
        return value;
    }
    std::string_view bytes() { return take(number(4)); }
    std::string text() {
        const std::string_view taken = bytes();
        good_ = good_ && taken.size() <= kMaxMessageText;
        return good_ ? repair_utf8(taken) : std::string();
    }
    bool flag() { return number_up_to(1) == 1; }
    std::uint64_t number_up_to(std::uint64_t highest) {
        const std::uint64_t value = number(1);
        good_ = good_ && value <= highest;
        return value;
    }
    Error error() {
        Error result;
        result.code = static_cast<Errc>(number_up_to(static_cast<std::uint64_t>(Errc::io)));
        result.doing = text();
        if (flag()) {
            const auto domain = static_cast<Domain>(number_up_to(static_cast<std::uint64_t>(Domain::archive)));
            result.native = {domain, static_cast<std::int64_t>(number(8))};
        }
        return result;
    }
    void refuse() { good_ = false; }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

  private:
    std::string_view take(std::uint64_t bytes) {
        if (!good_ || bytes > rest_.size()) {
            good_ = false;
            return {};
        }
        const std::string_view taken = rest_.substr(0, bytes);
        rest_.remove_prefix(bytes);
        return taken;
    }

    std::string_view rest_;
    bool good_ = true;
};

// The kind as a text that outlives the message; empty when there is no such kind.
std::string_view known_kind(std::string_view name) {
    const auto kinds = snapshot::document_kinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.name == name; });
    return found == kinds.end() ? std::string_view() : found->name;
}

Message read_document(Reader& in) {
    PackedDocument read;
    NewDocument& document = read.document;
    document.kind = known_kind(in.bytes());
    if (document.kind.empty()) {
        in.refuse();
    }
    document.name = in.text();
    document.original_path = in.text();
    document.truncated = in.flag();
    document.note = in.text();
    document.collected_at_utc = in.text();
    const std::uint64_t in_place_of = in.number(4);
    if (in_place_of > kMaxInPlaceOf) {
        in.refuse();
    }
    for (std::uint64_t i = 0; i < in_place_of && in.good(); ++i) {
        document.in_place_of.push_back(in.text());
    }
    read.content.size_bytes = static_cast<std::int64_t>(in.number(8));
    read.content.sha256 = in.text();
    read.content.frame = in.bytes();
    if (!snapshot::looks_packed(read.content)) {
        in.refuse();
    }
    return read;
}

}  // namespace

Result<PackedDocument> packed(NewDocument document) {
    auto content = snapshot::pack(document.content, snapshot::effort_of(document.kind));
    if (!content) {
        return Error{content.error().code, fmt::format("put {}: {}", document.name, content.error().doing)};
    }
    std::string().swap(document.content);
    return PackedDocument{.document = std::move(document), .content = *std::move(content)};
}

std::string encode(const PackedDocument& document) {
    return encode_before_content(document) + document.content.frame;
}

std::string encode_before_content(const PackedDocument& packed) {
    const NewDocument& document = packed.document;
    Writer out(Type::document);
    out.text(document.kind);
    out.text(document.name);
    out.text(document.original_path);
    out.number(document.truncated ? 1 : 0, 1);
    out.text(document.note);
    out.text(document.collected_at_utc);
    out.number(document.in_place_of.size(), 4);
    for (const std::string& name : document.in_place_of) {
        out.text(name);
    }
    out.number(static_cast<std::uint64_t>(packed.content.size_bytes), 8);
    out.text(packed.content.sha256);
    out.number(packed.content.frame.size(), 4);
    return out.finish(packed.content.frame.size());
}

std::string encode(const Missed& missed) {
    Writer out(Type::missed);
    out.error(missed.error);
    return out.finish();
}

std::string encode(const Finished& finished) {
    Writer out(Type::finished);
    out.number(finished.result ? 1 : 0, 1);
    if (!finished.result) {
        out.error(finished.result.error());
    }
    return out.finish();
}

Result<std::optional<Message>> MessageReader::next() {
    const std::string_view rest = std::string_view(buffer_).substr(begin_);
    if (rest.size() < kHeaderBytes) {
        return std::optional<Message>();
    }
    const auto type = static_cast<Type>(rest[0]);
    if (type != Type::document && type != Type::missed && type != Type::finished) {
        return Error{Errc::malformed, fmt::format("read a frame of type {}", static_cast<unsigned char>(rest[0]))};
    }
    const std::uint64_t length = Reader(rest.substr(1)).number(4);
    if (length > max_frame_bytes_) {
        return Error{Errc::too_large, fmt::format("read a frame of {} bytes", length)};
    }
    if (rest.size() - kHeaderBytes < length) {
        return std::optional<Message>();
    }

    Reader in(rest.substr(kHeaderBytes, length));
    std::optional<Message> message;
    switch (type) {
        case Type::document: message = read_document(in); break;
        case Type::missed: message = Missed{in.error()}; break;
        case Type::finished: message = in.flag() ? Finished{} : Finished{in.error()}; break;
    }
    if (!in.done()) {
        return Error{Errc::malformed, fmt::format("read a frame of type {}", static_cast<char>(type))};
    }
    begin_ += kHeaderBytes + length;
    if (begin_ * 2 >= buffer_.size()) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    return message;
}

}  // namespace kwd::collectors
