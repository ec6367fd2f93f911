// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"

#include "base/secret_forms.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace kwd {

using namespace secret_forms;

namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kDeepestIndent = 200;

// What a name ends in when its value is a secret. PWD alone is the working directory.
constexpr const char* kSecretName =
    R"((?i)([a-z0-9_.-]*(?:pass(?:word|wd|phrase)|[-_.]pwd|token|secret|(?:secret|access|account|api|private|shared|preshared|auth|encryption|subscription)[-_]?key|[-_.]psk|ipsecpsk|client-key-data|connection[-_]?string|credentials?)))";

// Forms that are secrets wherever they stand.
const auto& forms() {
    static const std::array<Form, 16> all{
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
        // The user may be one of a domain: CORP\user.
        Form("password", "://", R"(([A-Za-z][A-Za-z0-9+.-]*://[^\s/@:"'\\]*(?:\\+[^\s/@:"'\\]+)?:)[^\s/"'\\<>]+(@))"),
        Form("token", "://", R"(([A-Za-z][A-Za-z0-9+.-]*://)[A-Za-z0-9_-]{20,}(@))"),
        Form(
            "token", "",
            R"((\b|\\[nrt])(?:K10[0-9a-f]{64}::[^\s"'\\]+|gh[pousr]_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20,}|[a-z0-9]{6}\.[a-z0-9]{16}\b))"),
        Form("token", "sig=", R"(([?&]sig=)[A-Za-z0-9%+/=_-]{16,})"),
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
        // What is logged in with at a registry: "auth" in Docker's JSON and containerd's TOML.
        Form("secret", "", R"re(((?i:(?:\b|\\[nrt])auth)\\*["']?\s*[:=]\s*\\*["'])[A-Za-z0-9+/]{8,}=*)re"),
        // The same without quotes, as in YAML and in structures that Go prints, where it could be any word: base64 of
        // USER:PASSWORD, whose colon is looked for at each of the three places that it may have within three bytes.
        Form(
            "secret", "",
            R"re(((?i:auth)\\*["']?[ \t]*[:=][ \t]*\\*["']?)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}O[g-v]|[A-Za-z0-9+/][DTjz][opqr]|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]6)[A-Za-z0-9+/]*=*)re"),
    };
    return all;
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

// How the name of a flag is introduced: --token, -Token, /token.
enum class Flag { none, dashes, dash, slash };

bool begins_a_word(std::string_view text, std::size_t at) {
    const bool escape = at >= 2 && text[at - 2] == '\\' && std::string_view("nrt").find(text[at - 1]) < 3;
    return at == 0 || escape || std::string_view(" \t\r\n\"'`(").find(text[at - 1]) != std::string_view::npos;
}

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

Flag flag_of(std::string_view text, Range name) {
    const std::string_view whole = text.substr(name.begin, name.end - name.begin);
    if (whole.find("--") != std::string_view::npos) {
        return Flag::dashes;
    }
    // The n of \n may have been taken for a part of the name.
    const std::size_t dash = whole.find('-') == 1 && begins_a_word(text, name.begin + 1) ? 1 : 0;
    if (whole.size() > dash + 1 && whole[dash] == '-' && is_letter(whole[dash + 1]) &&
        begins_a_word(text, name.begin + dash)) {
        return Flag::dash;
    }
    const bool slash = name.begin > 0 && text[name.begin - 1] == '/' && begins_a_word(text, name.begin - 1);
    return slash && is_letter(whole.front()) ? Flag::slash : Flag::none;
}

// "request to /token failed", "GET /token HTTP/1.1", "POST /token 401": a path, and no flag.
bool follows_a_path(std::string_view value, std::string_view name) {
    const auto count = [&](int (*is)(int)) {
        return std::count_if(value.begin(), value.end(), [&](unsigned char c) { return is(c) != 0; });
    };
    if (value.starts_with('/') || value.starts_with("HTTP/") || (value.size() == 3 && count(std::isdigit) == 3)) {
        return true;
    }
    return kind_of_name(name) != "password" && count(std::isdigit) + count(std::isupper) == 0;
}

// The value that follows the flag `name` after blanks.
std::optional<Range> find_value_of_flag(std::string_view text, Range name, std::size_t at) {
    const Flag flag = flag_of(text, name);
    if (flag == Flag::none || text[at] == '-') {
        return std::nullopt;
    }
    if (const auto open = quote_at(text, at)) {
        const std::size_t begin = at + open->backslashes + 1;
        return closes_a_quote(text, begin) ? std::nullopt
                                           : std::optional(Range{begin, end_of_quoted(text, begin, *open)});
    }
    const Range value{at, end_of_bare(text, kEndsOfWords, at)};
    const std::string_view found = text.substr(value.begin, value.end - value.begin);
    const bool prose = flag != Flag::dashes && is_word_of_prose(found);
    const bool path = flag == Flag::slash && follows_a_path(found, text.substr(name.begin, name.end - name.begin));
    return prose || path ? std::nullopt : std::optional(value);
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

// How many characters of `text` stand between the name of a variable and its value, where they are two arguments:
// SetEnvironmentVariable("X_TOKEN", "x"), setx X_TOKEN x, Set-Item env:X_TOKEN x; or two parameters: -Name X_TOKEN
// -Value x, -var "X_TOKEN" -defaultValue "x". 0 when they are neither.
std::size_t between_arguments(std::string_view before, std::string_view text) {
    static const RE2 parameter(R"([ \t]+(?i:-(?:default)?value)(?:[ \t]+|:))", RE2::Quiet);
    static const RE2 comma(R"(\s*,\s*)", RE2::Quiet);
    static const RE2 blanks(R"([ \t]+)", RE2::Quiet);
    static const RE2 function(R"((?i)\bSetEnvironmentVariable[ \t]*\([ \t]*\\*["']$)", RE2::Quiet);
    static const RE2 command(
        R"((?i)\b(?:setx(?:\.exe)?["']?[ \t]+(?:/m[ \t]+)?|(?:Set|New)-Item[ \t]+(?:-Path[ \t]+)?["']?env:\\*)["']?$)",
        RE2::Quiet);
    constexpr std::size_t longest_lead = 60;
    const auto lead = piece(before.substr(before.size() - std::min(before.size(), longest_lead)));
    const auto rest = piece(text.substr(0, longest_lead));
    const auto begins_with = [&](const RE2& pattern) {
        re2::StringPiece match;
        return pattern.Match(rest, 0, rest.size(), RE2::ANCHOR_START, &match, 1) ? match.size() : 0;
    };
    if (const std::size_t found = begins_with(parameter); found > 0) {
        return found;
    }
    if (RE2::PartialMatch(lead, function)) {
        return begins_with(comma);
    }
    return RE2::PartialMatch(lead, command) ? begins_with(blanks) : 0;
}

// The value of the variable `name`, whose quote ends at `at`, where it is told apart from the name.
std::optional<Range> find_value_of_variable(std::string_view text, const Range& name, std::size_t at) {
    const std::size_t between = between_arguments(text.substr(0, name.begin), text.substr(at));
    const std::size_t value = at + between;
    if (between == 0 || value >= text.size()) {
        return std::nullopt;
    }
    if (const auto open = quote_at(text, value)) {
        const std::size_t begin = value + open->backslashes + 1;
        return Range{begin, end_of_quoted(text, begin, *open)};
    }
    const Range bare{value, end_of_bare(text, " \t\r\n\"'`;,)", value)};
    // An expression, or the next parameter.
    const bool told = bare.end > bare.begin && std::string_view("$([-/|").find(text[value]) == std::string_view::npos;
    return told ? std::optional(bare) : std::nullopt;
}

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
    const Flag flag = flag_of(text, name);
    if (flag != Flag::none && value == separator + 1 && (flag != Flag::slash || text.substr(value, 1) != "/")) {
        return Range{value, end_of_bare(text, kEndsOfWords, value)};
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
    std::size_t at = after;
    const auto name_quote = quote_at(text, at);
    if (name_quote) {
        at += name_quote->backslashes + 1;
    }
    const std::size_t separator = std::min(text.find_first_not_of(kBlanks, at), text.size());
    const bool assigned = separator < text.size() && text[separator] == '=';
    if (!assigned && (separator == text.size() || text[separator] != ':')) {
        if (const auto told = find_value_of_variable(text, {name_begin, after}, at)) {
            return told;
        }
        const bool follows = !name_quote && separator > at && separator < text.size();
        return follows ? find_value_of_flag(text, {name_begin, after}, separator) : std::nullopt;
    }
    const std::size_t value = std::min(text.find_first_not_of(kBlanks, separator + 1), text.size());
    if (const auto open = quote_at(text, value)) {
        const std::size_t begin = value + open->backslashes + 1;
        return closes_a_quote(text, begin) ? std::nullopt
                                           : std::optional(Range{begin, end_of_quoted(text, begin, *open)});
    }
    if (value < text.size() && (text[value] == '{' || text[value] == '[')) {
        return std::nullopt;  // an object that bears a secret's name
    }
    if (assigned) {
        return Range{value, end_of_bare(text, kEndsOfWords, value)};
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

}  // namespace

CleanText remove_secrets(std::string_view text) {
    CleanText clean{std::string(text), {}};
    for (const Form& form : forms()) {
        remove_form(clean.text, form, clean.removed);
    }
    remove_from_commands(clean.text, clean.removed);
    remove_settings(clean.text, clean.removed);
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
