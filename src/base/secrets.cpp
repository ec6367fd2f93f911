// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace kwd {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kDeepestIndent = 200;
constexpr std::size_t kLongestReference = 200;

// What a name ends in when its value is a secret. PWD alone is the working directory.
constexpr const char* kSecretName =
    R"((?i)([a-z0-9_.-]*(?:pass(?:word|wd|phrase)|[-_.]pwd|token|secret|(?:secret|access|account|api|private|shared|preshared|auth|encryption|subscription)[-_]?key|[-_.]psk|ipsecpsk|client-key-data|connection[-_]?string|credentials?)))";

std::string marker(std::string_view kind) {
    return fmt::format("[removed: {}]", kind);
}

bool contains_ignoring_case(std::string_view text, std::string_view lower_word) {
    return std::search(text.begin(), text.end(), lower_word.begin(), lower_word.end(),
                       [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; }) != text.end();
}

std::string_view kind_of_name(std::string_view name) {
    if (contains_ignoring_case(name, "pass") || contains_ignoring_case(name, "pwd")) {
        return "password";
    }
    if (contains_ignoring_case(name, "token")) {
        return "token";
    }
    const bool key = contains_ignoring_case(name, "private") || contains_ignoring_case(name, "client-key-data");
    return key ? "private-key" : "secret";
}

// Forms that are secrets wherever they stand. The first group, if there is one, stays.
struct Form {
    std::string_view kind;
    std::string_view word;  ///< where it does not occur there is no match; quicker to find
    RE2 pattern;
    Form(std::string_view form_kind, std::string_view form_word, const char* expression)
        : kind(form_kind), word(form_word), pattern(expression, RE2::Quiet) {}
};

const auto& forms() {
    static const std::array<Form, 17> all{
        Form(
            "private-key", "PRIVATE KEY",
            R"(()-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s]|\\+[nrt]|[A-Za-z0-9-]+: [^\n\\"]*)*(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?)"),
        // One whose beginning was cut off.
        Form(
            "private-key", "PRIVATE KEY",
            R"(()(?:[A-Za-z0-9+/=]{20,}(?:\s|\\+[nrt])+)*[A-Za-z0-9+/=]*(?:\s|\\+[nrt])*-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)"),
        // base64 of "-----BEGIN " and one of: RSA PRIVATE, PRIVATE, EC PRIVATE, ENCRYPTED PRIVATE, OPENSSH, DSA
        Form(
            "private-key", "LS0tLS1CRUdJTi",
            R"(()LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURS|BQUklWQVRFIEtFW|BFQyBQUklWQVRFIE|BFTkNSWVBURUQgUF|BPUEVOU1NIIFBSSV|BEU0EgUFJJVkFURS)[A-Za-z0-9+/=]*)"),
        Form("token", "eyJ", R"((\b|\\[nrt])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)*)"),
        Form(
            "token", "",
            R"re(((?i)(?:\b|\\[nrt])(?:proxy-)?authorization\\*["']?[ \t]*[:=][ \t]*\[?\\*["']?(?:(?:bearer|basic|negotiate|digest)[ \t]+)?)[A-Za-z0-9._~+/:-]+=*)re"),
        Form("token", "", R"(((?i)(?:\b|\\[nrt])(?:bearer|basic)[ \t]+)[A-Za-z0-9._~+/-]{20,}=*)"),
        Form("password", "://", R"(([A-Za-z][A-Za-z0-9+.-]*://[^\s/@:"'\\]*:)[^\s/"'\\<>]+@)"),
        Form("token", "://", R"(([A-Za-z][A-Za-z0-9+.-]*://)[A-Za-z0-9_-]{20,}@)"),
        Form(
            "token", "",
            R"((\b|\\[nrt])(?:K10[0-9a-f]{64}::[^\s"'\\]+|gh[pousr]_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20,}|[a-z0-9]{6}\.[a-z0-9]{16}\b))"),
        Form("token", "sig=", R"(([?&]sig=)[A-Za-z0-9%+/=_-]{16,})"),
        Form("password", "curl", R"((\bcurl\b[^\n]*?\s(?:-u|--user)[ =]?\\*["']?[^\s:"'\\]*:)[^\s"'\\]+)"),
        Form("password", "sshpass", R"((\bsshpass\s+-p\s*)[^\s"'\\]+)"),
        Form("password", " login ",
             R"((\b(?:docker|podman|nerdctl|helm registry) login\b[^\n]*?\s-p[ =]?\\*["']?)[^\s"'\\]+)"),
        Form("token", "ookie:", R"(((?i)(?:\b|\\[nrt])(?:set-)?cookie:[ \t]*)[^\s"'\\][^\r\n"'\\]*)"),
        // A flag and its value as two items of a list, in JSON and in YAML.
        Form(
            "secret", "--",
            R"(((?i)-[a-z0-9_.-]*(?:pass(?:word|wd|phrase)|token|secret)(?:\\*["'][ \t]*,\s*\\*["']|["']?[ \t]*\r?\n[ \t]*- +["']?))[^\s"',\[\]{}$\\-][^\r\n"'\\]*)"),
        // A variable of a container: its name is one member and its value the next.
        Form(
            "secret", "value",
            R"(((?i)\bname["']?[ \t]*:[ \t]*["']?[a-z0-9_.-]*(?:pass(?:word|wd|phrase)|token|secret|(?:access|account|api|private)_?key)["']?[ \t]*(?:,\s*|\r?\n[ \t]+)["']?value["']?[ \t]*:[ \t]*["']?)[^\s"',}\]\[{$][^\r\n"',}]*)"),
        Form("secret", "auth", R"re((\\*["']auth\\*["']\s*:\s*\\*["'])[A-Za-z0-9+/]{8,}=*)re"),
    };
    return all;
}

// Whether the character is the second half of an escape.
bool follows_a_backslash(std::string_view text, const char* at) {
    std::size_t backslashes = 0;
    while (at - backslashes > text.data() && *(at - backslashes - 1) == '\\') {
        ++backslashes;
    }
    return backslashes % 2 == 1;
}

void remove_forms(std::string& text, RemovedSecrets& removed) {
    for (const Form& form : forms()) {
        if (text.find(form.word) == std::string::npos) {
            continue;
        }
        std::string result;
        const char* copied = text.data();
        std::array<re2::StringPiece, 2> match;
        std::size_t from = 0;
        while (form.pattern.Match(re2::StringPiece(text), from, text.size(), RE2::UNANCHORED, match.data(), 2)) {
            const char* begin = match[0].data();
            if (match[1].empty() && follows_a_backslash(text, begin)) {
                ++begin;  // the n of \\n
            }
            result.append(copied, begin).append(match[1].data(), match[1].size()).append(marker(form.kind));
            // In a URL the @ was only matched to know where the password ends.
            if (match[0].ends_with("@")) {
                result.push_back('@');
            }
            ++removed[std::string(form.kind)];
            copied = match[0].data() + match[0].size();
            from = static_cast<std::size_t>(copied - text.data());
        }
        if (copied != text.data()) {
            result.append(copied, static_cast<const char*>(text.data() + text.size()));
            text = std::move(result);
        }
    }
}

std::size_t find_or_end(std::string_view text, std::string_view characters, std::size_t at) {
    return std::min(text.find_first_of(characters, at), text.size());
}

// To the next character of `characters`, and not into the backslashes of a quote.
std::size_t end_of_bare(std::string_view text, std::string_view characters, std::size_t at) {
    std::size_t end = find_or_end(text, characters, at);
    if (end < text.size() && (text[end] == '"' || text[end] == '\'')) {
        while (end > at && text[end - 1] == '\\') {
            --end;
        }
    }
    return end;
}

// A quote with the backslashes before it, as it stands in JSON within a JSON string: ", ', \", \\\".
struct Quote {
    char character = 0;
    std::size_t backslashes = 0;
};

std::optional<Quote> quote_at(std::string_view text, std::size_t at) {
    const std::size_t quote = std::min(text.find_first_not_of('\\', at), text.size());
    if (quote == text.size() || (text[quote] != '"' && text[quote] != '\'')) {
        return std::nullopt;
    }
    return Quote{text[quote], quote - at};
}

// Where the quoted value that begins at `at` ends: before the backslashes of the closing quote. A quote within the
// value has more backslashes, and each backslash of the value doubles with every level. A value that is never closed
// ends with its line.
std::size_t end_of_quoted(std::string_view text, std::size_t at, const Quote& open) {
    const std::array<char, 2> stops{open.character, '\n'};
    const std::string_view stop(stops.data(), stops.size());
    std::size_t i = find_or_end(text, stop, at);
    while (i < text.size() && text[i] != '\n') {
        std::size_t backslashes = 0;
        while (backslashes < i - at && text[i - 1 - backslashes] == '\\') {
            ++backslashes;
        }
        // YAML writes ' as '' within single quotes.
        const bool doubled = open.character == '\'' && i + 1 < text.size() && text[i + 1] == '\'';
        if (!doubled && backslashes % (2 * open.backslashes + 2) == open.backslashes) {
            return i - open.backslashes;
        }
        i = find_or_end(text, stop, i + (doubled ? 2 : 1));
    }
    return i;
}

// A YAML block scalar (`|` or `>`): to the end of the lines that are indented deeper than its key.
std::size_t end_of_block(std::string_view text, std::size_t line_begin, std::size_t at) {
    const std::size_t indent = text.find_first_not_of(" -", line_begin) - line_begin;
    std::size_t end = find_or_end(text, "\n", at);
    while (end < text.size()) {
        const std::size_t next = end + 1;
        const std::size_t content = std::min(text.find_first_not_of(' ', next), text.size());
        if (content == text.size() || (text[content] != '\n' && content - next <= indent)) {
            break;
        }
        end = find_or_end(text, "\n", content);
    }
    return end;
}

bool is_no_secret(std::string_view value) {
    constexpr std::array<std::string_view, 13> harmless{"",    "true", "false", "null",     "nil", "none",    "<nil>",
                                                        "yes", "no",   "~",     "<masked>", "***", "REDACTED"};
    constexpr std::array<std::string_view, 4> references{"${", "$(", "{{", "[removed:"};
    return std::find(harmless.begin(), harmless.end(), value) != harmless.end() ||
           (value.size() <= kLongestReference &&
            std::any_of(references.begin(), references.end(), [&](auto each) { return value.starts_with(each); }));
}

// klog names an object NAMESPACE/NAME: secret="kube-system/regcred". Source: k8s.io/klog, KObj.
bool refers_to_an_object(std::string_view name, std::string_view value) {
    static const RE2 names("(?i)(?:image)?(?:pull)?secret", RE2::Quiet);
    static const RE2 object("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", RE2::Quiet);
    return RE2::FullMatch(re2::StringPiece(name.data(), name.size()), names) &&
           RE2::FullMatch(re2::StringPiece(value.data(), value.size()), object);
}

bool looks_like_a_token(std::string_view value) {
    return value.size() >= 16 &&
           std::any_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c); });
}

struct Range {
    std::size_t begin;
    std::size_t end;
    std::string_view quote = {};  ///< to put around what comes instead
};

// name: VALUE, where neither is quoted: YAML, or running text.
std::optional<Range> find_value_after_colon(std::string_view text, const Range& name, std::size_t separator,
                                            std::size_t value) {
    std::size_t line_begin = name.begin;
    while (line_begin > 0 && name.begin - line_begin < kDeepestIndent &&
           std::string_view(" -\t").find(text[line_begin - 1]) != std::string_view::npos) {
        --line_begin;
    }
    // YAML within a JSON string; the n of \\n may have been taken for a part of the name.
    const std::string_view before = text.substr(0, line_begin);
    if (before.ends_with("\\n") || (before.ends_with('\\') && text[line_begin] == 'n')) {
        return Range{value, end_of_bare(text, "\\\"\r\n", value)};
    }
    if (line_begin == 0 || text[line_begin - 1] == '\n') {
        const bool block = value < text.size() && (text[value] == '|' || text[value] == '>');
        return Range{value, block ? end_of_block(text, line_begin, value) : find_or_end(text, "\r\n", value)};
    }
    const std::size_t end = end_of_bare(text, " \t\r\n\"'\\,;})]", value);
    const std::string_view found = text.substr(value, end - value);
    const bool password = kind_of_name(text.substr(name.begin, name.end - name.begin)) == "password";
    // {Token:abc}, as Go prints a structure
    const bool member = value == separator + 1 && std::isupper(static_cast<unsigned char>(text[name.begin])) != 0;
    const bool remove = (password || member) ? found.size() >= 4 : looks_like_a_token(found);
    return remove ? std::optional(Range{value, end}) : std::nullopt;
}

// Where the value of the setting `name` is, when it is a secret. `after` is just behind the name.
std::optional<Range> find_value(std::string_view text, std::size_t name_begin, std::size_t after) {
    const std::string_view name = text.substr(name_begin, after - name_begin);
    std::size_t at = after;
    const auto name_quote = quote_at(text, at);
    if (name_quote) {
        at += name_quote->backslashes + 1;
    }
    const std::size_t separator = std::min(text.find_first_not_of(kBlanks, at), text.size());
    const bool assigned = separator < text.size() && text[separator] == '=';
    if (!assigned && (separator == text.size() || text[separator] != ':')) {
        const bool flag =
            !name_quote && name.find("--") != std::string_view::npos && separator > at && separator < text.size();
        if (!flag || text[separator] == '-') {
            return std::nullopt;
        }
        return Range{separator, end_of_bare(text, " \t\r\n\"'", separator)};  // --token VALUE
    }
    const std::size_t value = std::min(text.find_first_not_of(kBlanks, separator + 1), text.size());
    if (const auto open = quote_at(text, value)) {
        const std::size_t begin = value + open->backslashes + 1;
        // In "… token=", "next": the quote closes what the name is in.
        const bool closes = begin == text.size() || std::string_view(",}]: \t\r\n").find(text[begin]) < 8;
        return closes ? std::nullopt : std::optional(Range{begin, end_of_quoted(text, begin, *open)});
    }
    if (value < text.size() && (text[value] == '{' || text[value] == '[')) {
        return std::nullopt;  // an object that bears a secret's name
    }
    if (assigned) {
        return Range{value, end_of_bare(text, " \t\r\n\"'", value)};
    }
    if (name_quote) {
        // JSON: a number becomes a string
        return Range{value, end_of_bare(text, ",}] \t\r\n\"'", value), text.substr(after, name_quote->backslashes + 1)};
    }
    return find_value_after_colon(text, {name_begin, after}, separator, value);
}

void remove_settings(std::string& text, RemovedSecrets& removed) {
    static const RE2 name_pattern(kSecretName, RE2::Quiet);
    std::string result;
    std::size_t copied = 0;
    std::size_t from = 0;
    re2::StringPiece name;
    while (name_pattern.Match(re2::StringPiece(text), from, text.size(), RE2::UNANCHORED, &name, 1)) {
        const auto begin = static_cast<std::size_t>(name.data() - text.data());
        from = begin + name.size();
        const auto value = find_value(text, begin, from);
        if (!value) {
            continue;
        }
        const std::string_view found = std::string_view(text).substr(value->begin, value->end - value->begin);
        if (is_no_secret(found) || refers_to_an_object({name.data(), name.size()}, found)) {
            continue;
        }
        const std::string_view kind = kind_of_name({name.data(), name.size()});
        result.append(text, copied, value->begin - copied);
        result.append(value->quote).append(marker(kind)).append(value->quote);
        ++removed[std::string(kind)];
        copied = from = value->end;
    }
    if (copied > 0) {
        result.append(text, copied);
        text = std::move(result);
    }
}

std::string_view program_of(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

}  // namespace

CleanText remove_secrets(std::string_view text) {
    CleanText clean{std::string(text), {}};
    remove_forms(clean.text, clean.removed);
    remove_settings(clean.text, clean.removed);
    return clean;
}

CleanArguments remove_secrets_from_arguments(std::span<const std::string> arguments) {
    CleanArguments clean;
    const std::string_view program = arguments.empty() ? std::string_view() : program_of(arguments[0]);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        const std::string_view before = i == 0 ? std::string_view() : std::string_view(arguments[i - 1]);
        const bool follows_a_flag = before.starts_with('-') && before.find('=') == std::string_view::npos &&
                                    !argument.starts_with('-') && !is_no_secret(argument);
        const auto replace = [&](std::string_view kind, std::size_t kept) {
            clean.arguments.push_back(argument.substr(0, kept) + marker(kind));
            ++clean.removed[std::string(kind)];
        };
        if (follows_a_flag && names_a_secret(before)) {
            replace(kind_of_name(before), 0);
        } else if (program == "curl" && argument.find(':') != std::string::npos &&
                   (before == "-u" || before == "--user" || argument.starts_with("--user="))) {
            replace("password", argument.find(':') + 1);
        } else if (program == "sshpass" && before == "-p") {
            replace("password", 0);
        } else if (argument.size() > 2 && argument.starts_with("-p") &&
                   (program == "sshpass" || program.starts_with("mysql") || program.starts_with("mariadb"))) {
            replace("password", 2);
        } else {
            auto one = remove_secrets(argument);
            clean.arguments.push_back(std::move(one.text));
            for (const auto& [kind, count] : one.removed) {
                clean.removed[kind] += count;
            }
        }
    }
    return clean;
}

bool names_a_secret(std::string_view name) {
    static const RE2 pattern(kSecretName, RE2::Quiet);
    return RE2::FullMatch(re2::StringPiece(name.data(), name.size()), pattern);
}

std::string note_of(const RemovedSecrets& removed) {
    std::string note;
    for (const auto& [kind, count] : removed) {
        note += fmt::format("{} {} {}", note.empty() ? "secrets removed:" : ",", count, kind);
    }
    return note;
}

}  // namespace kwd
