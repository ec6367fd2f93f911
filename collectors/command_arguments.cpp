// SPDX-License-Identifier: Apache-2.0
#include "collectors/command_arguments.h"

#include <algorithm>
#include <utility>

// Source: "Parsing C command-line arguments", learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments.

namespace kwd::collectors {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// The program: up to a blank, or between double quotes, which nothing escapes.
std::string take_program(std::string_view& rest) {
    std::string program;
    bool quoted = false;
    std::size_t i = 0;
    for (; i < rest.size() && (quoted || !is_blank(rest[i])); ++i) {
        if (rest[i] == '"') {
            quoted = !quoted;
        } else {
            program += rest[i];
        }
    }
    rest.remove_prefix(i);
    return program;
}

// 2n backslashes and a quote are n backslashes and a quote that opens or closes; 2n+1 and a quote are n backslashes and
// a quote that is meant; other backslashes are meant. A quote right behind one that closes is meant as well.
std::string take_argument(std::string_view& rest) {
    std::string argument;
    bool quoted = false;
    std::size_t i = 0;
    while (i < rest.size() && (quoted || !is_blank(rest[i]))) {
        const std::size_t end = std::min(rest.find_first_not_of('\\', i), rest.size());
        const std::size_t backslashes = end - i;
        i = end;
        if (i == rest.size() || rest[i] != '"') {
            argument.append(backslashes, '\\');
            if (backslashes == 0) {
                argument += rest[i++];
            }
            continue;
        }
        argument.append(backslashes / 2, '\\');
        if (backslashes % 2 != 0) {
            argument += '"';
        } else if (quoted && i + 1 < rest.size() && rest[i + 1] == '"') {
            argument += '"';
            ++i;
        } else {
            quoted = !quoted;
        }
        ++i;
    }
    rest.remove_prefix(i);
    return argument;
}

void append_quoted(std::string& line, std::string_view argument) {
    line += '"';
    std::size_t backslashes = 0;
    for (const char c : argument) {
        if (c == '"') {
            line.append(backslashes + 1, '\\');
        }
        backslashes = c == '\\' ? backslashes + 1 : 0;
        line += c;
    }
    line.append(backslashes, '\\');
    line += '"';
}

std::string joined(const std::vector<std::string>& arguments) {
    std::string line;
    for (const std::string& argument : arguments) {
        line += line.empty() ? "" : " ";
        if (argument.empty() || argument.find_first_of(" \t\"") != std::string::npos) {
            append_quoted(line, argument);
        } else {
            line += argument;
        }
    }
    return line;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

// What two arguments show that one alone does not.
void clean_as_a_whole(CleanCommandLine& command) {
    CleanText again = remove_secrets(command.line);
    if (again.removed.empty()) {
        return;
    }
    // The blank of a marker must not part an argument in two.
    constexpr std::string_view kMarker = "[removed: ";
    constexpr std::string_view kWithoutBlank = "[removed:\x01";
    replace_all(again.text, kMarker, kWithoutBlank);
    command.arguments = arguments_of(again.text);
    for (std::string& each : command.arguments) {
        replace_all(each, kWithoutBlank, kMarker);
    }
    command.line = joined(command.arguments);
    for (const auto& [kind, count] : again.removed) {
        command.removed[kind] += count;
    }
}

}  // namespace

std::vector<std::string> arguments_of(std::string_view command_line) {
    std::vector<std::string> arguments;
    std::string_view rest = command_line;
    while (true) {
        const std::size_t begin = rest.find_first_not_of(" \t");
        if (begin == std::string_view::npos) {
            return arguments;
        }
        rest.remove_prefix(begin);
        arguments.push_back(arguments.empty() ? take_program(rest) : take_argument(rest));
    }
}

CleanCommandLine clean_command_line(std::string_view line) {
    auto clean = remove_secrets_from_arguments(arguments_of(line));
    CleanCommandLine result{std::string(line), std::move(clean.arguments), std::move(clean.removed)};
    if (!result.removed.empty()) {
        result.line = joined(result.arguments);
    }
    clean_as_a_whole(result);
    return result;
}

}  // namespace kwd::collectors
