// SPDX-License-Identifier: Apache-2.0
#include "analyzers/registry_text.h"

#include "analyzers/command_line.h"
#include "analyzers/text_lines.h"
#include "base/utf8.h"
#include "snapshot/place.h"
#include "snapshot/tables/system.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace kwd::analyzers {
namespace {

using snapshot::line_place;

constexpr std::size_t kMostRows = 50'000;
constexpr std::size_t kMostBytes = 512;  // of a value, as the collector keeps them

// `HKEY_LOCAL_MACHINE\SYSTEM` is `HKLM\SYSTEM`; empty for a line that is no key.
std::string short_key(std::string_view text) {
    constexpr auto kHives = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"HKEY_LOCAL_MACHINE", "HKLM"},
        {"HKEY_CURRENT_USER", "HKCU"},
        {"HKEY_USERS", "HKU"},
        {"HKEY_CLASSES_ROOT", "HKCR"},
        {"HKEY_CURRENT_CONFIG", "HKCC"},
    });
    for (const auto& [name, brief] : kHives) {
        if (text.starts_with(name) && (text.size() == name.size() || text[name.size()] == '\\')) {
            return std::string(brief) + std::string(text.substr(name.size()));
        }
    }
    return {};
}

/// Rows, and the parameters of NSSM among them.
class Values {
  public:
    explicit Values(Analysis& out) : out_(out) {
        out_.covers_in_outline(snapshot::kRegistryValues.name, "only the keys that somebody exported");
    }

    void add(const std::string& key, std::string name, std::string type, std::string value, const std::string& place) {
        if (count_++ >= kMostRows) {
            if (count_ == kMostRows + 1) {
                out_.note(place, "truncated", "more values than are read of one file");
            }
            return;
        }
        // kubelet\Parameters: what NSSM starts. Its flags are the component's own.
        if (equal_ignoring_case(name, "AppParameters") && lower(key).ends_with(R"(\parameters)")) {
            const std::string_view service = file_name_of(folder_of(key));
            if (const std::string_view component = component_of_program(service); !component.empty()) {
                read_flags(value, {component, "service", true}, place, out_);
            } else {
                read_flags(value, {{}, "service", true}, place, out_);
            }
        }
        out_.add_in_outline(snapshot::kRegistryValues,
                            {.key = key,
                             .name = std::move(name),
                             .type = std::move(type),
                             .value = shortened(value, kMostBytes),
                             .present = true},
                            place);
    }

  private:
    Analysis& out_;
    std::size_t count_ = 0;
};

std::optional<std::uint64_t> hexadecimal(std::string_view digits) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return error == std::errc() && end == digits.data() + digits.size() && !digits.empty() ? std::optional(number)
                                                                                           : std::nullopt;
}

// Items of REG_MULTI_SZ, which reg query divides by the two characters `\0`.
std::string with_semicolons(std::string_view value) {
    std::string list;
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t end = std::min(value.find("\\0", at), value.size());
        if (end > at) {
            list += (list.empty() ? "" : "; ") + std::string(value.substr(at, end - at));
        }
        at = end + 2;
    }
    return list;
}

// `    HNSControlFlag    REG_DWORD    0x1`; the name may hold blanks, but not four of them.
void read_query_line(std::string_view line, const std::string& key, const std::string& place, Values& values) {
    const std::size_t type = line.find("    REG_");
    if (!line.starts_with("    ") || type == std::string_view::npos || type < 4) {
        return;
    }
    const std::size_t end = std::min(line.find(' ', type + 4), line.size());
    std::string name(trim(line.substr(4, type - 4)));
    const std::string_view word = line.substr(type + 4, end - type - 4);
    std::string value(trim(line.substr(end)));
    if (word == "REG_DWORD" || word == "REG_QWORD") {
        const auto number = value.starts_with("0x") ? hexadecimal(std::string_view(value).substr(2)) : std::nullopt;
        value = number ? std::to_string(*number) : value;
    } else if (word == "REG_MULTI_SZ") {
        value = with_semicolons(value);
    }
    // The default value stands in parentheses, in the language of the system.
    if (name.starts_with('(') && name.ends_with(')')) {
        name.clear();
    }
    values.add(key, std::move(name), std::string(word), std::move(value), place);
}

// `"a\\b\"c"` from its opening quote: the text, and where it ends. nullopt where the closing quote is missing.
std::optional<std::pair<std::string, std::size_t>> quoted(std::string_view text) {
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            return std::pair(std::move(value), i + 1);
        }
        i += text[i] == '\\' && i + 1 < text.size() ? 1 : 0;
        value += text[i];
    }
    return std::nullopt;
}

std::optional<std::string> bytes_of(std::string_view list) {
    std::string bytes;
    for (const std::string_view each : split_words(list, ", ")) {
        const auto byte = hexadecimal(each);
        if (!byte || *byte > 0xFF) {
            return std::nullopt;
        }
        bytes += static_cast<char>(*byte);
    }
    return bytes;
}

// UTF-16; NUL ends an item.
std::string text_of_utf16(std::string_view bytes) {
    std::string text;
    append_utf16(text, bytes.substr(0, bytes.size() - bytes.size() % 2), ByteOrder::little);
    std::string list;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        if (end > at) {
            list += (list.empty() ? "" : "; ") + text.substr(at, end - at);
        }
        at = end + 1;
    }
    return list;
}

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        number = (number << 8U) | static_cast<unsigned char>(bytes[i]);
    }
    return number;
}

// `"Name"=dword:00000001`, `@="x"`, `"Name"=hex(7):…`; a value that is `-` is to be deleted.
bool read_export_line(std::string_view line, const std::string& key, const std::string& place, Values& values) {
    std::string name;
    std::size_t at = 0;
    if (line.starts_with('"')) {
        auto read = quoted(line);
        if (!read) {
            return false;
        }
        name = std::move(read->first);
        at = read->second;
    } else if (line.starts_with('@')) {
        at = 1;
    } else {
        return false;
    }
    if (at >= line.size() || line[at] != '=') {
        return false;
    }
    const std::string_view data = trim(line.substr(at + 1));
    if (data.starts_with('"')) {
        auto read = quoted(data);
        if (!read) {
            return false;
        }
        values.add(key, std::move(name), "REG_SZ", std::move(read->first), place);
        return true;
    }
    constexpr std::string_view kDword = "dword:";
    if (data.starts_with(kDword)) {
        const auto number = hexadecimal(data.substr(kDword.size()));
        if (number) {
            values.add(key, std::move(name), "REG_DWORD", std::to_string(*number), place);
        }
        return number.has_value();
    }
    const std::size_t colon = data.find(':');
    const auto bytes =
        data.starts_with("hex") && colon != std::string_view::npos ? bytes_of(data.substr(colon + 1)) : std::nullopt;
    if (!bytes) {
        return data == "-";
    }
    const std::string_view form = data.substr(3, colon - 3);
    if (form == "(2)" || form == "(7)" || form == "(1)") {
        values.add(key, std::move(name),
                   form == "(2)"   ? "REG_EXPAND_SZ"
                   : form == "(7)" ? "REG_MULTI_SZ"
                                   : "REG_SZ",
                   text_of_utf16(*bytes), place);
    } else if (form == "(b)" && bytes->size() == 8) {
        values.add(key, std::move(name), "REG_QWORD", std::to_string(little_endian(*bytes)), place);
    } else {
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string hex;
        for (const char c : *bytes) {
            hex += kDigits[static_cast<unsigned char>(c) >> 4U];
            hex += kDigits[static_cast<unsigned char>(c) & 0xFU];
        }
        values.add(key, std::move(name), "REG_BINARY", std::move(hex), place);
    }
    return true;
}

}  // namespace

void analyze_registry_text(const snapshot::Document& document, Analysis& out) {
    const TextLines lines(document, out);
    Values values(out);
    std::string key;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::size_t begin = at;
        std::string line(lines[at]);
        if (std::string named = short_key(line); !named.empty()) {
            key = std::move(named);
        } else if (line.starts_with('[') && line.ends_with(']')) {
            key = short_key(std::string_view(line).substr(1, line.size() - 2));
        } else if (!key.empty() && line.starts_with(' ')) {
            read_query_line(line, key, line_place(at + 1), values);
        } else if (!key.empty() && (line.starts_with('"') || line.starts_with('@'))) {
            // Bytes go on behind a backslash.
            while (line.ends_with('\\') && line.find("hex") != std::string::npos && at + 1 < lines.size()) {
                line.pop_back();
                line += trim(lines[++at]);
            }
            if (!read_export_line(line, key, line_place(begin + 1, at + 1), values)) {
                out.note(line_place(begin + 1), at + 1 >= lines.size() ? "truncated" : "malformed",
                         "this is no value of a registry file");
            }
        }
    }
}

}  // namespace kwd::analyzers
