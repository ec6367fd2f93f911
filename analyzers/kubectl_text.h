// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzers/analysis.h"
#include "analyzers/text_lines.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace kwd::analyzers {

/// What kubectl prints for people: `describe` of nodes, pods and services, the events at the end of any `describe`, and
/// the tables of `get` for nodes, pods, services, endpoints and events.
///
/// It is read as the objects from which it was printed, so that the columns are those of analyze_k8s_objects(). The
/// rows are an outline: what was listed may be any choice of what there is, and much of it is not printed. The age of
/// an event is counted from a moment that is not in the text, so that its time stays NULL; so does the namespace where
/// neither the text nor the command before it says it.
void analyze_kubectl_text(const snapshot::Document& document, Analysis& out);

/// What the sections of one text share while it is read from top to bottom.
struct KubectlText {
    const TextLines& lines;
    Analysis& out;
    std::string name_space = {};  ///< `-n` of the last command that was echoed; empty where it is not known
};

/// Reads one table of `kubectl get` whose header is at a line: answers the line behind it, or the same line.
std::size_t read_kubectl_table(KubectlText& text, std::size_t at);
/// The same for one object of `kubectl describe`, which begins with its name, and for events that stand alone.
std::size_t read_kubectl_description(KubectlText& text, std::size_t at);

/// What events are about, as far as the description above them says.
struct DescribedObject {
    std::string_view kind;  ///< empty where it is not known
    std::string name;
    std::string name_space;
};
/// The same for the events at the end of `kubectl describe`, from `Events:` or from their header.
std::size_t read_kubectl_events(KubectlText& text, std::size_t at, const DescribedObject& about);

/// Adds the rows of an object that was printed on the lines of `place`. `kind` as Kubernetes spells it.
void add_printed_object(std::string_view kind, const nlohmann::json& object, const std::string& place, Analysis& out);

/// The command behind the prompt of any shell, `get pods -A` of `$ kubectl get pods -A`; empty where there is none.
[[nodiscard]] std::string_view kubectl_command(std::string_view line) noexcept;
/// Whether a line has `Name:` and a name behind it, with nothing before it.
[[nodiscard]] bool begins_kubectl_description(std::string_view line) noexcept;
/// Whether a line is the header of a table of `kubectl get`, of any kind.
[[nodiscard]] bool begins_kubectl_table(std::string_view line);
/// Whether what kubectl printed above cannot go on in a line: another command, a table, a fence of Markdown.
[[nodiscard]] bool ends_kubectl_output(std::string_view line);
/// How many blanks a line begins with.
[[nodiscard]] std::size_t indent_of(std::string_view line) noexcept;
/// The columns of a line that are two blanks or more apart.
[[nodiscard]] std::vector<std::string_view> spaced_cells(std::string_view line);
/// A printed value; empty for `<none>`, `<unset>`, `<unknown>`, `<nil>`, `<pending>` and blanks.
[[nodiscard]] std::string_view printed_value(std::string_view text) noexcept;
/// `10.244.2.5:80,[fd00::5]:80 + 2 more...` as one of the `subsets` of Endpoints for each address; what was left out
/// becomes a note and makes the table partial.
[[nodiscard]] nlohmann::json printed_subsets(std::string_view addresses, std::string_view protocol,
                                             const std::string& place, Analysis& out);

}  // namespace kwd::analyzers
