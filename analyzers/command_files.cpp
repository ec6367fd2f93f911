// SPDX-License-Identifier: Apache-2.0
#include "analyzers/command_files.h"

#include "analyzers/command_line.h"
#include "analyzers/document_text.h"
#include "analyzers/lines.h"
#include "analyzers/words.h"
#include "snapshot/place.h"
#include "snapshot/tables/system.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace kwd::analyzers {
namespace {

constexpr std::size_t kLongestCommand = 64 * 1024;
constexpr std::size_t kLongestValue = 4096;

struct LogicalLine {
    std::string text;
    std::size_t first = 0;
    std::size_t last = 0;
};

// Cuts the mark of continuation off the line's end.
bool take_continuation(std::string_view& line) {
    const std::size_t end = line.find_last_not_of(" \t");
    if (end == std::string_view::npos) {
        return false;
    }
    const char mark = line[end];
    const bool behind_blank = end == 0 || is_blank(line[end - 1]);
    if (mark == '`' || ((mark == '\\' || mark == '^') && behind_blank)) {
        line = line.substr(0, end);
        return true;
    }
    return false;
}

std::vector<LogicalLine> logical_lines(std::string_view text) {
    std::vector<LogicalLine> lines;
    bool continues = false;
    bool in_comment = false;
    Lines physical(text);
    while (const auto line = physical.next()) {
        std::string_view part = line->text;
        const std::string_view content = trim(part);
        if (in_comment || content.starts_with("<#")) {
            in_comment = content.find("#>") == std::string_view::npos;
            continue;
        }
        if (content.starts_with('#') || content.starts_with("::") || content.starts_with(';')) {
            continue;
        }
        const bool more = take_continuation(part);
        if (continues && lines.back().text.size() + part.size() < kLongestCommand) {
            lines.back().text += ' ';
            lines.back().text += part;
            lines.back().last = line->number;
        } else {
            lines.push_back({std::string(part.substr(0, kLongestCommand)), line->number, line->number});
        }
        continues = more;
    }
    return lines;
}

bool is_variable_character(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}

// `$global:Name` and `$Name` are one; names do not know case.
std::string variable_name(std::string_view text) {
    const std::size_t scope = text.find(':');
    return lower(scope == std::string_view::npos ? text : text.substr(scope + 1));
}

struct Assignment {
    std::string name;   // in lower case, with "env:" where it is an environment variable
    std::string value;  // the literal
    bool literal;       // false: something is computed
};

// $name = "value", $env:NAME = 'value', [string]$name="value".
std::optional<Assignment> assignment_of(std::string_view line) {
    line = trim(line);
    if (line.starts_with('[')) {
        const std::size_t end = line.find(']');
        line = end == std::string_view::npos ? std::string_view() : trim(line.substr(end + 1));
    }
    if (!line.starts_with('$')) {
        return std::nullopt;
    }
    const auto end = static_cast<std::size_t>(
        std::find_if_not(line.begin() + 1, line.end(), [](char c) { return is_variable_character(c) || c == ':'; }) -
        line.begin());
    const std::string_view name = line.substr(1, end - 1);
    std::string_view value = trim(line.substr(end));
    if (!value.starts_with('=') || value.starts_with("==")) {
        return std::nullopt;
    }
    value = trim(value.substr(1));
    const bool array = value.ends_with(',');
    while (value.ends_with(';')) {
        value = trim(value.substr(0, value.size() - 1));
    }
    const bool environment = name.size() > 4 && equal_ignoring_case(name.substr(0, 4), "env:");
    Assignment result{environment ? "env:" + std::string(name.substr(4)) : variable_name(name), {}, false};
    const bool quoted =
        value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    if (quoted) {
        const std::string_view inner = value.substr(1, value.size() - 2);
        result.literal = !array && inner.find(value.front()) == std::string_view::npos;
        value = inner;
    } else {
        result.literal = !array && !value.empty() && value.find_first_of(" \t$(@{\"'") == std::string_view::npos;
    }
    result.value = std::string(value.substr(0, kLongestValue));
    return result;
}

// Follows the lines of a script and knows which are in a block param(…).
class Parameters {
  public:
    bool hold(std::string_view line) {
        if (!inside_ && line.size() >= 5 && equal_ignoring_case(line.substr(0, 5), "param") &&
            (line.size() == 5 || is_blank(line[5]) || line[5] == '(')) {
            inside_ = true;
            opened_ = false;
            depth_ = 0;
        }
        if (!inside_) {
            return false;
        }
        opened_ = opened_ || line.find('(') != std::string_view::npos;
        depth_ += std::count(line.begin(), line.end(), '(') - std::count(line.begin(), line.end(), ')');
        inside_ = !opened_ || depth_ > 0;
        return true;
    }

  private:
    bool inside_ = false;
    bool opened_ = false;
    std::ptrdiff_t depth_ = 0;
};

// The variables of a script that are set once, to a literal.
class Variables {
  public:
    explicit Variables(const std::vector<LogicalLine>& lines) {
        Parameters parameters;
        for (const LogicalLine& line : lines) {
            const std::string_view text = trim(line.text);
            if (parameters.hold(text)) {
                continue;
            }
            if (const auto set = assignment_of(text); set && !set->name.starts_with("env:")) {
                auto [known, first] = values_.try_emplace(set->name, set->value);
                if (!set->literal || !first) {
                    known->second.reset();
                }
            }
        }
    }

    // The text with the variables that are known put in, one level deep.
    [[nodiscard]] std::string put_in(std::string_view text) const {
        std::string result;
        for (std::size_t i = 0; i < text.size() && result.size() < kLongestCommand; ++i) {
            const std::string* value = nullptr;
            std::size_t end = i + 1;
            if (text[i] == '$' && (i == 0 || text[i - 1] != '`')) {
                const bool braces = end < text.size() && text[end] == '{';
                const std::size_t begin = end + (braces ? 1 : 0);
                end = begin;
                while (end < text.size() && (is_variable_character(text[end]) || text[end] == ':')) {
                    ++end;
                }
                const auto found = values_.find(variable_name(text.substr(begin, end - begin)));
                value = found != values_.end() && found->second ? &*found->second : nullptr;
                end += braces ? 1 : 0;
            }
            if (value != nullptr) {
                result += *value;
                i = end - 1;
            } else {
                result += text[i];
            }
        }
        return result;
    }

  private:
    std::map<std::string, std::optional<std::string>, std::less<>> values_;
};

// The component that the name of a file or variable speaks of; empty when none.
std::string_view component_named_in(std::string_view text) {
    static constexpr auto words = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"kubelet", "kubelet"},
        {"kubeadm", "kubelet"},  // kubeadm-flags.env, 10-kubeadm.conf
        {"kube-proxy", "kube-proxy"},
        {"kubeproxy", "kube-proxy"},
        {"flannel", "flanneld"},
        {"containerd", "containerd"},
    });
    for (const auto& [word, component] : words) {
        if (contains_ignoring_case(text, word)) {
            return component;
        }
    }
    return {};
}

std::string_view origin_of_file(std::string_view path) {
    const std::string name = lower(file_name_of(path));
    if (name.find("kubeadm-flags") != std::string::npos) {
        return "kubeadm-flags";
    }
    return name.find("appparameters") != std::string::npos ? "service" : "config-file";
}

void add_variable(std::string_view scope, std::string_view name, std::string_view value, const std::string& place,
                  Analysis& out) {
    out.add(snapshot::kEnvironment,
            {.scope = scope.empty() ? std::string("script") : std::string(scope),
             .name = std::string(name),
             .value = without_credentials(value)},
            place);
}

// NAME=value behind `set`, `export` or in a unit file's Environment=.
std::optional<std::pair<std::string, std::string>> shell_variable(std::string_view line) {
    line = trim(line);
    for (const std::string_view word : {"set ", "export ", "Environment=", "AppEnvironmentExtra="}) {
        if (line.size() > word.size() && equal_ignoring_case(line.substr(0, word.size()), word)) {
            line = trim(line.substr(word.size()));
        }
    }
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') {
        line = line.substr(1, line.size() - 2);
    }
    const auto end =
        static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_variable_character) - line.begin());
    if (end == 0 || !line.substr(end).starts_with('=')) {
        return std::nullopt;
    }
    std::string_view value = trim(line.substr(end + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
        value = value.substr(1, value.size() - 2);
    }
    return std::pair(std::string(line.substr(0, end)), std::string(value));
}

}  // namespace

bool is_kept_variable(std::string_view name) {
    static constexpr auto kept = std::to_array<std::string_view>({"KUBE_NETWORK",
                                                                  "NODE_NAME",
                                                                  "NODENAME",
                                                                  "NODE_IP",
                                                                  "KUBECONFIG",
                                                                  "POD_NAME",
                                                                  "POD_NAMESPACE",
                                                                  "CALICO_NETWORKING_BACKEND",
                                                                  "VXLAN_VNI",
                                                                  "VXLAN_ADAPTER",
                                                                  "VXLAN_MAC_PREFIX",
                                                                  "K8S_SERVICE_CIDR",
                                                                  "DNS_NAME_SERVERS",
                                                                  "DNS_SEARCH",
                                                                  "CNI_BIN_DIR",
                                                                  "CNI_CONF_DIR",
                                                                  "CNI_CONF_FILENAME",
                                                                  "CNI_IPAM_TYPE",
                                                                  "STARTUP_VALID_IP_TIMEOUT",
                                                                  "IP",
                                                                  "CALICO_DATASTORE_TYPE",
                                                                  "SERVICE_SUBNET",
                                                                  "CLUSTER_CIDR",
                                                                  "HTTP_PROXY",
                                                                  "HTTPS_PROXY",
                                                                  "NO_PROXY",
                                                                  "CONTAINER_SANDBOX_MOUNT_POINT"});
    const auto same = [&](std::string_view each) { return equal_ignoring_case(each, name); };
    return std::any_of(kept.begin(), kept.end(), same) ||
           (name.size() > 6 && equal_ignoring_case(name.substr(0, 6), "FELIX_"));
}

std::string without_credentials(std::string_view value) {
    const std::size_t scheme = value.find("://");
    const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t host_end = value.find('/', begin);
    const std::size_t at = value.substr(0, host_end).rfind('@');
    if (at == std::string_view::npos || at < begin) {
        return std::string(value);
    }
    return std::string(value.substr(0, begin)) + "[removed: credentials]" + std::string(value.substr(at));
}

void analyze_command_file(const snapshot::Document& document, Analysis& out) {
    out.covers(snapshot::kComponentFlags.name);
    out.covers(snapshot::kFeatureGates.name);
    const std::string& path = path_of(document.info);
    const std::string text = text_of_document(document, out);
    const std::string_view file_component = component_named_in(file_name_of(path));
    const std::string_view origin = origin_of_file(path);
    const std::vector<LogicalLine> lines = logical_lines(text);
    const Variables variables(lines);
    std::size_t flags = 0;
    for (const LogicalLine& line : lines) {
        const std::string place = snapshot::line_place(line.first, line.last);
        const auto assignment = assignment_of(line.text);
        if (assignment && assignment->name.starts_with("env:") && assignment->literal &&
            is_kept_variable(assignment->name.substr(4))) {
            add_variable(file_component, assignment->name.substr(4), variables.put_in(assignment->value), place, out);
        } else if (const auto variable = shell_variable(line.text); variable && is_kept_variable(variable->first)) {
            add_variable(file_component, variable->first, variable->second, place, out);
        }
        std::string_view component = assignment ? component_named_in(assignment->name) : std::string_view();
        if (component.empty()) {
            component = file_component;
        }
        if (line.text.find('-') != std::string::npos) {
            flags += read_flags(variables.put_in(line.text), {component, origin}, place, out);
        }
    }
    if (flags == 0 && file_component.empty()) {
        out.note("", "unknown_field", "no flags of a known component in it");
    }
}

}  // namespace kwd::analyzers
