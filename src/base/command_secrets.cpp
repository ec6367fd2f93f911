// SPDX-License-Identifier: Apache-2.0
#include "base/secret_forms.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

// Sources: the manual pages of curl, sshpass and mysql; learn.microsoft.com: about_PowerShell_exe, about_Pwsh,
// ConvertTo-SecureString, net use, net user, cmdkey, schtasks, psexec, sqlcmd.

namespace kwd {

using namespace secret_forms;

namespace {

constexpr const char* kNet = R"((?i)net1?(?:\.exe)?["']?[ \t]+use)";
constexpr const char* kSecureString = "(?i)-securestring";

// -EncodedCommand and what it may be cut to; the text has at least two letters of UTF-16.
constexpr const char* kEncodedCommand =
    R"re(((?i)(?:\b(?:powershell|pwsh)(?:\.exe)?\b[^\n]*?[ \t"'][-/]e(?:c|n(?:c(?:o(?:d(?:e[a-z]*)?)?)?)?)?|[-/]EncodedCommand)(?:[ \t:]+\\*["']?|\\*["'][ \t]*,[ \t]*\\*["']))[A-Za-z0-9+/]{8,}=*)re";

// How far behind a word -AsPlainText is looked for.
constexpr std::size_t kLongestRest = 200;

enum class Value {
    word,
    after_colon,      ///< what follows the first colon of the word
    text_or_literal,  ///< a word that is not quoted only before -AsPlainText, and if it is no variable
};

// What stands before a secret: the program and its arguments up to there.
struct Lead {
    const char* program;  ///< a pattern; where it does not occur there is no match
    Value value;
    RE2 pattern;
    Lead(const char* of_program, Value of_value, const char* expression)
        : program(of_program), value(of_value), pattern(expression, RE2::Quiet) {}
};

const auto& leads() {
    static const std::array<Lead, 8> all{
        Lead("(?i)curl", Value::after_colon,
             R"((?i)\bcurl(?:\.exe)?\b[^\n]*?\s\\*["']?(?:-u[ \t=]*|--(?:proxy-)?user(?:[ \t]+|=)))"),
        Lead("(?i)sshpass", Value::word, R"((?i)\bsshpass(?:\.exe)?["']?[ \t]+-p[ \t]*)"),
        Lead("(?i)mysql|mariadb", Value::word,
             R"((?i)\b(?:mysql|mariadb)[a-z]*(?:\.exe)?["']?(?:[ \t]+-[^\s]+(?:[ \t]+[^\s-][^\s]*)?)*?[ \t]+(?-i:-p))"),
        Lead(
            kNet, Value::word,
            R"((?i)\bnet1?(?:\.exe)?["']?[ \t]+use[ \t]+(?:(?:[a-z]:|\*)[ \t]+)?\\*["']?\\\\[^\s"']+["']?(?:[ \t]+/[^\s]+)*[ \t]+)"),
        Lead(kNet, Value::word,
             R"((?i)\bnet1?(?:\.exe)?["']?[ \t]+user[ \t]+(?:\\*"[^"\n]*"|[^\s"'/][^\s"']*)(?:[ \t]+/[^\s]+)*[ \t]+)"),
        Lead(kSecureString, Value::text_or_literal,
             R"((?i)\bConvertTo-SecureString[ \t]+(?:-(?:String|AsPlainText|Force)[ \t]+)*\(?)"),
        Lead(
            "(?i)schtasks|psexec|sqlcmd|winrs|plink|tasklist|taskkill|systeminfo", Value::word,
            R"((?i)\b(?:schtasks|psexec(?:64)?|sqlcmd|winrs|plink|tasklist|taskkill|systeminfo)(?:\.exe)?["']?[ \t][^\n]*?[ \t][-/](?:r?p|pw)(?:[ \t]+|:))"),
        Lead("(?i)[-/]pass(?:wd)?:", Value::word, R"((?i)(?:^|[\s"'])[-/]pass(?:wd)?:)"),
    };
    return all;
}

struct CommandForm {
    const char* program;
    Form form;
};

const auto& command_forms() {
    static const std::array<CommandForm, 3> all{
        CommandForm{"(?i)powershell|pwsh|[-/]encodedcommand", Form("secret", "", kEncodedCommand)},
        CommandForm{kSecureString,
                    Form("password", "", R"re((")[^"\n]+?((?i)\\*"[ \t]*\|[ \t]*ConvertTo-SecureString\b))re")},
        CommandForm{kSecureString,
                    Form("password", "", R"re((')[^'\n]+((?i)'[ \t]*\|[ \t]*ConvertTo-SecureString\b))re")},
    };
    return all;
}

// The indices of all whose program occurs, the forms first: one search for them all.
std::vector<int> programs_in(std::string_view text) {
    static const auto programs = [] {
        auto set = std::make_unique<RE2::Set>(RE2::Quiet, RE2::UNANCHORED);
        for (const CommandForm& each : command_forms()) {
            set->Add(each.program, nullptr);
        }
        for (const Lead& each : leads()) {
            set->Add(each.program, nullptr);
        }
        set->Compile();
        return set;
    }();
    std::vector<int> found;
    RE2::Set::ErrorInfo error{};
    if (!programs->Match(re2::StringPiece(text.data(), text.size()), &found, &error) &&
        error.kind != RE2::Set::kNoError) {
        found.resize(command_forms().size() + leads().size());
        std::iota(found.begin(), found.end(), 0);
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool says_as_plain_text(std::string_view text) {
    static const RE2 pattern("(?i)-AsPlainText", RE2::Quiet);
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

struct Found {
    std::size_t begin;
    std::size_t end;
};

// Whether the word, which is not quoted, is what a command is told.
bool is_meant(std::string_view text, std::string_view before, Found word, Value value) {
    const std::string_view found = text.substr(word.begin, word.end - word.begin);
    constexpr std::string_view kBeginningsOfOthers = "-/*|";
    if (found.empty() || kBeginningsOfOthers.find(found[0]) != std::string_view::npos || is_word_of_prose(found)) {
        return false;
    }
    if (value != Value::text_or_literal) {
        return true;
    }
    const std::string_view behind = text.substr(word.end, kLongestRest);
    return found[0] != '$' && found[0] != '(' &&
           (says_as_plain_text(before) || says_as_plain_text(behind.substr(0, find_or_end(behind, "\r\n", 0))));
}

// The secret in the word behind `before`, which ends at `at`; empty when there is none.
Found secret_at(std::string_view text, std::string_view before, std::size_t at, Value value) {
    Found found{at, at};
    if (const auto quote = quote_at(text, at)) {
        found.begin += quote->backslashes + 1;
        found.end = end_of_quoted(text, found.begin, *quote);
    } else {
        found.end = end_of_bare(text, kEndsOfWords, at);
        if (!is_meant(text, before, found, value)) {
            return {at, at};
        }
    }
    if (value == Value::after_colon) {
        const std::size_t colon = text.substr(found.begin, found.end - found.begin).find(':');
        found.begin = colon == std::string_view::npos ? found.end : found.begin + colon + 1;
    }
    return found;
}

void remove_after(std::string& text, const Lead& lead, RemovedSecrets& removed) {
    std::string result;
    std::size_t copied = 0;
    std::size_t from = 0;
    re2::StringPiece match;
    while (lead.pattern.Match(re2::StringPiece(text), from, text.size(), RE2::UNANCHORED, &match, 1)) {
        from = static_cast<std::size_t>(match.data() - text.data()) + match.size();
        if (from >= text.size()) {
            break;
        }
        if (match.ends_with("[removed: ")) {
            continue;  // the second half of a marker
        }
        const Found found = secret_at(text, {match.data(), match.size()}, from, lead.value);
        if (is_no_secret(std::string_view(text).substr(found.begin, found.end - found.begin))) {
            continue;
        }
        const std::string_view kind = "password";
        result.append(text, copied, found.begin - copied).append(marker(kind));
        ++removed[std::string(kind)];
        copied = from = found.end;
    }
    if (copied > 0) {
        result.append(text, copied);
        text = std::move(result);
    }
}

// The program's name as Windows compares it: no folder, no .exe, small letters.
std::string program_of(std::string_view path) {
    std::string name(path.substr(path.find_last_of("/\\") + 1));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.ends_with(".exe")) {
        name.resize(name.size() - 4);
    }
    return name;
}

// --token, -Token, /token, and `password=` of sc.exe, whose value is the next argument.
bool awaits_a_secret(std::string_view flag) {
    if (flag.starts_with('/')) {
        flag.remove_prefix(1);
    } else if (flag.ends_with('=')) {
        flag.remove_suffix(1);
    } else if (!flag.starts_with('-')) {
        return false;
    }
    return names_a_secret(flag);
}

// -Password:x, /pass:x: how much of it stays, or 0.
std::size_t kept_of_flag_with_colon(std::string_view argument) {
    const std::size_t colon = argument.find(':');
    if (colon == std::string_view::npos || colon + 1 == argument.size() ||
        (argument.front() != '-' && argument.front() != '/') || is_no_secret(argument.substr(colon + 1))) {
        return 0;
    }
    const std::string_view name = argument.substr(1, colon - 1);
    const bool secret = names_a_secret(name) || program_of(name) == "pass";
    return secret && argument[colon + 1] != '/' ? colon + 1 : 0;
}

// What a program has ways of its own to be told.
class Told {
  public:
    explicit Told(std::span<const std::string> arguments)
        : arguments_(arguments), program_(arguments.empty() ? std::string() : program_of(arguments[0])) {}

    // How much of the argument stays when the rest is a secret.
    [[nodiscard]] std::optional<std::size_t> kept(std::size_t i) const {
        const std::string_view argument = arguments_[i];
        const std::string_view before = i == 0 ? std::string_view() : std::string_view(arguments_[i - 1]);
        if (program_ == "curl") {
            static const RE2 flag("-[uU]|--(?:proxy-)?user", RE2::Quiet);
            static const RE2 both("(?:-[uU]|--(?:proxy-)?user=).*", RE2::Quiet);
            const std::size_t colon = argument.find(':');
            const bool named = RE2::FullMatch(piece(before), flag) || RE2::FullMatch(piece(argument), both);
            return named && colon != std::string_view::npos ? std::optional(colon + 1) : std::nullopt;
        }
        if (program_ == "sshpass" && before == "-p") {
            return 0;
        }
        if (program_ == "sshpass" || program_.starts_with("mysql") || program_.starts_with("mariadb")) {
            return argument.size() > 2 && argument.starts_with("-p") ? std::optional<std::size_t>(2) : std::nullopt;
        }
        return whole(i, argument, before) ? std::optional<std::size_t>(0) : std::nullopt;
    }

    [[nodiscard]] std::string_view kind() const {
        return program_ == "powershell" || program_ == "pwsh" ? "secret" : "password";
    }

  private:
    static re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

    [[nodiscard]] bool whole(std::size_t i, std::string_view argument, std::string_view before) const {
        if (program_ == "powershell" || program_ == "pwsh") {
            static const RE2 encoded("(?i)[-/]e(?:c|n(?:c(?:o(?:d(?:e[a-z]*)?)?)?)?)?", RE2::Quiet);
            static const RE2 base64("[A-Za-z0-9+/]{8,}=*", RE2::Quiet);
            return RE2::FullMatch(piece(before), encoded) && RE2::FullMatch(piece(argument), base64);
        }
        if ((program_ != "net" && program_ != "net1") || i < 3 || argument.starts_with('/') || argument == "*") {
            return false;
        }
        const std::string verb = program_of(arguments_[1]);
        const auto words = arguments_.subspan(2, i - 2);
        return verb == "user" || (verb == "use" && std::any_of(words.begin(), words.end(), [](const std::string& each) {
                                      return each.starts_with("\\\\");
                                  }));
    }

    std::span<const std::string> arguments_;
    std::string program_;
};

}  // namespace

void secret_forms::remove_from_commands(std::string& text, RemovedSecrets& removed) {
    for (const int index : programs_in(text)) {
        const auto each = static_cast<std::size_t>(index);
        if (each < command_forms().size()) {
            remove_form(text, command_forms()[each].form, removed);
        } else {
            remove_after(text, leads()[each - command_forms().size()], removed);
        }
    }
}

CleanArguments remove_secrets_from_arguments(std::span<const std::string> arguments) {
    CleanArguments clean;
    const Told told(arguments);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        const std::string_view before = i == 0 ? std::string_view() : std::string_view(arguments[i - 1]);
        const auto replace = [&](std::string_view kind, std::size_t kept) {
            clean.arguments.push_back(argument.substr(0, kept) + marker(kind));
            ++clean.removed[std::string(kind)];
        };
        if (awaits_a_secret(before) && !argument.starts_with('-') && !is_no_secret(argument)) {
            replace(kind_of_name(before), 0);
        } else if (const auto kept = told.kept(i)) {
            replace(told.kind(), *kept);
        } else if (const std::size_t colon = kept_of_flag_with_colon(argument); colon > 0) {
            replace(kind_of_name(argument.substr(0, colon)), colon);
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

}  // namespace kwd
