// SPDX-License-Identifier: Apache-2.0
#include "packet/traffic/dns_streams.h"

#include "packet/bytes.h"
#include "packet/dns.h"

#include <algorithm>

namespace kwd::packet {
namespace {

constexpr std::uint32_t kLength = 2;

void append(std::span<std::byte> to, std::uint32_t& kept, std::span<const std::byte> bytes) noexcept {
    std::ranges::copy(bytes, to.begin() + kept);
    kept += static_cast<std::uint32_t>(bytes.size());
}

/// Whether this can be how a message begins, as far as it is there. Of arbitrary bytes hardly one in 100,000 is taken
/// for one, once the header is there.
bool may_be_message(std::span<const std::byte> beginning, const DnsStreams::Piece& piece) noexcept {
    constexpr unsigned kMostOpcode = 6;  // DSO, RFC 8490
    constexpr unsigned kMostQuestions = 16;
    Bytes in{beginning};
    const auto length = in.be(2);
    if (!length || *length < Dns::kSize) {
        return false;
    }
    const auto flags = in.skip(2) ? in.be(2) : std::nullopt;
    if (!flags) {
        return true;
    }
    const bool response = (*flags & 0x8000) != 0;
    const auto questions = in.be(2);
    return (response ? piece.answers : piece.queries) && (*flags >> 11 & 0x0f) <= kMostOpcode && (*flags & 0x40) == 0 &&
           (!questions || *questions <= kMostQuestions);
}

}  // namespace

void DnsStreams::Piece::pass(std::uint32_t count) noexcept {
    sequence += count;
    on_wire -= count;
    captured = captured.subspan(std::min<std::size_t>(count, captured.size()));
}

void DnsStreams::tell(Message& message) {
    if (message.told) {
        return;
    }
    message.told = true;
    if (message.kept > kLength) {
        if (const auto summary = summarise_dns(std::span{message.beginning}.subspan(kLength, message.kept - kLength))) {
            told_.push_back(*summary);
        }
    }
}

// Takes what the piece has of the message. False when it is none, or its length was not captured.
bool DnsStreams::read(Message& message, Piece& piece) {
    while (!message.length_known() && piece.on_wire != 0) {
        if (piece.captured.empty()) {
            return false;
        }
        append(message.beginning, message.kept, piece.captured.first(1));
        piece.pass(1);
        if (message.length_known()) {
            message.left = static_cast<std::uint32_t>(*Bytes{message.beginning}.be(2));
        }
    }
    if (!message.length_known()) {
        return true;
    }
    const auto here = std::min(message.left, piece.on_wire);
    if (!message.told) {
        const auto room = message.beginning.size() - message.kept;
        append(message.beginning, message.kept,
               piece.captured.first(std::min({std::size_t{here}, piece.captured.size(), room})));
        const auto beginning = std::span<const std::byte>{message.beginning}.first(message.kept);
        if (!may_be_message(beginning, piece)) {
            return false;
        }
        const auto summary = summarise_dns(beginning.subspan(kLength));
        if (here == message.left || piece.captured.size() < here || message.kept == message.beginning.size() ||
            (summary && summary->names != 0)) {
            tell(message);
        }
    }
    message.left -= here;
    piece.pass(here);
    return true;
}

// Whether the piece goes on with the message, of which it is what comes next, or comes after some that is missing.
bool DnsStreams::go_on(Message& message, const Piece& piece) {
    const auto missing = piece.sequence - message.next;
    if (missing == 0) {
        return true;
    }
    tell(message);
    if (!message.length_known() || missing > message.left) {
        return false;
    }
    message.left -= missing;
    return message.left != 0;
}

std::span<const DnsSummary> DnsStreams::ahead(const Flow& flow, unsigned direction, Piece piece) {
    told_.clear();
    const Key key{.flow = &flow, .direction = direction};
    Message message;
    if (const auto found = begun_.find(key); found != begun_.end()) {
        message = found->second;
        begun_.erase(found);
        if (!go_on(message, piece)) {
            message = Message{};
        }
    }
    bool framed = true;
    while (framed && piece.on_wire != 0) {
        if (message.ended()) {
            message = Message{};
        }
        framed = read(message, piece);
    }
    if (framed && message.kept != 0 && !message.ended()) {
        if (begun_.size() >= kMost) {
            begun_.clear();
        }
        message.next = piece.sequence;
        begun_.emplace(key, message);
    }
    return told_;
}

std::span<const DnsSummary> DnsStreams::in_hole(Piece piece) {
    told_.clear();
    Message message;
    bool framed = true;
    while (framed && piece.on_wire != 0) {
        message = Message{};
        framed = read(message, piece);
    }
    if (framed) {
        tell(message);
    }
    return told_;
}

}  // namespace kwd::packet
