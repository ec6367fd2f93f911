// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwd {

/// How many secrets were taken out of a text, by kind: private-key, token, password, secret.
using RemovedSecrets = std::map<std::string, std::size_t, std::less<>>;

struct CleanText {
    std::string text;
    RemovedSecrets removed;
};

/// The text without what gives access to something; `[removed: KIND]` stands in its place, everything around it stays.
///
/// Known are: private keys as PEM, also base64 of it; JSON web tokens, bearer and basic authorization, kubeadm, RKE2
/// and GitHub tokens, SAS signatures; passwords in URLs; the values of settings whose name ends in password, token,
/// secret, access key and the like, whether as flags (`--token x`, `--token=x`, `-Token:x`, `/token x`), variables,
/// YAML, JSON (also within JSON strings), TOML, the next item of a list, or the value of a container's variable; what
/// curl, mysql, net use, cmdkey, ConvertTo-SecureString and the like are told in their own ways; variables whose value
/// is the next argument or parameter (SetEnvironmentVariable, setx, `-Name x -Value y`); encoded commands of
/// PowerShell; what is logged in with at a registry (`auth`). Certificates are public and stay, as do names of files,
/// references such as `$(TOKEN)`, and Secrets that a log names as NAMESPACE/NAME. In doubt it removes too much rather
/// than too little: in running text, though, only what looks like a token follows `token: `, so that "failed to get
/// token: unauthorized" can still be read. Linear in the text's length.
[[nodiscard]] CleanText remove_secrets(std::string_view text);

struct CleanArguments {
    std::vector<std::string> arguments;
    RemovedSecrets removed;
};

/// remove_secrets() for a command line, where the value may be the next argument. Programs are known by their name
/// without folder and `.exe`, in whatever case.
[[nodiscard]] CleanArguments remove_secrets_from_arguments(std::span<const std::string> arguments);

/// True when the value of a setting or variable of this name is a secret: DB_PASSWORD, client-secret, aadClientSecret.
[[nodiscard]] bool names_a_secret(std::string_view name);

/// For the note of a document: `secrets removed: 2 password, 1 token`; empty when there were none.
[[nodiscard]] std::string note_of(const RemovedSecrets& removed);

}  // namespace kwd
