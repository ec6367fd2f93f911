// SPDX-License-Identifier: Apache-2.0
#include "analyzers/command_line.h"

#include "analyzers/words.h"
#include "snapshot/tables/system.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kwd::analyzers {
namespace {

constexpr std::size_t kDeepestCommand = 4;
constexpr std::size_t kMostFlags = 2000;

struct Program {
    std::string_view name;
    std::string_view component;
};
constexpr auto kPrograms = std::to_array<Program>({
    {"kubelet", "kubelet"},
    {"kube-proxy", "kube-proxy"},
    {"kubeproxy", "kube-proxy"},
    {"flanneld", "flanneld"},
    {"containerd", "containerd"},
    {"dockerd", "docker"},
    {"calico-node", "calico-node"},
    {"calico-felix", "calico-node"},
    {"kube-apiserver", "kube-apiserver"},
    {"kube-controller-manager", "kube-controller-manager"},
    {"rke2", "rke2"},
    {"k3s", "k3s"},
    {"coredns", "coredns"},
    {"azure-cns", "azure-cns"},
    {"antrea-agent", "antrea-agent"},
});

// Programs that scripts call with flags of their own.
constexpr auto kOtherPrograms = std::to_array<std::string_view>(
    {"kubectl", "kubeadm", "docker", "ctr", "crictl", "nerdctl", "curl", "curl.exe", "git", "tar", "helm", "systemctl",
     "ctr.exe", "crictl.exe", "docker.exe", "kubectl.exe"});

// Flags that never take the next word.
constexpr auto kSwitches = std::to_array<std::string_view>({"windows-service",
                                                            "enable-dsr",
                                                            "kube-subnet-mgr",
                                                            "ip-masq",
                                                            "run-service",
                                                            "allow-privileged",
                                                            "enable-debugging-handlers",
                                                            "forward-healthcheck-vip",
                                                            "rotate-certificates",
                                                            "alsologtostderr",
                                                            "logtostderr",
                                                            "register-node",
                                                            "fail-swap-on",
                                                            "cgroups-per-qos",
                                                            "serialize-image-pulls",
                                                            "containerized",
                                                            "masquerade-all",
                                                            "version",
                                                            "help",
                                                            "debug"});

// Flags of runners that start a component.
constexpr auto kRunnersFlags = std::to_array<std::string_view>({"path", "args", "envs", "exposes"});

template <std::size_t kCount>
bool among(const std::array<std::string_view, kCount>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_name_character(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
}

template <class Table>
void add_row(const Table& table, typename Table::RowType row, const CommandOrigin& from, const std::string& place,
             Analysis& out) {
    if (from.outline) {
        out.add_in_outline(table, std::move(row), place);
        out.covers_in_outline(table.name, "only what stands in command lines of services");
    } else {
        out.add(table, std::move(row), place);
    }
}

class FlagReader {
  public:
    FlagReader(const CommandOrigin& from, const std::string& place, Analysis& out)
        : from_(from), component_(from.component), place_(place), out_(out) {}

    std::size_t read(std::span<const std::string> words, std::size_t depth) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < words.size() && count < kMostFlags; ++i) {
            std::string_view word = words[i];
            if (const auto program = component_of_program(word); !program.empty()) {
                component_ = program;
                continue;
            }
            if (i == 0 && among(kOtherPrograms, file_name_of(word))) {
                return count;
            }
            word = behind_variable(word);
            if (holds_commands(word)) {
                if (depth < kDeepestCommand) {
                    count += read(command_words(word), depth + 1);
                }
                continue;
            }
            const std::size_t dashes = flag_dashes(word);
            if (dashes > 0) {
                count += read_flag(word.substr(dashes), words, i) ? 1 : 0;
            }
        }
        return count;
    }

  private:
    // Environment=KUBELET_ARGS=--v=2 and @(--v=2: what stands before the first flag belongs to the shell.
    static std::string_view behind_variable(std::string_view word) {
        const std::size_t opened = word.find_first_not_of("@({");
        word.remove_prefix(opened == std::string_view::npos ? word.size() : opened);
        const std::size_t flag = word.find("=--");
        const bool names_before =
            flag != std::string_view::npos && flag > 0 &&
            std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(flag),
                        [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '='; });
        if (names_before) {
            word.remove_prefix(flag + 1);
        }
        return word;
    }

    // Blanks with a flag behind them, in a word that was quoted.
    static bool holds_commands(std::string_view word) {
        const std::size_t blank = word.find_first_of(" \t\n");
        return blank != std::string_view::npos && word.find("--", blank) != std::string_view::npos;
    }

    [[nodiscard]] std::size_t flag_dashes(std::string_view word) const {
        if (word.size() > 2 && word.starts_with("--") && is_letter(word[2])) {
            return 2;
        }
        const bool one_dash = component_ == "flanneld" && word.size() > 1 && word[0] == '-' && is_letter(word[1]);
        return one_dash ? 1 : 0;
    }

    bool read_flag(std::string_view flag, std::span<const std::string> words, std::size_t& i) {
        const auto end =
            static_cast<std::size_t>(std::find_if_not(flag.begin(), flag.end(), is_name_character) - flag.begin());
        const std::string name(flag.substr(0, end));
        if (among(kRunnersFlags, name)) {
            return false;
        }
        std::string_view rest = flag.substr(end);
        snapshot::Text value;
        if (rest.starts_with('=')) {
            rest.remove_prefix(1);
            if (rest.ends_with(')') && rest.find('(') == std::string_view::npos) {
                rest.remove_suffix(1);
            }
            value = rest == "\"\"" || rest == "''" ? std::string() : std::string(rest);
        } else if (!rest.empty() && !rest.starts_with(')') && !rest.starts_with(',') && !rest.starts_with(';')) {
            return false;  // not a flag: `--x/y`
        } else if (rest.empty() && !among(kSwitches, name) && i + 1 < words.size() && is_value(words[i + 1])) {
            value = words[++i];
        }
        if (component_.empty()) {
            return false;
        }
        if (name == "feature-gates" && value) {
            read_gate_list(*value, {component_, from_.origin, from_.outline}, place_, out_);
        }
        add_row(snapshot::kComponentFlags,
                {.component = std::string(component_),
                 .name = name,
                 .value = std::move(value),
                 .origin = std::string(from_.origin)},
                from_, place_, out_);
        return true;
    }

    static bool is_value(std::string_view word) {
        return word.empty() || std::string_view("-|>;&+)").find(word.front()) == std::string_view::npos;
    }

    const CommandOrigin& from_;
    std::string_view component_;
    const std::string& place_;
    Analysis& out_;
};

}  // namespace

std::vector<std::string> command_words(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool any = false;
    bool quoted_at_start = false;
    char quote = 0;
    const auto finish = [&] {
        if (any) {
            words.push_back(std::move(word));
        }
        word.clear();
        any = false;
        quoted_at_start = false;
    };
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool escapes = c == '`' || (c == '\\' && quote != '\'' && i + 1 < line.size() && line[i + 1] == '"' &&
                                          (i == 0 || line[i - 1] != '\\'));
        if (escapes && i + 1 < line.size() && quote != '\'') {
            word += line[++i];
            any = true;
        } else if (quote != 0) {
            if (c == quote) {
                quote = 0;
            } else {
                word += c;
            }
        } else if (c == '"' || c == '\'') {
            quoted_at_start = quoted_at_start || word.empty();
            any = true;
            quote = c;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || (c == ',' && quoted_at_start)) {
            finish();
        } else {
            word += c;
            any = true;
        }
    }
    finish();
    return words;
}

std::string_view component_of_program(std::string_view path) {
    std::string_view name = file_name_of(path);
    if (name.size() > 4 && equal_ignoring_case(name.substr(name.size() - 4), ".exe")) {
        name.remove_suffix(4);
    } else if (path.find_first_of(" \t=") != std::string_view::npos) {
        return {};  // a setting, or a command line of its own
    }
    if (path.starts_with('-')) {
        return {};
    }
    for (const Program& each : kPrograms) {
        if (equal_ignoring_case(name, each.name)) {
            return each.component;
        }
    }
    return {};
}

void read_gate_list(std::string_view gates, const CommandOrigin& from, const std::string& place, Analysis& out) {
    while (!gates.empty()) {
        const std::size_t comma = gates.find(',');
        const std::string_view gate = trim(gates.substr(0, comma));
        gates = comma == std::string_view::npos ? std::string_view() : gates.substr(comma + 1);
        const std::size_t equals = gate.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            continue;
        }
        add_row(snapshot::kFeatureGates,
                {.component = std::string(from.component),
                 .gate = std::string(trim(gate.substr(0, equals))),
                 .enabled = parse_flag(trim(gate.substr(equals + 1))),
                 .origin = std::string(from.origin)},
                from, place, out);
    }
}

std::size_t read_flags(std::span<const std::string> words, const CommandOrigin& from, const std::string& place,
                       Analysis& out) {
    return FlagReader(from, place, out).read(words, 0);
}

std::size_t read_flags(std::string_view line, const CommandOrigin& from, const std::string& place, Analysis& out) {
    return read_flags(command_words(line), from, place, out);
}

}  // namespace kwd::analyzers
