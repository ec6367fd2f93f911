// SPDX-License-Identifier: Apache-2.0
#include "snapshot/certificate.h"

#include "snapshot/content.h"

#include <sodium.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace kwd::snapshot {
namespace {

constexpr unsigned char kSequence = 0x30;
constexpr unsigned char kSet = 0x31;
constexpr unsigned char kObjectId = 0x06;
constexpr unsigned char kUtcTime = 0x17;
constexpr unsigned char kGeneralizedTime = 0x18;
constexpr unsigned char kVersion = 0xA0;  // [0], absent in version 1

struct Element {
    unsigned char tag = 0;
    std::string_view content;
};

// Takes one DER element (tag of one byte, definite length) off the front.
std::optional<Element> take(std::string_view& der) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(der[i]); };
    if (der.size() < 2) {
        return std::nullopt;
    }
    std::size_t header = 2;
    std::size_t length = byte(1);
    if (length >= 0x80) {
        const std::size_t count = length - 0x80;
        if (count == 0 || count > 4 || der.size() < 2 + count) {
            return std::nullopt;
        }
        length = 0;
        for (std::size_t i = 0; i < count; ++i) {
            length = length << 8 | byte(2 + i);
        }
        header += count;
    }
    if (length > der.size() - header) {
        return std::nullopt;
    }
    const Element element{byte(0), der.substr(header, length)};
    der.remove_prefix(header + length);
    return element;
}

std::optional<std::string_view> take(std::string_view& der, unsigned char tag) {
    const auto element = take(der);
    return element && element->tag == tag ? std::optional(element->content) : std::nullopt;
}

// YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ (RFC 5280 §4.1.2.5).
std::optional<std::string> take_time(std::string_view& der) {
    const auto element = take(der);
    if (!element || (element->tag != kUtcTime && element->tag != kGeneralizedTime)) {
        return std::nullopt;
    }
    std::string text(element->content);
    if (element->tag == kUtcTime) {
        text.insert(0, text >= "50" ? "19" : "20");
    }
    const bool digits = text.size() == 15 && text.back() == 'Z' &&
                        std::all_of(text.begin(), text.end() - 1,
                                    [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
    if (!digits) {
        return std::nullopt;
    }
    return fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2), text.substr(8, 2),
                       text.substr(10, 2), text.substr(12, 2));
}

// Common name and organization, which are what Kubernetes knows a client by.
std::string subject_text(std::string_view name) {
    std::string text;
    while (!name.empty()) {
        auto set = take(name, kSet);
        auto pair = set ? take(*set, kSequence) : std::nullopt;
        const auto attribute = pair ? take(*pair, kObjectId) : std::nullopt;
        const auto value = attribute ? take(*pair) : std::nullopt;
        if (!value) {
            break;
        }
        const char* label = *attribute == "\x55\x04\x03" ? "CN" : *attribute == "\x55\x04\x0A" ? "O" : nullptr;
        if (label != nullptr) {
            text += fmt::format("{}{}={}", text.empty() ? "" : ",", label, value->content);
        }
    }
    return text;
}

std::optional<CertificateFacts> read_der(std::string_view der) {
    std::string_view whole = der;
    auto certificate = take(whole, kSequence);
    auto signed_part = certificate ? take(*certificate, kSequence) : std::nullopt;
    if (!signed_part) {
        return std::nullopt;
    }
    auto first = take(*signed_part);
    if (first && first->tag == kVersion) {
        first = take(*signed_part);  // the serial number
    }
    const auto algorithm = take(*signed_part, kSequence);
    const auto issuer = take(*signed_part, kSequence);
    auto validity = take(*signed_part, kSequence);
    const auto subject = take(*signed_part, kSequence);
    const auto not_before = validity ? take_time(*validity) : std::nullopt;
    const auto not_after = validity ? take_time(*validity) : std::nullopt;
    if (!first || !algorithm || !issuer || !subject || !not_before || !not_after) {
        return std::nullopt;
    }
    return CertificateFacts{*not_before, *not_after, subject_text(*subject),
                            sha256_hex(der.substr(0, der.size() - whole.size()))};
}

}  // namespace

Result<std::string> decode_base64(std::string_view text) {
    std::string bytes(text.size(), '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    if (::sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                            " \t\r\n", &length, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text.data() + text.size()) {
        return Error{Errc::malformed, "decode base64"};
    }
    bytes.resize(length);
    return bytes;
}

Result<CertificateFacts> read_certificate(std::string_view pem) {
    constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view end_mark = "-----END CERTIFICATE-----";
    const std::size_t begin = pem.find(begin_mark);
    if (begin == std::string_view::npos) {
        return Error{Errc::not_found, "find a certificate in a PEM text"};
    }
    pem.remove_prefix(begin + begin_mark.size());
    const auto der = decode_base64(pem.substr(0, pem.find(end_mark)));
    const auto facts = der ? read_der(*der) : std::nullopt;
    if (!facts) {
        return Error{Errc::malformed, "read a certificate"};
    }
    return *facts;
}

}  // namespace kwd::snapshot
