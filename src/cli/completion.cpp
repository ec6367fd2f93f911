// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"
#include "cli/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

namespace kwd::cli {
namespace {

// Both ask the tool itself for the options of a command, so that they never fall behind it.
constexpr const char* kBash = R"sh(_kwdiag() {{
    local tool=${{COMP_WORDS[0]}} command=${{COMP_WORDS[1]}} word=${{COMP_WORDS[COMP_CWORD]}} choices
    if [ "$COMP_CWORD" -eq 1 ] || [ "$command$COMP_CWORD" = help2 ]; then
        choices="{commands} help"
    elif [[ $word == -* ]]; then
        choices=$("$tool" "$command" --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
    elif [ "$command$COMP_CWORD" = completion2 ]; then
        choices="bash powershell"
    elif [ "$command$COMP_CWORD" = rules2 ]; then
        choices="list show test explain"
    elif [ "$command$COMP_CWORD" = rules3 ] && [[ ${{COMP_WORDS[2]}} == @(show|explain) ]]; then
        choices=$("$tool" rules list --format ids 2>/dev/null)
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}}
complete -o filenames -F _kwdiag kwdiag
)sh";

constexpr const char* kPowerShell =
    R"ps(Register-ArgumentCompleter -Native -CommandName kwdiag, kwdiag.exe -ScriptBlock {{
    param($word, $ast, $position)
    $given = @($ast.CommandElements | ForEach-Object {{ $_.ToString() }})
    $choices = if ($given.Count -le 1 -or ($given.Count -eq 2 -and $word)) {{
        '{commands} help'.Split(' ')
    }} elseif ($word.StartsWith('-')) {{
        & $given[0] $given[1] --help 2>$null | Select-String '--[a-z-]+' -AllMatches |
            ForEach-Object {{ $_.Matches.Value }} | Sort-Object -Unique
    }} elseif ($given[1] -eq 'rules' -and $given.Count -le 3) {{
        'list', 'show', 'test', 'explain'
    }} elseif ($given[1] -eq 'completion') {{
        'bash', 'powershell'
    }} elseif ($given[1] -eq 'rules' -and $given[2] -in 'show', 'explain') {{
        & $given[0] rules list --format ids 2>$null
    }}
    $choices | Where-Object {{ $_ -like "$word*" }} |
        ForEach-Object {{ [System.Management.Automation.CompletionResult]::new($_) }}
}}
)ps";

}  // namespace

ExitCode run_completion(const std::vector<std::string>& arguments) {
    Options options("completion bash|powershell",
                    "Prints a completion script.\n  bash:        source <(kwdiag completion bash)\n"
                    "  PowerShell:  kwdiag completion powershell | Out-String | Invoke-Expression");
    options.positional("shell");
    if (!options.parse(arguments)) {
        return ExitCode::nothing;
    }
    std::vector<std::string_view> names;
    for (const Command& each : all_commands()) {
        names.push_back(each.name);
    }
    const auto given = options.arguments();
    if (given != std::vector<std::string>{"bash"} && given != std::vector<std::string>{"powershell"}) {
        throw UsageError("completion takes one shell: bash or powershell");
    }
    std::cout << fmt::format(fmt::runtime(given[0] == "bash" ? kBash : kPowerShell),
                             fmt::arg("commands", fmt::join(names, " ")));
    return ExitCode::nothing;
}

}  // namespace kwd::cli
