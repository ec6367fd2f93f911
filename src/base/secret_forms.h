// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secrets.h"

#include <re2/re2.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// What the removers of secrets have in common.
namespace kwd::secret_forms {

/// What ends a value that is not quoted.
constexpr std::string_view kEndsOfWords = " \t\r\n\"'";

/// `[removed: KIND]`
[[nodiscard]] std::string marker(std::string_view kind);

/// What the value of a setting of this name is: password, token, private-key or secret.
[[nodiscard]] std::string_view kind_of_name(std::string_view name);

/// A secret that is told by its form. The first group, if there is one, stays, and so does a second one at the end.
struct Form {
    std::string_view kind;
    std::string_view word;  ///< where it does not occur there is no match; quicker to find
    RE2 pattern;
    Form(std::string_view form_kind, std::string_view form_word, const char* expression)
        : kind(form_kind), word(form_word), pattern(expression, RE2::Quiet) {}
};

/// Takes out whatever has the form, except what was taken out before.
void remove_form(std::string& text, const Form& form, RemovedSecrets& removed);

/// Takes out what programs are told in ways of their own: curl -u, net use, ConvertTo-SecureString and the like.
void remove_from_commands(std::string& text, RemovedSecrets& removed);

/// The first of the characters from `at` on, or the text's end.
[[nodiscard]] std::size_t find_or_end(std::string_view text, std::string_view characters, std::size_t at);

/// To the next character of `characters`, and not into the backslashes of a quote.
[[nodiscard]] std::size_t end_of_bare(std::string_view text, std::string_view characters, std::size_t at);

/// A quote with the backslashes before it, as it stands in JSON within a JSON string: ", ', \", \\\".
struct Quote {
    char character = 0;
    std::size_t backslashes = 0;
};

[[nodiscard]] std::optional<Quote> quote_at(std::string_view text, std::size_t at);

/// Where the quoted value that begins at `at` ends: before the backslashes of the closing quote. A quote within the
/// value has more backslashes, and each backslash of the value doubles with every level. A value that is never closed
/// ends with its line.
[[nodiscard]] std::size_t end_of_quoted(std::string_view text, std::size_t at, const Quote& open);

/// In "… token=", "next" the quote before `begin` closes what the name is in, and opens no value.
[[nodiscard]] bool closes_a_quote(std::string_view text, std::size_t begin);

/// A word that stands where a secret would, and is none: true, null, `${TOKEN}`, `[removed: token]`.
[[nodiscard]] bool is_no_secret(std::string_view value);

/// A word that says that a flag or a command is spoken of: "-Token is missing".
[[nodiscard]] bool is_word_of_prose(std::string_view word);

}  // namespace kwd::secret_forms
