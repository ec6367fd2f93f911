// SPDX-License-Identifier: Apache-2.0
#include "collectors/containerd_folders.h"

#include "base/text.h"

namespace kwd::collectors {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// The strings of a value: 'literal', "with \\ escaped", or several of them in brackets.
std::vector<std::string> strings_of(std::string_view value) {
    std::vector<std::string> strings;
    while (!value.empty() && value[0] != '#') {
        const char quote = value[0];
        value.remove_prefix(1);
        if (quote != '\'' && quote != '"') {
            continue;
        }
        std::string text;
        while (!value.empty() && value[0] != quote) {
            if (quote == '"' && value[0] == '\\' && value.size() > 1) {
                value.remove_prefix(1);
            }
            text += value[0];
            value.remove_prefix(1);
        }
        value.remove_prefix(value.empty() ? 0 : 1);
        if (!text.empty()) {
            strings.push_back(std::move(text));
        }
    }
    return strings;
}

}  // namespace

CniFolders cni_folders_of_containerd(std::string_view toml) {
    CniFolders folders;
    for_each_line(toml, [&](const TextLine& line) {
        const std::size_t equals = line.text.find('=');
        if (equals == std::string_view::npos) {
            return;
        }
        const std::string_view name = trimmed(line.text.substr(0, equals));
        auto& list = name == "conf_dir" ? folders.configuration : folders.binaries;
        if (name == "conf_dir" || name == "bin_dir" || name == "bin_dirs") {
            for (std::string& each : strings_of(trimmed(line.text.substr(equals + 1)))) {
                list.push_back(std::move(each));
            }
        }
    });
    return folders;
}

}  // namespace kwd::collectors
